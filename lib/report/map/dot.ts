import { portWords } from '../wording/port-words';
import { edges, shownMap, type MapAnswer } from './sentences';

/** A Graphviz graph with a box for each namespace. */
export function mapDot(answer: MapAnswer): string {
  const map = shownMap(answer);
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
    lines.push(`  c${from} -> p${to}${reach === 'allow' ? '' : ` [style=dashed, label=${quote(reach)}]`};`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}
