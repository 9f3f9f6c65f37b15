import { CONTROL_PLANE_NS_LABEL, OPAQUE_PORTS, WORKLOAD_NS_LABEL } from '../linkerd/annotations';
import type { LinkerdConfig } from '../linkerd/config';
import { isPortNumber, PROXY_CONTAINER, PROXY_PORT_NAMES, type PortSet } from '../linkerd/ports';
import type { Labels } from '../kubernetes/selector';
import { valueAt, asList, asText, asTextMap, type Fields } from '../kubernetes/fields';
import { InboundSettingsReader, type InboundSettings, type ProxyPorts } from './inbound-annotations';
import { memoized } from '../basics/collections';
import { ExposedPortsCache, type Surface } from './pod-surface';
import { allContainers } from '../workloads/containers';
import type { ExposedPorts } from '../workloads/exposed-ports';
import type { PodTemplate } from '../workloads/pod-template';

/** A pod as the policy controller sees it: after injection (linkerd-policy 3.2). ExternalWorkloads also take this form. */
export interface EffectivePod
  extends Omit<ExposedPorts, 'probed'>, Pick<InboundSettings, 'skippedInbound' | 'proxyPorts'> {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  /** Equal pods share one surface and one settings object. */
  readonly surface: ExposedPorts;
  readonly settings: InboundSettings;
}

/** What the injector knows besides the template. */
export interface PodContext {
  readonly namespace: string;
  /** Annotations that pods get from the namespace. */
  readonly inherited: Labels;
  /** The workload's kind (lower case) and name, which become a label; absent for a bare Pod. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

/** Makes the pods of a cluster, sharing equal parts between them. */
export class Injector {
  public readonly settings: InboundSettingsReader;
  private readonly surfaces = new ExposedPortsCache();
  private readonly opaque = new Map<Surface, string>();
  private readonly proxies = new Map<ProxyPorts, unknown>();
  private readonly inherited = new Map<Labels, Map<string, Labels>>();

  public constructor(private readonly config: LinkerdConfig) {
    this.settings = new InboundSettingsReader(config);
  }

  /** The pod that the injector makes from a template. */
  public injected(template: PodTemplate, { namespace, inherited, owner }: PodContext): EffectivePod {
    const surface = this.surfaces.surface(allContainers(template.spec));
    const own = template.metadata.annotations;
    const opaque = memoized(this.opaque, surface, ({ containers }) =>
      opaqueAnnotation(containers, this.settings.defaultOpaque),
    );
    const annotations = this.annotations(inherited, own, opaque);
    const labels: Record<string, string> = {
      ...asTextMap(template.metadata.labels),
      [CONTROL_PLANE_NS_LABEL]: this.config.linkerdNamespace,
      [WORKLOAD_NS_LABEL]: namespace,
    };
    if (owner !== undefined) labels[`linkerd.io/proxy-${owner.kind}`] = owner.name;
    const settings = this.settings.of(annotations);
    const proxy = memoized(this.proxies, settings.proxyPorts, proxyContainer);
    return effectivePod(labels, annotations, template.spec, this.surfaces.of(surface, proxy), settings);
  }

  /** A pod taken as written: with the proxy in its manifest, or without a proxy at all. */
  public written(template: PodTemplate): EffectivePod {
    const annotations = asTextMap(template.metadata.annotations);
    const exposed = this.surfaces.of(this.surfaces.surface(allContainers(template.spec)));
    const settings = this.settings.of(annotations);
    return effectivePod(asTextMap(template.metadata.labels), annotations, template.spec, exposed, settings);
  }

  /** A template's own annotations, then the namespace's, and the default opaque ports if neither names any. */
  private annotations(inherited: Labels, own: unknown, opaque: string): Labels {
    if (own !== undefined) {
      const merged = { ...inherited, ...asTextMap(own) };
      return opaque === '' || Object.hasOwn(merged, OPAQUE_PORTS)
        ? merged
        : { ...merged, [OPAQUE_PORTS]: opaque };
    }
    if (opaque === '' || Object.hasOwn(inherited, OPAQUE_PORTS)) return inherited;
    // Most pods of a namespace have no annotations of their own, so they share these.
    const byOpaque = memoized(this.inherited, inherited, () => new Map<string, Labels>());
    return memoized(byOpaque, opaque, () => ({ ...inherited, [OPAQUE_PORTS]: opaque }));
  }
}

/** The proxy's container, with the ports and probes that policy can see. */
function proxyContainer(ports: ProxyPorts): unknown {
  const probe = (path: string): unknown => ({ httpGet: { path, port: ports.admin } });
  return {
    name: PROXY_CONTAINER,
    ports: [
      { name: PROXY_PORT_NAMES.inbound, containerPort: ports.inbound },
      { name: PROXY_PORT_NAMES.admin, containerPort: ports.admin },
    ],
    livenessProbe: probe('/live'),
    readinessProbe: probe('/ready'),
  };
}

export function effectivePod(
  labels: Labels,
  annotations: Labels,
  spec: Fields,
  surface: ExposedPorts,
  settings: InboundSettings,
): EffectivePod {
  const serviceAccount = asText(spec.serviceAccountName) ?? asText(spec.serviceAccount) ?? '';
  return {
    labels,
    annotations,
    serviceAccount: serviceAccount === '' ? 'default' : serviceAccount,
    surface,
    settings,
    ports: surface.ports,
    portNames: surface.portNames,
    probes: surface.probes,
    skippedInbound: settings.skippedInbound,
    proxyPorts: settings.proxyPorts,
  };
}

/** Those of Helm's opaque ports that a container declares, whatever their protocol: the injector ignores it. */
function opaqueAnnotation(containers: readonly unknown[], opaque: PortSet): string {
  const declared = new Set<number>();
  for (const container of containers) {
    for (const entry of asList(valueAt(container, 'ports'))) {
      const port = valueAt(entry, 'containerPort');
      if (isPortNumber(port) && opaque.has(port)) declared.add(port);
    }
  }
  return [...declared].join(',');
}
