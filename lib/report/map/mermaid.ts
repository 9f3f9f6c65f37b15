import { mermaid } from '../wording/graphs';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { portWords } from '../wording/port-words';
import { edges, shownMap, type MapAnswer } from './sentences';

/** A flow chart with a box for each namespace. */
export function mapMermaid(answer: MapAnswer): Printable {
  const map = shownMap(answer);
  const lines = [mermaid`flowchart LR`];
  map.classes.forEach(({ label }, index) => lines.push(mermaid`  c${index}(["${label}"])`));
  map.namespaces.forEach((namespace, index) => {
    lines.push(mermaid`  subgraph n${index}["${namespace}"]`);
    map.groups.forEach((group, at) => {
      if (group.namespace === namespace) lines.push(mermaid`    p${at}["${portWords(group.ports, 4)}"]`);
    });
    lines.push(mermaid`  end`);
  });
  for (const { from, to, reach } of edges(map)) {
    lines.push(
      reach === 'allow' ? mermaid`  c${from} --> p${to}` : mermaid`  c${from} -. ${reach} .-> p${to}`,
    );
  }
  return markupText([...lines, mermaid``]);
}
