import { createColors } from '../wording/colors';
import { counted, enumerate } from '../../basics/words';
import { byPolicyAlone } from '../../cluster/not-judged';
import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import { breakInFails, isForAdminPort } from '../../questions/break-in/outcome';
import type {
  AcceptedWayIn,
  BuiltInOpening,
  DeclaredException,
  JailSurface,
  WayIn,
} from '../../questions/break-in/jail-surface';
import type { ClientSet } from '../../sets/client-set';
import { clientPhrases } from '../../sets/client-words';
import { inPlainWords, type Domain } from '../../sets/plain-words';
import { objectWithPlace, placeText } from '../wording/object-json';
import { printable, type Printable } from '../wording/printable';
import { portWords } from '../wording/port-words';
import { canCommand } from '../wording/witness';
import { breakInSummary, type BreakInOptions } from './sentences';

/** Every jail with its ways in, then what is open on purpose; the last line counts both. */
export function breakInText(surfaces: readonly JailSurface[], options: BreakInOptions): Printable {
  const colors = createColors(options.color);
  const lines: string[] = [];
  for (const { jail, ways, exceptions, accepted, own, byPolicyAlone: isSupposed } of surfaces) {
    const where = jail.source === undefined ? '' : ` (${placeText(jail.source.origin)})`;
    lines.push(`${colors.bold(jail.namespace)} is a jail: ${jail.because}${where}`);
    if (isSupposed) lines.push(`  ${byPolicyAlone(jail.namespace)}`);
    ways.forEach((way, index) => lines.push('', ...wayLines(way, index + 1, isSupposed, options)));
    if (accepted.length > 0) lines.push('', '  accepted by the baseline');
    for (const way of accepted) lines.push(acceptedLine(way, jail.namespace, options));
    const [admin, declared] = [
      exceptions.filter(isForAdminPort),
      exceptions.filter((one) => !isForAdminPort(one)),
    ];
    for (const [heading, some] of [
      ['declared exceptions', declared],
      ["exceptions for the proxy's admin port alone", admin],
    ] as const) {
      if (some.length > 0) lines.push('', `  ${heading}`);
      for (const exception of some) lines.push(exceptionLine(exception, jail.namespace, options));
    }
    if (own.length > 0) lines.push('', '  opened by Linkerd itself');
    for (const opening of own) lines.push(`    ${ownWords(opening)}`);
    lines.push('');
  }
  const { failOn = 'undeclared', leftOut = [] } = options;
  if (leftOut.length > 0) lines.push(leftOutWords(leftOut), '');
  const summary = breakInSummary(surfaces);
  const paint = breakInFails(surfaces, failOn) ? colors.red : colors.green;
  return printable([...lines, paint(summary), '']);
}

function wayLines(
  way: WayIn,
  index: number,
  isSupposed: boolean,
  { domain, input, color }: BreakInOptions,
): string[] {
  const colors = createColors(color);
  const how = { allow: '', audit: ' (let in and logged: audit)', depends: ' (possibly)' }[way.verdict];
  const { blame } = way;
  const object = blame.source === undefined ? '' : `${objectWithPlace(blame.source)}: `;
  const via = blame.via.map((source) => `${objectWithPlace(source)}`);
  const through = via.length === 0 ? '' : `, through ${enumerate(via, 3)}`;
  const assumed = [
    '     note  found no request that matches this route; judged as if there were one, with nothing to try',
  ];
  return [
    `  ${colors.red(`${index}.`)} ${colors.bold(outsiders(way.clients, way.namespace, domain))}${how}`,
    `     into  ${portWords(way.ports)}`,
    `     by    ${object}${blame.because}${through}`,
    ...(way.conditions.length === 0 ? [] : [`     if    ${way.conditions.join(' and ')}`]),
    // Without a pod, or a request that takes the route, there is nothing to try.
    ...(isSupposed
      ? []
      : way.verified
        ? way.witnesses.map(({ witness, verdict = way.verdict }) => {
            const other = verdict === way.verdict ? '' : `  (${verdict})`;
            return `     try   ${colors.cyan(canCommand(witness, domain, input))}${other}`;
          })
        : assumed),
    `     fix   ${blame.remedy}`,
  ];
}

function acceptedLine(
  { entry, clients, ports }: AcceptedWayIn,
  namespace: string,
  { domain }: BreakInOptions,
): string {
  const end = entry.until === undefined ? '' : `, until ${entry.until}`;
  const who = outsiders(clients, namespace, domain);
  return `    ${entry.object} (${placeText(entry.place)}): ${who} into ${portWords(ports)} (${entry.reason}${end})`;
}

/** Who wants to know more must ask by name. */
function leftOutWords(names: readonly string[]): string {
  const [name = ''] = names;
  return names.length === 1
    ? `not judged, because it is Linkerd's own: ${name} (-n ${name} judges it)`
    : `not judged, because they are Linkerd's own: ${enumerate(names)} (-n NAME judges one)`;
}

function exceptionLine(
  { source, value, clients, ports }: DeclaredException,
  namespace: string,
  { domain }: BreakInOptions,
): string {
  const how = value === undefined ? '' : ` (${EXCEPTION_ANNOTATION}: ${value})`;
  const head = `    ${objectWithPlace(source)}: `;
  if (ports.length === 0) return `${head}lets no outsider into any workload in these manifests${how}`;
  return `${head}${outsiders(clients, namespace, domain)} into ${portWords(ports)}${how}`;
}

function ownWords({ kind, ports, paths }: BuiltInOpening): string {
  switch (kind) {
    case 'probe':
      return `probes: anyone may GET ${enumerate(paths, 6)} on ${portWords(ports.map((port) => ({ ...port, isAll: true })))}`;
    case 'loopback':
      return 'loopback: a pod can reach itself, and kubectl port-forward can reach it';
    case 'tap':
      return `tap: linkerd-viz's tap on ${counted(numbersOf(ports), 'port')}, if it is installed`;
    case 'skipped-by-default': {
      const numbers = numbersOf(ports);
      const verb = numbers.length === 1 ? 'bypasses' : 'bypass';
      return `${counted(numbers, 'port')}, which ${verb} the proxy by default and which no container declares`;
    }
  }
}

/** Port numbers one by one: Linkerd opens only single ports by itself. */
function numbersOf(openings: BuiltInOpening['ports']): number[] {
  const numbers = openings.flatMap(({ ports }) =>
    ports.ranges.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => first + step),
    ),
  );
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Clients of a jail in words; that its own are excepted goes without saying. */
function outsiders(clients: ClientSet, namespace: string, domain: Domain): string {
  return clientPhrases(clients, inPlainWords(domain, namespace)).join(', and ');
}
