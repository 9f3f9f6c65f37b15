import { CORE_SCHEMA, dump } from 'js-yaml';
import {
  BASELINE_VERB,
  type AcceptedOpening,
  type AcceptedPorts,
  type Baseline,
} from '../../questions/break-in/baseline';
import type { NewEntry } from '../../questions/break-in/new-entries';

const HEAD = `# Ways into jails that are accepted as they are (namespace-jail break-in --baseline).
# An entry accepts no other clients, ports or objects than it names. With until: 2027-01-31 it counts up to that day.
`;

/** What a baseline accepts from now on: ways in, and objects that were not judged, as `kind/namespace/name`. */
export interface Addition {
  readonly openings: readonly NewEntry[];
  readonly unjudged: readonly string[];
}

/** A baseline as a file: kept entries as they were written, then new ones, for one reason. */
export function baselineFile(kept: Baseline, added: Addition, reason: string): string {
  const until = (entry: { readonly until?: string }): object =>
    entry.until === undefined ? {} : { until: entry.until };
  const opening = (entry: NewEntry & Pick<AcceptedOpening, 'reason' | 'until'>): object => ({
    verb: BASELINE_VERB,
    object: entry.object,
    clients: entry.clients,
    ports: entry.ports.map(portsText),
    reason: entry.reason,
    ...until(entry),
  });
  const entries = [
    ...kept.openings.map(opening),
    ...added.openings.map((entry) => opening({ ...entry, reason })),
    ...kept.unjudged.map((entry) => ({
      'not-judged': entry.notJudged,
      reason: entry.reason,
      ...until(entry),
    })),
    ...added.unjudged.map((path) => ({ 'not-judged': path, reason })),
  ];
  return `${HEAD}${dump(entries, { lineWidth: 120, noRefs: true, schema: CORE_SCHEMA })}`;
}

function portsText({ workload, ports, traffic }: AcceptedPorts): string {
  return `${workload}:${ports.toString()}${traffic === undefined ? '' : ` ${traffic}`}`;
}
