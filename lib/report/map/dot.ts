import { dot } from '../wording/graphs';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { portWords } from '../wording/port-words';
import { edges, shownMap, type MapAnswer } from './sentences';

/** A Graphviz graph with a box for each namespace. */
export function mapDot(answer: MapAnswer): Printable {
  const map = shownMap(answer);
  const lines = [dot`digraph access {`, dot`  rankdir=LR;`, dot`  node [shape=box];`];
  map.classes.forEach(({ label }, index) => lines.push(dot`  c${index} [shape=oval, label="${label}"];`));
  map.namespaces.forEach((namespace, index) => {
    lines.push(dot`  subgraph cluster_${index} {`, dot`    label="${namespace}";`);
    map.groups.forEach((group, at) => {
      if (group.namespace === namespace) lines.push(dot`    p${at} [label="${portWords(group.ports, 4)}"];`);
    });
    lines.push(dot`  }`);
  });
  for (const { from, to, reach } of edges(map)) {
    const style = reach === 'allow' ? '' : dot` [style=dashed, label="${reach}"]`;
    lines.push(dot`  c${from} -> p${to}${style};`);
  }
  return markupText([...lines, dot`}`, dot``]);
}
