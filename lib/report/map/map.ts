import { createColors } from 'picocolors';
import { portLabel } from '../../cluster/port-classes';
import { workloadKey } from '../../cluster/workload';
import {
  matrix,
  pairs,
  type AccessMap,
  type ClientClass,
  type Focus,
  type MatrixCell,
  type MapPortGroup,
  type ReachLevel,
} from '../../questions/map/access-map';
import { portWords } from '../break-in/break-in';
import { clientsJson, type Domain } from '../wording/client-wording';
import { json } from '../wording/object-json';
import { table } from '../wording/table';

const OPEN = ['allow', 'audit', 'partly'] as const;

const WORDS: Readonly<Record<ReachLevel, string>> = {
  allow: 'allow',
  audit: 'audit',
  partly: 'partly',
  deny: 'deny',
};

const LEGEND =
  'Cells count the ports of applications that are reached; "+" means undeclared ports too, "audit" that nothing but audit lets in.';

/** `3/5+`, `all`, `-` */
export function cellText({ reached, audited, total, others }: MatrixCell): string {
  const plus = others ? '+' : '';
  if (reached === 0) return plus === '' ? '-' : plus;
  const count = reached === total ? 'all' : `${reached}/${total}`;
  return `${count}${plus}${audited === reached ? ' audit' : ''}`;
}

/** The matrix, then the ports of each namespace by who reaches them. */
export function mapText(map: AccessMap, { color }: { readonly color: boolean }): string {
  const colors = createColors(color);
  const cells = matrix(map);
  const rows = map.classes.map(({ label }, index) => [label, ...(cells[index] ?? []).map(cellText)]);
  const lines = [...table([['FROM / TO', ...map.namespaces], ...rows]), '', LEGEND, ''];
  for (const namespace of map.namespaces) {
    lines.push(colors.bold(namespace));
    for (const group of groupsOf(map, namespace)) lines.push(...groupLines(group, map.classes));
    lines.push('');
  }
  return lines.join('\n');
}

/** A workload's callers and callees. */
export function focusText(
  { workload, callers, callees }: Focus,
  { color }: { readonly color: boolean },
): string {
  const colors = createColors(color);
  const lines = [colors.bold(`Who reaches ${workloadKey(workload)}`)];
  for (const group of callers.groups) lines.push(...groupLines(group, callers.classes));
  lines.push('', colors.bold(`Whom ${workloadKey(workload)} reaches`));
  if (callees.length === 0) lines.push('  nobody of these manifests');
  for (const { reach, ports } of callees) {
    for (const namespace of new Set(ports.map((port) => port.workload.namespace))) {
      const own = ports.filter((port) => port.workload.namespace === namespace);
      lines.push(`  ${WORDS[reach].padEnd(6)}  ${namespace}: ${portWords(own, 8)}`);
    }
  }
  return [...lines, ''].join('\n');
}

function groupsOf({ groups }: AccessMap, namespace: string): readonly MapPortGroup[] {
  return groups.filter((group) => group.namespace === namespace);
}

function groupLines(group: MapPortGroup, classes: readonly ClientClass[]): string[] {
  const lines = OPEN.flatMap((reach) => {
    const who = peopleWith(group, classes, reach);
    return who.length === 0 ? [] : [`    ${WORDS[reach].padEnd(6)}  ${who.join('; ')}`];
  });
  return [
    `  ${portWords(group.ports, 8)}`,
    ...(lines.length === 0 ? ['    nobody from outside the pod'] : lines),
  ];
}

function classesWith({ reach }: MapPortGroup, classes: readonly ClientClass[], wanted: ReachLevel): string[] {
  return classes.flatMap(({ label }, index) => (reach[index] === wanted ? [label] : []));
}

/** All classes are everyone. */
function peopleWith(group: MapPortGroup, classes: readonly ClientClass[], wanted: ReachLevel): string[] {
  const who = classesWith(group, classes, wanted);
  return who.length === classes.length ? ['everyone'] : who;
}

/** One line for each client workload and port. */
export function pairsText(map: AccessMap): string {
  const rows = pairs(map).map(({ from, to, reach }) => [
    workloadKey(from),
    workloadKey(to.workload),
    portLabel(to.ports),
    WORDS[reach],
  ]);
  return [...table([['FROM', 'TO', 'PORT', 'VERDICT'], ...rows]), ''].join('\n');
}

