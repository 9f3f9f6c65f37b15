import { isPortNumber } from '../linkerd/ports';
import { valueAt, asFields, asList, asText, inWords } from '../kubernetes/fields';
import { containerProbePaths, PROBE_FIELDS } from './probes';
import { memoized } from '../basics/collections';

/** A TCP port that a container declares. */
export interface DeclaredPort {
  readonly number: number;
  readonly name?: string;
  readonly container: string;
}

/** What policy can address of a pod: its ports and probes. Pods alike share one surface. */
export interface ExposedPorts {
  readonly ports: readonly DeclaredPort[];
  /** A name may mean several numbers when several containers use it (linkerd-policy 3.3). */
  readonly portNames: ReadonlyMap<string, ReadonlySet<number>>;
  /** Paths of httpGet probes by port (3.3). */
  readonly probes: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Makes each surface once: a cluster has many pods and few kinds of them. */
export class ExposedPortsCache {
  private readonly known = new Map<string, ExposedPorts>();

  public of(containers: readonly unknown[]): ExposedPorts {
    const key = containers.map(containerKey).join('\n');
    return memoized(this.known, key, () => exposedPorts(containers));
  }
}

function exposedPorts(containers: readonly unknown[]): ExposedPorts {
  const ports = containers.flatMap(tcpPorts);
  return { ports, portNames: portNames(ports), probes: probePaths(containers) };
}

/** Everything that the surface is made of, as text. */
function containerKey(container: unknown): string {
  let key = `${inWords(valueAt(container, 'name'))}`;
  for (const port of asList(valueAt(container, 'ports'))) {
    key += ` ${inWords(valueAt(port, 'name'))}:${inWords(valueAt(port, 'containerPort'))}:${inWords(valueAt(port, 'protocol'))}`;
  }
  for (const field of PROBE_FIELDS) {
    const httpGet = valueAt(container, field, 'httpGet');
    if (httpGet !== undefined) key += JSON.stringify(httpGet);
  }
  return key;
}

function tcpPorts(container: unknown): DeclaredPort[] {
  const declared: DeclaredPort[] = [];
  for (const entry of asList(valueAt(container, 'ports'))) {
    const number = valueAt(entry, 'containerPort');
    const name = asText(valueAt(entry, 'name'));
    if (!isPortNumber(number) || !isTcp(entry)) continue;
    const owner = asText(valueAt(container, 'name')) ?? '';
    declared.push({ number, container: owner, ...(name === undefined ? {} : { name }) });
  }
  return declared;
}

export function isTcp(port: unknown): boolean {
  const protocol = valueAt(port, 'protocol');
  return protocol === undefined || protocol === null || asText(protocol)?.toUpperCase() === 'TCP';
}

export function portNames(ports: readonly DeclaredPort[]): Map<string, Set<number>> {
  const names = new Map<string, Set<number>>();
  for (const { name, number } of ports) {
    if (name !== undefined) memoized(names, name, () => new Set<number>()).add(number);
  }
  return names;
}

function probePaths(containers: readonly unknown[]): Map<number, Set<string>> {
  const probes = new Map<number, Set<string>>();
  for (const container of containers) {
    for (const { port, path } of containerProbePaths(asFields(container))) {
      memoized(probes, port, () => new Set<string>()).add(path);
    }
  }
  return probes;
}
