import { portLabel } from '../../cluster/port-classes';
import { workloadKey } from '../../cluster/workload';
import type { Pair } from '../../questions/map/pairs';
import type { CoverageOptions } from '../wording/coverage';
import { csv } from '../wording/csv';
import { json } from '../wording/object-json';
import { portsJson } from '../wording/port-words';
import { printable, type Printable } from '../wording/printable';
import { table } from '../wording/table';
import { mapReport } from './json';
import type { MapAnswer, MapOptions } from './sentences';

/** One line per client workload and port. */
export function pairsText(answer: MapAnswer): Printable {
  return printable([...table([['FROM', 'TO', 'PORT', 'VERDICT'], ...rows(answer)]), '']);
}

export function pairsCsv(answer: MapAnswer): Printable {
  return csv([['from', 'to', 'port', 'verdict'], ...rows(answer)]);
}

/** The report of the map, with the pairs added. */
export function pairsJson(answer: MapAnswer, options: MapOptions & CoverageOptions): Printable {
  return json({
    ...mapReport(answer, options),
    pairs: pairsOf(answer).map(({ from, to, reach }) => ({
      from: workloadKey(from),
      to: portsJson(to),
      verdict: reach,
    })),
  });
}

function pairsOf({ pairs = [] }: MapAnswer): readonly Pair[] {
  return pairs;
}

function rows(answer: MapAnswer): string[][] {
  return pairsOf(answer).map(({ from, to, reach }) => [
    workloadKey(from),
    workloadKey(to.workload),
    portLabel(to.ports),
    reach,
  ]);
}
