import { createColors } from 'picocolors';
import { portLabel } from '../../cluster/port-classes';
import { counted } from '../../basics/words';
import type { ClientSet } from '../../sets/client-set';
import { workloadKey } from '../../cluster/workload';
import { json, objectWithPlace, placeText, objectJson } from '../wording/object-json';
import { trafficName, type TrafficRef } from '../../verdict/traffic-ref';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import type {
  DeclaredException,
  JailSurface,
  BuiltInOpening,
  WayIn,
  WorkloadPort,
} from '../../questions/break-in/break-in';
import {
  canCommand,
  clientPhrases,
  clientsJson,
  shortList,
  witnessJson,
  type Domain,
} from '../wording/client-wording';

export interface BreakInOptions {
  readonly domain: Domain;
  /** Words of a command line after FROM and TO that make `can` read the same manifests. */
  readonly input: readonly string[];
  readonly color: boolean;
}

/** Ports of workloads: those with the same ports in one phrase. */
export function portWords(ports: readonly WorkloadPort[], most = 6): string {
  const byWorkload = new Map<string, string[]>();
  for (const { workload, ports: own, traffic, isAll } of ports) {
    const name = `${workload.kind}/${workload.name}`;
    const some = isAll ? '' : ` (only ${shortList(traffic.map(trafficWord), 3)})`;
    const label = `${portLabel(own)}${some}`;
    byWorkload.set(name, [...(byWorkload.get(name) ?? []), label]);
  }
  const byPorts = new Map<string, string[]>();
  for (const [name, labels] of byWorkload) {
    const key = shortList(labels, 8);
    byPorts.set(key, [...(byPorts.get(key) ?? []), name]);
  }
  return [...byPorts].map(([labels, names]) => `${shortList(names, most)}: ${labels}`).join('; ');
}

/** Traffic as a reader would say it. */
export function trafficWord(ref: TrafficRef): string {
  switch (ref.kind) {
    case 'connection':
      return 'connections that are not HTTP';
    case 'default':
      return 'requests that no probe makes';
    case 'probe':
      return 'requests of probes';
    case 'object':
      return `requests of ${trafficName(ref)}`;
  }
}

export function waysIn(surfaces: readonly JailSurface[]): readonly WayIn[] {
  return surfaces.flatMap(({ ways }) => ways);
}

/** Clients of a jail in words: that its own are not meant goes without saying. */
function outsiders(clients: ClientSet, namespace: string, domain: Domain): string {
  const own = ` but every ServiceAccount of namespace ${namespace}`;
  return clientPhrases(clients, domain)
    .map((phrase) => phrase.replace(own, ` outside ${namespace}`))
    .join(', and ');
}

/** The answer in one line. */
export function breakInSummary(surfaces: readonly JailSurface[]): string {
  const count = waysIn(surfaces).length;
  return `${count} ${count === 1 ? 'way' : 'ways'} in`;
}

/** Every jail with its ways in, then what is open on purpose; the last line counts the ways in. */
export function breakInText(surfaces: readonly JailSurface[], options: BreakInOptions): string {
  const colors = createColors(options.color);
  const lines: string[] = [];
  for (const { jail, ways, exceptions, own } of surfaces) {
    const where = jail.source === undefined ? '' : ` (${placeText(jail.source.origin)})`;
    lines.push(`${colors.bold(jail.namespace)} is a jail: ${jail.because}${where}`);
    const judged = jail.workloads.length;
    if (judged === 0) lines.push('  no workload of it is in the manifests, so no port could be judged');
    ways.forEach((way, index) => lines.push('', ...wayLines(way, index + 1, options)));
    if (exceptions.length > 0) lines.push('', '  declared exceptions');
    for (const exception of exceptions) lines.push(...exceptionLines(exception, jail.namespace, options));
    if (own.length > 0) lines.push('', '  opened by Linkerd itself');
    for (const opening of own) lines.push(`    ${ownWords(opening)}`);
    lines.push('');
  }
  const summary = breakInSummary(surfaces);
  const paint = waysIn(surfaces).length === 0 ? colors.green : colors.red;
  return [...lines, paint(summary), ''].join('\n');
}

