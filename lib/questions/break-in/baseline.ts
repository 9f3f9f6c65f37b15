import { isObjectPath, type Origin } from '../../kubernetes/object';
import { EXCEPTION_GRAMMAR, parseExceptionTerms } from '../../linkerd/exception-terms';
import { parsePortList, type PortSet } from '../../linkerd/ports';
import { readEntries, type EntryForm, type WrittenEntry } from '../../manifests/entry-list';
import { asList } from '../../kubernetes/fields';
import { quote } from '../../basics/words';

/** Why something is accepted, and until when. */
interface Acceptance {
  readonly reason: string;
  /** The last day on which it counts, as `2027-01-31`. @default for ever */
  readonly until?: string;
  readonly place: Origin & { readonly column?: number };
}

/** A way in that is accepted as it is: whoever else gets in, or wherever else they get in, is still a way in. */
export interface AcceptedOpening extends Acceptance {
  /** What lets them in, as `kind/namespace/name` (`namespace/name` for a Namespace). */
  readonly object: string;
  /** Who, in the terms of the annotation `namespace-jail/exception`. */
  readonly clients: string;
  readonly ports: readonly AcceptedPorts[];
}

/** Ports of one workload. */
export interface AcceptedPorts {
  /** `kind/name`, of the object's namespace. */
  readonly workload: string;
  readonly ports: PortSet;
  /** The name of a route, or `connection` or `unmatched`. @default all traffic of the ports */
  readonly traffic?: string;
}

/** An object that is accepted although it cannot be judged. */
export interface AcceptedUnjudged extends Acceptance {
  readonly notJudged: string;
}

/** What a cluster that has policy already starts with. */
export interface Baseline {
  readonly openings: readonly AcceptedOpening[];
  readonly unjudged: readonly AcceptedUnjudged[];
}

export const NO_BASELINE: Baseline = { openings: [], unjudged: [] };

/** The verb whose answers a baseline accepts. */
export const BASELINE_VERB = 'break-in';

const FORM: EntryForm = {
  file: 'a baseline',
  entry: 'an entry of a baseline',
  fields: ['verb', 'object', 'clients', 'ports', 'not-judged', 'reason', 'until'],
  form:
    'write a list of { verb: break-in, object: KIND/NAMESPACE/NAME, clients: TERMS, ports: [KIND/NAME:PORTS], reason: TEXT, ' +
    'until: DATE }, or of { not-judged: KIND/NAMESPACE/NAME, reason: TEXT, until: DATE }',
};

/** Reads a baseline. @throws InputError with all problems */
export function parseBaseline(text: string, file: string): Baseline {
  const entries = readEntries(text, file, FORM, readEntry);
  return {
    openings: entries.filter((entry) => 'object' in entry),
    unjudged: entries.filter((entry) => 'notJudged' in entry),
  };
}

function readEntry(entry: WrittenEntry): AcceptedOpening | AcceptedUnjudged {
  const { fields, place, report } = entry;
  const accepted = { ...acceptance(entry), place };
  const objectAt = (key: string): string => {
    const object = entry.text(key);
    if (typeof fields[key] !== 'string' || !isObjectPath(object) || object.includes('*'))
      report(
        [key],
        `${key} must name one object, not ${quote(fields[key])}`,
        'write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace',
      );
    return object;
  };
  if (fields['not-judged'] !== undefined) {
    for (const key of ['verb', 'object', 'clients', 'ports'].filter((name) => fields[name] !== undefined))
      report([key], `an entry with not-judged has no ${key}`, FORM.form);
    return { ...accepted, notJudged: objectAt('not-judged') };
  }
  if (fields.verb !== BASELINE_VERB)
    report(['verb'], `verb must be ${BASELINE_VERB}, not ${quote(fields.verb)}`, FORM.form);
  const clients = entry.text('clients');
  const { problems = [] } = parseExceptionTerms(clients);
  for (const { what } of problems) report(['clients'], `clients cannot be read: ${what}`, EXCEPTION_GRAMMAR);
  return { ...accepted, object: objectAt('object'), clients, ports: portsOf(entry) };
}

function acceptance({ fields, report, text }: WrittenEntry): Pick<Acceptance, 'reason' | 'until'> {
  const [reason, until] = [text('reason'), text('until')];
  if (reason === '') report(['reason'], 'the entry gives no reason', 'say why it is accepted');
  if (fields.until === undefined) return { reason };
  if (!isDate(until))
    report(['until'], `until must be a date, not ${quote(fields.until)}`, 'write it as 2027-01-31');
  return { reason, until };
}

function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && date.toISOString().startsWith(text);
}

const PORTS_FORM = 'write KIND/NAME:PORTS, such as deployment/web:8080,9000-9100, and a route after a blank';

function portsOf({ fields, report }: WrittenEntry): AcceptedPorts[] {
  const items = asList(fields.ports);
  if (items.length === 0) report(['ports'], 'ports must be a list of ports of workloads', PORTS_FORM);
  return items.flatMap((item, index): AcceptedPorts[] => {
    const [, workload = '', list = '', traffic] =
      typeof item === 'string' ? (/^([^/\s]+\/[^/\s:]+):([\d,-]+)(?: (\S+))?$/.exec(item.trim()) ?? []) : [];
    const { ports, problem } = parsePortList(list);
    if (workload === '' || problem !== undefined || ports.isEmpty) {
      const why = problem === undefined ? '' : `: ${problem}`;
      report(['ports', index], `${quote(item)} does not name ports of a workload${why}`, PORTS_FORM);
      return [];
    }
    return [{ workload, ports, ...(traffic === undefined ? {} : { traffic }) }];
  });
}

/** The entries whose time is not over. @param today as `2027-01-31` */
export function inForce(baseline: Baseline, today: string): Baseline {
  return only(baseline, ({ until }) => until === undefined || today <= until);
}

export function withoutEntries(
  baseline: Baseline,
  some: readonly (AcceptedOpening | AcceptedUnjudged)[],
): Baseline {
  return only(baseline, (entry) => !some.includes(entry));
}

function only(
  { openings, unjudged }: Baseline,
  isMeant: (entry: AcceptedOpening | AcceptedUnjudged) => boolean,
): Baseline {
  return { openings: openings.filter(isMeant), unjudged: unjudged.filter(isMeant) };
}
