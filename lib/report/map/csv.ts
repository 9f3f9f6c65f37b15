import { csv } from '../wording/csv';
import type { Printable } from '../wording/printable';
import { portWords } from '../wording/port-words';
import { shownMap, type MapAnswer } from './sentences';

/** One line per class of clients and group of ports. */
export function mapCsv(answer: MapAnswer): Printable {
  const map = shownMap(answer);
  const rows = map.groups.flatMap(({ namespace, ports, reach }) =>
    map.classes.map(({ label }, index) => [label, namespace, portWords(ports, 1000), reach[index] ?? 'deny']),
  );
  return csv([['from', 'to_namespace', 'ports', 'verdict'], ...rows]);
}
