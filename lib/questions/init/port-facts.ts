import type { Cluster } from '../../cluster/cluster';
import { isTcp } from '../../cluster/pod-surface';
import { templateOf, type Workload } from '../../cluster/workload';
import { OPAQUE_PORTS, SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import { isPortNumber, parsePortList, portNameProblem } from '../../linkerd/ports';
import { valueAt, asList, asText, asTextMap } from '../../kubernetes/fields';
import { containersOf } from '../../traffic/placed-containers';
import { probeCalls, type ProbeCall } from '../../traffic/probe-calls';
import type { Backend } from '../../traffic/service-backends';
import type { OutsideClient } from './outside-client';
import { ofAppProtocol, ofPortName, type Evidence } from './protocol';

/** Everything that the manifests say about one port of a workload. */
export interface PortFacts {
  readonly workload: Workload;
  readonly number: number;
  /** Names by which containers declare it, the usable ones. */
  readonly names: readonly string[];
  /** Containers that declare it; none: something else names the port. */
  readonly containers: readonly string[];
  /** Whether only containers beside the main one declare it. */
  readonly isSidecar: boolean;
  /** Services that lead to it. */
  readonly backends: readonly Backend[];
  readonly probes: readonly ProbeCall[];
  readonly admissions: readonly OutsideClient[];
  /** Whether a workload of the same namespace is configured to call this very port. */
  readonly isCalledByPeers: boolean;
}

interface Found {
  readonly backends: readonly Backend[];
  readonly admissions: readonly OutsideClient[];
  readonly calledByPeers: ReadonlySet<number>;
}

/** The ports of a workload, declared by it or named by others, sorted by number. */
export function portFacts(workload: Workload, { backends, admissions, calledByPeers }: Found): PortFacts[] {
  const declared = declaredPorts(workload);
  const probes = probeCalls(workload).filter(({ container }) => container !== PROXY);
  const ofProxy: readonly number[] = Object.values(workload.pod.proxyPorts);
  const needsOpening = probes.filter(({ kind }) => kind !== 'httpGet').map(({ port }) => port);
  const numbers = new Set([
    ...declared.map(({ number }) => number),
    ...[...backends, ...admissions].map(({ number }) => number),
    ...needsOpening,
  ]);
  const main = mainContainer(workload);
  return [...numbers]
    .filter((number) => !ofProxy.includes(number))
    .sort((a, b) => a - b)
    .map((number) => {
      const here = declared.filter((port) => port.number === number);
      const containers = [...new Set(here.map(({ container }) => container))];
      return {
        workload,
        number,
        names: [...new Set(here.flatMap(({ name }) => name ?? []))].filter((name) => isUsable(name)),
        containers,
        isSidecar: containers.length > 0 && !containers.includes(main),
        backends: backends.filter((backend) => backend.number === number),
        probes: probes.filter(({ port }) => port === number),
        admissions: admissions.filter((admission) => admission.number === number),
        isCalledByPeers: calledByPeers.has(number),
      };
    });
}

const PROXY = 'linkerd-proxy';

/** A name that says no more than its number would get the Server name of that number. */
function isUsable(name: string): boolean {
  return portNameProblem(name) === undefined && !/^(linkerd|port)-/.test(name);
}

interface Declared {
  readonly number: number;
  readonly name?: string;
  readonly container: string;
}

function declaredPorts(workload: Workload): Declared[] {
  if (workload.kind === 'externalworkload') return [];
  return containersOf(workload)
    .filter(({ name }) => name !== PROXY)
    .flatMap(({ container, name: owner }) =>
      asList(container.ports).flatMap((entry): Declared[] => {
        const number = valueAt(entry, 'containerPort');
        const name = asText(valueAt(entry, 'name'));
        if (!isPortNumber(number) || !isTcp(entry)) return [];
        return [{ number, container: owner, ...(name === undefined ? {} : { name }) }];
      }),
    );
}

/** The container that the pod is there for: the one that kubectl takes by default. */
function mainContainer(workload: Workload): string {
  const { metadata, spec } = templateOf(workload.source);
  const chosen = asTextMap(metadata.annotations)['kubectl.kubernetes.io/default-container'];
  const names = asList(spec.containers).map((container) => asText(valueAt(container, 'name')) ?? '');
  const own = names.filter((name) => name !== PROXY);
  return chosen !== undefined && own.includes(chosen) ? chosen : (own[0] ?? '');
}

/** What speaks for a protocol of the port. */
export function evidenceOf(cluster: Cluster, facts: PortFacts): Evidence[] {
  const found: (Evidence | undefined)[] = [opaqueness(cluster, facts)];
  for (const { appProtocol, service, servicePortName } of facts.backends) {
    const { name } = service.object.metadata;
    found.push(evidence('appProtocol', ofAppProtocol(appProtocol ?? ''), `appProtocol of Service ${name}`));
    const word = servicePortName ?? '';
    found.push(evidence('name', ofPortName(word), `the name ${word} of its Service port`));
  }
  for (const name of facts.names) {
    found.push(evidence('name', ofPortName(name), `the name ${name} of its container port`));
  }
  found.push(...facts.admissions.map((admission) => admission.evidence));
  for (const { kind, probes, container } of facts.probes) {
    const protocol = { httpGet: 'HTTP/1', 'httpGet over HTTPS': 'TLS', gRPC: 'gRPC' } as const;
    found.push(
      evidence('probe', protocol[kind], `the ${kind} ${probes[0] ?? 'probe'} of container ${container}`),
    );
  }
  const known = WELL_KNOWN.get(facts.number);
  if (known !== undefined) found.push(evidence('number', 'opaque', `its number, which is ${known}'s`));
  return found.filter((item) => item !== undefined);
}

function evidence(
  weight: Evidence['weight'],
  protocol: Evidence['protocol'] | undefined,
  from: string,
): Evidence | undefined {
  return protocol === undefined ? undefined : { weight, protocol, from };
}

/** Numbers of protocols that are not HTTP; in some of them the server speaks first, which detection waits for in vain. */
const WELL_KNOWN = new Map([
  [21, 'FTP'],
  [22, 'SSH'],
  [25, 'SMTP'],
  [587, 'SMTP'],
  [1433, 'SQL Server'],
  [1883, 'MQTT'],
  [3306, 'MySQL'],
  [4222, 'NATS'],
  [5432, 'PostgreSQL'],
  [5672, 'AMQP'],
  [6379, 'Redis'],
  [9042, 'Cassandra'],
  [9092, 'Kafka'],
  [9300, 'Elasticsearch'],
  [11211, 'memcached'],
  [27017, 'MongoDB'],
]);

/** Clients are told that such a port is opaque: a Server that says otherwise would refuse them (linkerd-policy 5.7). */
function opaqueness(
  cluster: Cluster,
  { workload, number, backends, containers }: PortFacts,
): Evidence | undefined {
  const annotation = inherited(cluster, workload, OPAQUE_PORTS);
  if (annotation === undefined) {
    const byDefault = parsePortList(cluster.config.opaquePorts).ports;
    if (containers.length > 0 && byDefault.has(number)) {
      return { weight: 'opaque', protocol: 'opaque', from: "Linkerd's own list of opaque ports" };
    }
  } else if (parsePortList(annotation).ports.has(number)) {
    return { weight: 'opaque', protocol: 'opaque', from: `annotation ${OPAQUE_PORTS}` };
  }
  const service = backends.find(({ service, servicePort }) =>
    parsePortList(asTextMap(service.object.metadata.annotations)[OPAQUE_PORTS] ?? '').ports.has(servicePort),
  );
  if (service === undefined) return undefined;
  const from = `annotation ${OPAQUE_PORTS} of Service ${service.service.object.metadata.name}`;
  return { weight: 'opaque', protocol: 'opaque', from };
}

/** Whether connections to the port pass the proxy by. */
export function isSkipped(cluster: Cluster, { workload, number }: PortFacts): boolean {
  const list = inherited(cluster, workload, SKIP_INBOUND_PORTS) ?? cluster.config.skipInboundPorts;
  return parsePortList(list).ports.has(number);
}

/** An annotation of the pod as it will be once it is injected. */
export function inherited(cluster: Cluster, workload: Workload, key: string): string | undefined {
  const own = asTextMap(templateOf(workload.source).metadata.annotations);
  if (Object.hasOwn(own, key)) return own[key];
  const { annotations } = cluster.namespaceMeta(workload.namespace);
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}