function wayLines(way: WayIn, index: number, { domain, input, color }: BreakInOptions): string[] {
  const colors = createColors(color);
  const audit = way.verdict === 'audit' ? ' (let in and logged: audit)' : '';
  const { blame } = way;
  const object = blame.source === undefined ? '' : `${objectWithPlace(blame.source)}: `;
  const via = blame.via.map((source) => `${objectWithPlace(source)}`);
  const through = via.length === 0 ? '' : `, through ${shortList(via, 3)}`;
  const doubt = way.verified
    ? []
    : ['     note  no request that takes this route was found; it is judged as if one did'];
  return [
    `  ${colors.red(`${index}.`)} ${colors.bold(outsiders(way.clients, way.namespace, domain))}${audit}`,
    `     into  ${portWords(way.ports)}`,
    `     by    ${object}${blame.because}${through}`,
    ...way.witnesses.map(({ witness }) => `     try   ${colors.cyan(canCommand(witness, domain, input))}`),
    ...doubt,
    `     fix   ${blame.remedy}`,
  ];
}

function exceptionLines(
  { source, value, clients, ports }: DeclaredException,
  namespace: string,
  { domain }: BreakInOptions,
): string[] {
  const how = value === undefined ? "the proxy's admin port" : `${EXCEPTION_ANNOTATION}: ${value}`;
  const head = `    ${objectWithPlace(source)}: `;
  if (ports.length === 0)
    return [`${head}lets nobody from outside into a workload of these manifests (${how})`];
  return [`${head}${outsiders(clients, namespace, domain)} into ${portWords(ports)} (${how})`];
}

function ownWords({ kind, ports, paths, numbers }: BuiltInOpening): string {
  switch (kind) {
    case 'probe':
      return `probes: anyone may GET ${shortList(paths, 6)} on ${portWords(ports.map((port) => ({ ...port, isAll: true })))}`;
    case 'loopback':
      return 'loopback: a pod reaches itself, and kubectl port-forward reaches it';
    case 'tap':
      return `tap: linkerd-viz's tap on ${counted(numbers, 'port')}, where it is installed`;
    case 'skipped-by-default':
      return `${counted(numbers, 'port')}, which ${numbers.length === 1 ? 'bypasses' : 'bypass'} the proxy by default and which no container declares`;
  }
}

/** The shape that docs/json.md describes. */
export function breakInJson(surfaces: readonly JailSurface[], { domain, input }: BreakInOptions): string {
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'BreakInReport',
    summary: { text: breakInSummary(surfaces), waysIn: waysIn(surfaces).length },
    jails: surfaces.map(({ jail, ways, exceptions, own }) => ({
      namespace: jail.namespace,
      criterion: jail.criterion,
      because: jail.because,
      ...(jail.source === undefined ? {} : { object: objectJson(jail.source) }),
      workloads: jail.workloads.length,
      waysIn: ways.map((way) => ({
        clients: clientsJson(way.clients, domain),
        phrases: clientPhrases(way.clients, domain),
        verdict: way.verdict,
        verified: way.verified,
        ports: way.ports.map(portJson),
        blame: {
          kind: way.blame.kind,
          ...(way.blame.source === undefined ? {} : { object: objectJson(way.blame.source) }),
          via: way.blame.via.map(objectJson),
          because: way.blame.because,
        },
        remedy: way.blame.remedy,
        witnesses: way.witnesses.map(({ witness }) => witnessJson(witness, domain, input)),
      })),
      exceptions: exceptions.map(({ source, value, clients, ports }) => ({
        object: objectJson(source),
        ...(value === undefined ? {} : { declared: value }),
        clients: clientsJson(clients, domain),
        ports: ports.map(portJson),
      })),
      linkerd: own.map(({ kind, ports, paths }) => ({ kind, paths, ports: ports.map(portJson) })),
    })),
  };
  return json(report);
}

function portJson({ workload, ports, traffic, isAll }: WorkloadPort): object {
  return {
    workload: workloadKey(workload),
    port: ports.port,
    ranges: ports.ranges,
    names: ports.names,
    label: portLabel(ports),
    traffic: traffic.map(trafficName),
    allTraffic: isAll,
  };
}
