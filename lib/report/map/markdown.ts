import { matrix } from '../../questions/map/access-map';
import { mdLine, row } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { portWords } from '../wording/port-words';
import { cellText, groupsOf, legend, OPEN, peopleWith, shownMap, type MapAnswer } from './sentences';

/** The matrix as a table, then the ports of each namespace by who reaches them. */
export function mapMarkdown(answer: MapAnswer): Printable {
  const map = shownMap(answer);
  const cells = matrix(map);
  const lines = [
    row([mdLine`from \\ to`, ...map.namespaces]),
    row(['', ...map.namespaces].map(() => mdLine`---`)),
    ...map.classes.map(({ label }, index) => row([label, ...(cells[index] ?? []).map(cellText)])),
    mdLine``,
    mdLine`${legend(map)}`,
    mdLine``,
  ];
  for (const namespace of map.namespaces) {
    lines.push(mdLine`### ${namespace}`, mdLine``);
    for (const group of groupsOf(map, namespace)) {
      const open = OPEN.flatMap((reach) => {
        const who = peopleWith(group, map.classes, reach);
        return who.length === 0 ? [] : [`${reach}: ${who.join('; ')}`];
      });
      lines.push(mdLine`- ${portWords(group.ports, 8)} — ${open.length === 0 ? 'nobody' : open.join('. ')}`);
    }
    lines.push(mdLine``);
  }
  return markupText(lines);
}
