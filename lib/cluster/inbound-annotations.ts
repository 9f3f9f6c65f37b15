import {
  ADMIN_PORT,
  CONTROL_PORT,
  DEFAULT_INBOUND_POLICY,
  INBOUND_PORT,
  OPAQUE_PORTS,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_SUBNETS,
} from '../linkerd/annotations';
import type { LinkerdConfig } from '../linkerd/config';
import { isDefaultPolicy, type DefaultPolicy } from '../linkerd/default-policy';
import { networkList, type NetworkMatch } from '../linkerd/network-match';
import { isPortNumber, parsePortList, PortSet, PROXY_PORTS } from '../linkerd/ports';
import type { Labels } from '../kubernetes/selector';
import { ownValue } from '../kubernetes/fields';
import { memoized } from '../basics/collections';

/** What a pod's annotations say about its ports. Pods with equal annotations share one object. */
export interface InboundSettings {
  /** Governs ports without a Server (linkerd-policy 4.3). */
  readonly policy: DefaultPolicy;
  readonly opaque: PortSet;
  readonly requireIdentity: PortSet;
  /** Ports that bypass the proxy on the way in (5.5). */
  readonly skippedInbound: PortSet;
  /** Networks whose clients bypass the proxy on the way in, whatever the port (5.5). One list for equal texts. */
  readonly skippedSubnets: readonly NetworkMatch[];
  /** Where the tap server (`control`), the metrics (`admin`) and mesh traffic (`inbound`) arrive. */
  readonly proxyPorts: ProxyPorts;
}

export interface ProxyPorts {
  readonly admin: number;
  readonly control: number;
  readonly inbound: number;
}

const READ = [
  DEFAULT_INBOUND_POLICY,
  OPAQUE_PORTS,
  REQUIRE_IDENTITY_PORTS,
  SKIP_INBOUND_PORTS,
  SKIP_SUBNETS,
  ADMIN_PORT,
  CONTROL_PORT,
  INBOUND_PORT,
] as const;

/** Reads the annotations of pods, once per combination. */
export class InboundSettingsReader {
  /** Helm's list, whose ports the injector writes onto pods that declare them. */
  public readonly defaultOpaque: PortSet;
  private readonly known = new Map<string, InboundSettings>();
  private readonly subnets = new Map<string, readonly NetworkMatch[]>();
  private readonly byObject = new Map<Labels, InboundSettings>();

  public constructor(private readonly config: LinkerdConfig) {
    this.defaultOpaque = readablePorts(config.opaquePorts);
  }

  public of(annotations: Labels): InboundSettings {
    return memoized(this.byObject, annotations, () => this.byContent(annotations));
  }

  private byContent(annotations: Labels): InboundSettings {
    const key = READ.map((name) => ownValue(annotations, name) ?? '\0').join('\n');
    return memoized(this.known, key, () => this.read(annotations));
  }

  /** A machine without the injector's iptables rules: nothing bypasses its proxy. */
  public external(annotations: Labels): InboundSettings {
    return {
      ...this.of(annotations),
      skippedInbound: PortSet.EMPTY,
      skippedSubnets: [],
      proxyPorts: proxyPorts({}),
    };
  }

  private read(annotations: Labels): InboundSettings {
    const { defaultInboundPolicy, skipInboundPorts, skipSubnets } = this.config;
    const written = ownValue(annotations, DEFAULT_INBOUND_POLICY);
    const fallback = isDefaultPolicy(defaultInboundPolicy) ? defaultInboundPolicy : 'all-unauthenticated';
    return {
      // An invalid value falls back to the cluster's default, not to the namespace's (4.1).
      policy: isDefaultPolicy(written) ? written : fallback,
      opaque: parsePortList(ownValue(annotations, OPAQUE_PORTS) ?? '').ports,
      requireIdentity: parsePortList(ownValue(annotations, REQUIRE_IDENTITY_PORTS) ?? '').ports,
      skippedInbound: readablePorts(ownValue(annotations, SKIP_INBOUND_PORTS) ?? skipInboundPorts),
      skippedSubnets: memoized(this.subnets, ownValue(annotations, SKIP_SUBNETS) ?? skipSubnets, networkList),
      proxyPorts: proxyPorts(annotations),
    };
  }
}

/**
 * The readable elements of a list. Unreadable ones are skipped instead of invalidating the list: a list of skipped
 * ports must not make a port look policed.
 */
function readablePorts(text: string): PortSet {
  return PortSet.union(text.split(',').map((element) => parsePortList(element).ports));
}

function proxyPorts(annotations: Labels): ProxyPorts {
  const port = (key: string, fallback: number): number => {
    const value = Number(ownValue(annotations, key) ?? fallback);
    return isPortNumber(value) ? value : fallback;
  };
  return {
    admin: port(ADMIN_PORT, PROXY_PORTS.admin),
    control: port(CONTROL_PORT, PROXY_PORTS.control),
    inbound: port(INBOUND_PORT, PROXY_PORTS.inbound),
  };
}
