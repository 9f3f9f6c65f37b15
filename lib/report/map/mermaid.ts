import { portWords } from '../wording/port-words';
import { edges, shownMap, type MapAnswer } from './sentences';

/** A flow chart with a box for each namespace. */
export function mapMermaid(answer: MapAnswer): string {
  const map = shownMap(answer);
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
    lines.push(reach === 'allow' ? `  c${from} --> p${to}` : `  c${from} -. ${reach} .-> p${to}`);
  }
  return `${lines.join('\n')}\n`;
}
