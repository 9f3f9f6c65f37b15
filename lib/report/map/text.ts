import { createColors } from '../wording/colors';
import { workloadKey } from '../../cluster/workload';
import { matrix, type ClientClass, type Focus, type MapPortGroup } from '../../questions/map/access-map';
import { portWords } from '../wording/port-words';
import { printable, type Printable } from '../wording/printable';
import { table } from '../wording/table';
import { cellText, groupsOf, legend, OPEN, peopleWith, type MapAnswer, type MapOptions } from './sentences';

/** The matrix, then the ports of each namespace by who reaches them. */
export function mapText({ map, focus }: MapAnswer, { color }: MapOptions): Printable {
  if (focus !== undefined) return focusText(focus, color);
  const colors = createColors(color);
  const cells = matrix(map);
  const rows = map.classes.map(({ label }, index) => [label, ...(cells[index] ?? []).map(cellText)]);
  const lines = [...table([['FROM / TO', ...map.namespaces], ...rows]), '', legend(map), ''];
  for (const namespace of map.namespaces) {
    lines.push(colors.bold(namespace));
    for (const group of groupsOf(map, namespace)) lines.push(...groupLines(group, map.classes));
    lines.push('');
  }
  return printable(lines);
}

/** A workload's callers and callees. */
function focusText({ workload, callers, callees }: Focus, color: boolean): Printable {
  const colors = createColors(color);
  const lines = [colors.bold(`Who reaches ${workloadKey(workload)}`)];
  for (const group of callers.groups) lines.push(...groupLines(group, callers.classes));
  lines.push('', colors.bold(`What ${workloadKey(workload)} reaches`));
  if (callees.length === 0) lines.push('  nothing in these manifests');
  for (const { reach, ports } of callees) {
    for (const namespace of new Set(ports.map((port) => port.workload.namespace))) {
      const own = ports.filter((port) => port.workload.namespace === namespace);
      lines.push(`  ${reach.padEnd(6)}  ${namespace}: ${portWords(own, 8)}`);
    }
  }
  return printable([...lines, '']);
}

function groupLines(group: MapPortGroup, classes: readonly ClientClass[]): string[] {
  const lines = OPEN.flatMap((reach) => {
    const who = peopleWith(group, classes, reach);
    return who.length === 0 ? [] : [`    ${reach.padEnd(6)}  ${who.join('; ')}`];
  });
  return [
    `  ${portWords(group.ports, 8)}`,
    ...(lines.length === 0 ? ['    nobody from outside the pod'] : lines),
  ];
}
