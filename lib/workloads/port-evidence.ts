import type { Labels } from '../kubernetes/selector';
import { OPAQUE_PORTS } from '../linkerd/annotations';
import { parsePortList } from '../linkerd/ports';
import type { ProxyProtocolName } from '../linkerd/protocol';
import type { ProbeKind } from './kubelet-probes';
import type { Evidence } from './protocol';
import { knownForNumber, ofAppProtocol, ofPortName } from './protocol-words';
import type { ServicePort } from './services';
import type { TemplatePort } from './template-ports';

/** A Service port that leads to a pod's port. */
export interface ServiceInFront {
  readonly name: string;
  readonly annotations: Labels;
  readonly port: ServicePort;
}

/** What the manifests say about a port. */
export interface DescribedPort extends Omit<TemplatePort, 'isSidecar'> {
  readonly services: readonly ServiceInFront[];
  /** The pod's opaque-ports annotation, own or inherited. */
  readonly opaquePorts: string | undefined;
  /** The opaque ports of pods without the annotation. */
  readonly defaultOpaquePorts: string;
}

const SPOKEN_BY_PROBE: Readonly<Record<ProbeKind, ProxyProtocolName>> = {
  httpGet: 'HTTP/1',
  'httpGet over HTTPS': 'TLS',
  gRPC: 'gRPC',
};

/** The evidence for a port's protocol. */
export function portEvidence(port: DescribedPort): Evidence[] {
  const found: (Evidence | undefined)[] = [opaqueness(port)];
  for (const service of port.services) found.push(ofServicePort(service));
  for (const name of port.names) {
    found.push(evidence('name', ofPortName(name), `the name ${name} of its container port`));
  }
  for (const { kind, probes, container } of port.probes) {
    const from = `the ${kind} ${probes[0] ?? 'probe'} of container ${container}`;
    found.push(evidence('probe', SPOKEN_BY_PROBE[kind], from));
  }
  const known = knownForNumber(port.number);
  if (known !== undefined) found.push(evidence('number', 'opaque', `its number, which is ${known}'s`));
  return found.filter((item) => item !== undefined);
}

/** What one Service port says; its appProtocol goes before its name. */
function ofServicePort({
  name,
  port: { number, appProtocol = '', name: portName = '' },
}: ServiceInFront): Evidence | undefined {
  const stated = ofAppProtocol(appProtocol);
  const found =
    stated === undefined
      ? evidence('name', ofPortName(portName), `the name ${portName} of its Service port`)
      : evidence('appProtocol', stated, `appProtocol of port ${number} of Service ${name}`);
  return found === undefined ? undefined : { ...found, ofServicePort: true };
}

function evidence(
  weight: Evidence['weight'],
  protocol: ProxyProtocolName | undefined,
  from: string,
): Evidence | undefined {
  return protocol === undefined ? undefined : { weight, protocol, from };
}

/** Clients are told that such a port is opaque; a Server that says otherwise would refuse them (linkerd-policy 5.7). */
function opaqueness(port: DescribedPort): Evidence | undefined {
  const { number, containers, services, opaquePorts, defaultOpaquePorts } = port;
  if (opaquePorts === undefined) {
    if (containers.length > 0 && parsePortList(defaultOpaquePorts).ports.has(number)) {
      return evidence('opaque', 'opaque', "Linkerd's own list of opaque ports");
    }
  } else if (parsePortList(opaquePorts).ports.has(number)) {
    return evidence('opaque', 'opaque', `annotation ${OPAQUE_PORTS}`);
  }
  const service = services.find(({ annotations, port: { number: servicePort } }) =>
    parsePortList(annotations[OPAQUE_PORTS] ?? '').ports.has(servicePort),
  );
  if (service === undefined) return undefined;
  return evidence('opaque', 'opaque', `annotation ${OPAQUE_PORTS} of Service ${service.name}`);
}
