import {
  ADMIN_PORT,
  CONTROL_PLANE_NS_LABEL,
  CONTROL_PORT,
  INBOUND_PORT,
  OPAQUE_PORTS,
  SKIP_INBOUND_PORTS,
  WORKLOAD_NS_LABEL,
} from '../linkerd/annotations';
import type { LinkerdConfig } from '../linkerd/config';
import { isPortNumber, parsePortList, PortSet, PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import type { Labels } from '../linkerd/selector';
import { at, fields, list, text, textMap, type Fields } from '../manifests/fields';
import { containerProbePaths } from './probes';

/** A TCP port that a container declares. */
export interface DeclaredPort {
  readonly number: number;
  readonly name?: string;
  readonly container: string;
}

/** A pod as the policy controller sees it: after injection (linkerd-policy 3.2). ExternalWorkloads are given as one. */
export interface EffectivePod {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly serviceAccount: string;
  readonly ports: readonly DeclaredPort[];
  /** A name may mean several numbers when several containers use it (3.3). */
  readonly portNames: ReadonlyMap<string, ReadonlySet<number>>;
  /** Paths of httpGet probes by port (3.3). */
  readonly probes: ReadonlyMap<number, ReadonlySet<string>>;
  /** Ports that bypass the proxy on the way in (5.5). */
  readonly skippedInbound: PortSet;
  /** Where the tap server (`control`), the metrics (`admin`) and mesh traffic (`inbound`) arrive. */
  readonly proxyPorts: { readonly admin: number; readonly control: number; readonly inbound: number };
}

export interface PodTemplate {
  readonly metadata: Fields;
  readonly spec: Fields;
}

/** What the injector knows beside the template. */
export interface PodContext {
  readonly namespace: string;
  /** Annotations of the namespace that pods get. */
  readonly inherited: Labels;
  /** The workload's kind (lower case) and name, which become a label; absent for a bare Pod. */
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly config: LinkerdConfig;
}

/** The pod that the injector makes of a template. */
export function injectedPod(template: PodTemplate, context: PodContext): EffectivePod {
  const { namespace, owner, config } = context;
  const containers = containersOf(template.spec);
  const annotations: Record<string, string> = {
    ...context.inherited,
    ...textMap(template.metadata.annotations),
  };
  if (!Object.hasOwn(annotations, OPAQUE_PORTS)) {
    const opaque = opaqueAnnotation(containers, config.opaquePorts);
    if (opaque !== '') annotations[OPAQUE_PORTS] = opaque;
  }
  const labels = {
    ...textMap(template.metadata.labels),
    [CONTROL_PLANE_NS_LABEL]: config.linkerdNamespace,
    [WORKLOAD_NS_LABEL]: namespace,
    ...(owner === undefined ? {} : { [`linkerd.io/proxy-${owner.kind}`]: owner.name }),
  };
  const ports = proxyPorts(annotations);
  return build({
    labels,
    annotations,
    spec: template.spec,
    containers: [...containers, proxy(ports)],
    ports,
    config,
  });
}

/** A pod that is taken as it is written: with the proxy in its manifest, or without a proxy at all. */
export function writtenPod(template: PodTemplate, config: LinkerdConfig): EffectivePod {
  const annotations = textMap(template.metadata.annotations);
  return build({
    labels: textMap(template.metadata.labels),
    annotations,
    spec: template.spec,
    containers: containersOf(template.spec),
    ports: proxyPorts(annotations),
    config,
  });
}

/** Those of Helm's opaque ports that a container declares; the injector does not look at their protocol. */
function opaqueAnnotation(containers: readonly unknown[], opaquePorts: string): string {
  const opaque = portListOf(opaquePorts);
  const declared = new Set<number>();
  for (const container of containers) {
    for (const entry of list(at(container, 'ports'))) {
      const port = at(entry, 'containerPort');
      if (isPortNumber(port) && opaque.has(port)) declared.add(port);
    }
  }
  return [...declared].join(',');
}

interface Parts {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: Fields;
  readonly containers: readonly unknown[];
  readonly ports: EffectivePod['proxyPorts'];
  readonly config: LinkerdConfig;
}

function build({ labels, annotations, spec, containers, ports, config }: Parts): EffectivePod {
  const declared = containers.flatMap(tcpPorts);
  const serviceAccount = text(spec.serviceAccountName) ?? text(spec.serviceAccount) ?? '';
  return {
    labels,
    annotations,
    serviceAccount: serviceAccount === '' ? 'default' : serviceAccount,
    ports: declared,
    portNames: portNames(declared),
    probes: probePaths(containers),
    skippedInbound: skippedInbound(annotations, config),
    proxyPorts: ports,
  };
}

/**
 * `skip-inbound-ports` replaces Helm's default. Elements that are no ports are passed over instead of spoiling the
 * list: what cannot be read must not make a port look policed.
 */
function skippedInbound(annotations: Labels, config: LinkerdConfig): PortSet {
  const annotation = Object.hasOwn(annotations, SKIP_INBOUND_PORTS)
    ? annotations[SKIP_INBOUND_PORTS]
    : undefined;
  return portListOf(annotation ?? config.skipInboundPorts);
}

/** The readable elements of a port list. Few texts occur, on many pods. */
function portListOf(text: string): PortSet {
  const known = PORT_LISTS.get(text);
  if (known !== undefined) return known;
  const readable = text.split(',').map((element) => parsePortList(element).ports);
  const ports = PortSet.union(readable);
  if (PORT_LISTS.size < 1000) PORT_LISTS.set(text, ports);
  return ports;
}

const PORT_LISTS = new Map<string, PortSet>();

function containersOf(spec: Fields): readonly unknown[] {
  return [...list(spec.containers), ...list(spec.initContainers)];
}

function proxyPorts(annotations: Labels): EffectivePod['proxyPorts'] {
  const port = (key: string, fallback: number): number => {
    const value = Object.hasOwn(annotations, key) ? Number(annotations[key]) : fallback;
    return isPortNumber(value) ? value : fallback;
  };
  return {
    admin: port(ADMIN_PORT, PROXY_PORTS.admin),
    control: port(CONTROL_PORT, PROXY_PORTS.control),
    inbound: port(INBOUND_PORT, PROXY_PORTS.inbound),
  };
}

/** The proxy's container with the ports and probes that policy can see. */
function proxy(ports: EffectivePod['proxyPorts']): unknown {
  const probe = (path: string): unknown => ({ httpGet: { path, port: ports.admin } });
  return {
    name: 'linkerd-proxy',
    ports: [
      { name: PROXY_PORT_NAMES.inbound, containerPort: ports.inbound },
      { name: PROXY_PORT_NAMES.admin, containerPort: ports.admin },
    ],
    livenessProbe: probe('/live'),
    readinessProbe: probe('/ready'),
  };
}

function tcpPorts(container: unknown): DeclaredPort[] {
  const declared: DeclaredPort[] = [];
  for (const entry of list(at(container, 'ports'))) {
    const number = at(entry, 'containerPort');
    const name = text(at(entry, 'name'));
    if (!isPortNumber(number) || !isTcp(entry)) continue;
    declared.push({
      number,
      container: text(at(container, 'name')) ?? '',
      ...(name === undefined ? {} : { name }),
    });
  }
  return declared;
}

export function isTcp(port: unknown): boolean {
  const protocol = at(port, 'protocol');
  return protocol === undefined || protocol === null || text(protocol)?.toUpperCase() === 'TCP';
}

export function portNames(ports: readonly DeclaredPort[]): Map<string, Set<number>> {
  const names = new Map<string, Set<number>>();
  for (const { name, number } of ports) {
    if (name === undefined) continue;
    const numbers = names.get(name);
    if (numbers === undefined) names.set(name, new Set([number]));
    else numbers.add(number);
  }
  return names;
}

function probePaths(containers: readonly unknown[]): Map<number, Set<string>> {
  const probes = new Map<number, Set<string>>();
  for (const container of containers) {
    for (const { port, path } of containerProbePaths(fields(container))) {
      const paths = probes.get(port);
      if (paths === undefined) probes.set(port, new Set([path]));
      else paths.add(path);
    }
  }
  return probes;
}