export function mapMarkdown(map: AccessMap): string {
  const cells = matrix(map);
  const lines = [
    `| from \\ to | ${map.namespaces.map(escape).join(' | ')} |`,
    `| --- |${' --- |'.repeat(map.namespaces.length)}`,
    ...map.classes.map(
      ({ label }, index) => `| ${[label, ...(cells[index] ?? []).map(cellText)].map(escape).join(' | ')} |`,
    ),
    '',
    LEGEND,
    '',
  ];
  for (const namespace of map.namespaces) {
    lines.push(`### ${escape(namespace)}`, '');
    for (const group of groupsOf(map, namespace)) {
      const open = OPEN.flatMap((reach) => {
        const who = peopleWith(group, map.classes, reach);
        return who.length === 0 ? [] : [`${WORDS[reach]}: ${who.join('; ')}`];
      });
      lines.push(
        `- ${escape(portWords(group.ports, 8))} — ${escape(open.length === 0 ? 'nobody' : open.join('. '))}`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

/** One line for each class of clients and group of ports. */
export function mapCsv(map: AccessMap): string {
  const rows = map.groups.flatMap(({ namespace, ports, reach }) =>
    map.classes.map(({ label }, index) => [
      label,
      namespace,
      portWords(ports, 1000),
      WORDS[reach[index] ?? 'deny'],
    ]),
  );
  return csv([['from', 'to_namespace', 'ports', 'verdict'], ...rows]);
}

export function pairsCsv(map: AccessMap): string {
  const rows = pairs(map).map(({ from, to, reach }) => [
    workloadKey(from),
    workloadKey(to.workload),
    portLabel(to.ports),
    WORDS[reach],
  ]);
  return csv([['from', 'to', 'port', 'verdict'], ...rows]);
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is made text. */
function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Edges that are worth an arrow: one from each class of clients to each group of ports that it reaches. */
function edges({ classes, groups }: AccessMap): { from: number; to: number; reach: ReachLevel }[] {
  return groups.flatMap(({ reach }, to) =>
    classes.flatMap((_, from) => {
      const one = reach[from] ?? 'deny';
      return one === 'deny' ? [] : [{ from, to, reach: one }];
    }),
  );
}

export function mapMermaid(map: AccessMap): string {
  const quote = (text: string): string => `"${text.replaceAll('"', '#quot;').replaceAll('\n', ' ')}"`;
  const lines = ['flowchart LR'];
  map.classes.forEach(({ label }, index) => lines.push(`  c${index}([${quote(label)}])`));
  map.namespaces.forEach((namespace, index) => {
    lines.push(`  subgraph n${index}[${quote(namespace)}]`);
    map.groups.forEach((group, at) => {
      if (group.namespace === namespace) lines.push(`    p${at}[${quote(portWords(group.ports, 4))}]`);
    });
    lines.push('  end');
  });
  for (const { from, to, reach } of edges(map)) {
    lines.push(reach === 'allow' ? `  c${from} --> p${to}` : `  c${from} -. ${WORDS[reach]} .-> p${to}`);
  }
  return `${lines.join('\n')}\n`;
}

export function mapDot(map: AccessMap): string {
  const quote = (text: string): string => JSON.stringify(text);
  const lines = ['digraph access {', '  rankdir=LR;', '  node [shape=box];'];
  map.classes.forEach(({ label }, index) => lines.push(`  c${index} [shape=oval, label=${quote(label)}];`));
  map.namespaces.forEach((namespace, index) => {
    lines.push(`  subgraph cluster_${index} {`, `    label=${quote(namespace)};`);
    map.groups.forEach((group, at) => {
      if (group.namespace === namespace)
        lines.push(`    p${at} [label=${quote(portWords(group.ports, 4))}];`);
    });
    lines.push('  }');
  });
  for (const { from, to, reach } of edges(map)) {
    lines.push(
      `  c${from} -> p${to}${reach === 'allow' ? '' : ` [style=dashed, label=${quote(WORDS[reach])}]`};`,
    );
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

/** The shape that docs/json.md describes. */
export function mapJson(
  map: AccessMap,
  domain: Domain,
  options: { readonly focus?: Focus; readonly pairs: boolean },
): string {
  const { focus } = options;
  const port = ({ workload, ports }: MapPortGroup['ports'][number]): object => ({
    workload: workloadKey(workload),
    port: ports.port,
    ranges: ports.ranges,
    names: ports.names,
    label: portLabel(ports),
  });
  const shown = focus?.callers ?? map;
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'MapReport',
    ...(focus === undefined ? {} : { focus: workloadKey(focus.workload) }),
    clients: shown.classes.map(({ kind, label, namespace, clients, workloads }) => ({
      kind,
      label,
      ...(namespace === undefined ? {} : { namespace }),
      workloads: workloads.map(workloadKey),
      set: clientsJson(clients, domain),
    })),
    groups: shown.groups.map((group) => ({
      namespace: group.namespace,
      ports: group.ports.map(port),
      ...Object.fromEntries(
        [...OPEN, 'deny' as const].map((reach) => [reach, classesWith(group, shown.classes, reach)]),
      ),
    })),
    matrix: matrix(shown).map((cells, index) => ({
      from: shown.classes[index]?.label,
      to: cells.map((cell, column) => ({ namespace: shown.namespaces[column], ...cell })),
    })),
    ...(focus === undefined
      ? {}
      : { callees: focus.callees.map(({ reach, ports }) => ({ verdict: reach, ports: ports.map(port) })) }),
    ...(options.pairs
      ? {
          pairs: pairs(shown).map(({ from, to, reach }) => ({
            from: workloadKey(from),
            to: port(to),
            verdict: reach,
          })),
        }
      : {}),
  };
  return json(report);
}

function escape(text: string): string {
  return text.replace(/[\\`*_<>[\]|#]/g, '\\$&');
}
