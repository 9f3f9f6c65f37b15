import { matrix } from '../../questions/map/access-map';
import { escapeMarkdown } from '../wording/markdown';
import { portWords } from '../wording/port-words';
import { cellText, groupsOf, legend, OPEN, peopleWith, shownMap, type MapAnswer } from './sentences';

/** The matrix as a table, then the ports of each namespace by who reaches them. */
export function mapMarkdown(answer: MapAnswer): string {
  const map = shownMap(answer);
  const cells = matrix(map);
  const lines = [
    `| from \\ to | ${map.namespaces.map(escapeMarkdown).join(' | ')} |`,
    `| --- |${' --- |'.repeat(map.namespaces.length)}`,
    ...map.classes.map(
      ({ label }, index) =>
        `| ${[label, ...(cells[index] ?? []).map(cellText)].map(escapeMarkdown).join(' | ')} |`,
    ),
    '',
    legend(map),
    '',
  ];
  for (const namespace of map.namespaces) {
    lines.push(`### ${escapeMarkdown(namespace)}`, '');
    for (const group of groupsOf(map, namespace)) {
      const open = OPEN.flatMap((reach) => {
        const who = peopleWith(group, map.classes, reach);
        return who.length === 0 ? [] : [`${reach}: ${who.join('; ')}`];
      });
      lines.push(
        `- ${escapeMarkdown(portWords(group.ports, 8))} — ${escapeMarkdown(open.length === 0 ? 'nobody' : open.join('. '))}`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}
