import { portLabel } from '../../cluster/port-classes';
import { workloadKey } from '../../cluster/workload';
import { pairs } from '../../questions/map/access-map';
import type { CoverageOptions } from '../wording/coverage';
import { csv } from '../wording/csv';
import { json } from '../wording/object-json';
import { portsJson } from '../wording/port-words';
import { table } from '../wording/table';
import { mapReport } from './json';
import { shownMap, type MapAnswer, type MapOptions } from './sentences';

/** One line per client workload and port. */
export function pairsText(answer: MapAnswer): string {
  return [...table([['FROM', 'TO', 'PORT', 'VERDICT'], ...rows(answer)]), ''].join('\n');
}

export function pairsCsv(answer: MapAnswer): string {
  return csv([['from', 'to', 'port', 'verdict'], ...rows(answer)]);
}

/** The report of the map, with the pairs added. */
export function pairsJson(answer: MapAnswer, options: MapOptions & CoverageOptions): string {
  return json({
    ...mapReport(answer, options),
    pairs: pairs(shownMap(answer)).map(({ from, to, reach }) => ({
      from: workloadKey(from),
      to: portsJson(to),
      verdict: reach,
    })),
  });
}

function rows(answer: MapAnswer): string[][] {
  return pairs(shownMap(answer)).map(({ from, to, reach }) => [
    workloadKey(from),
    workloadKey(to.workload),
    portLabel(to.ports),
    reach,
  ]);
}
