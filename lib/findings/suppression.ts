import type { Cluster } from '../cluster/cluster';
import { asTextMap } from '../kubernetes/fields';
import { placeOf } from '../manifests/positions';
import { IGNORE_ANNOTATION, parseIgnore } from '../linkerd/ignore-annotation';
import { objectPath, type Origin, type SourceObject } from '../kubernetes/object';
import { ruleNamed, SUPPRESSION_UNUSED } from './run-rules';
import { RULES } from '../rules';
import { InputError, type Problem, type ProblemText } from '../basics/problem';
import { didYouMean, quote } from '../basics/words';
import { namespaceOf } from '../cluster/inventory';
import type { Finding } from './finding';
import { groupBy } from '../basics/collections';

/** Rules whose findings can be accepted. */
const IDS = RULES.map(({ id }) => id);

/** Accepts findings of one rule at some objects, for a written reason. */
export interface Suppression {
  /** The rule's current id, even if a former one is written. */
  readonly rule: string;
  /** `kind/namespace/name` (`kind/name` without a namespace); `*` matches any part of a segment. */
  readonly object: string;
  readonly reason: string;
  readonly place: Origin & { readonly column?: number };
  readonly by: 'annotation' | 'file';
  /** The object that carries the annotation. */
  readonly carrier?: SourceObject;
}

export interface SuppressedFinding {
  readonly finding: Finding;
  readonly suppression: Suppression;
}

export interface AppliedSuppressions {
  readonly open: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly unused: readonly Suppression[];
}

/** Splits findings into open and accepted ones. If several suppressions match a finding, the first one counts. */
export function applySuppressions(
  found: readonly Finding[],
  suppressions: readonly Suppression[],
): AppliedSuppressions {
  const used = new Set<Suppression>();
  const open: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const byRule = groupBy(suppressions, ({ rule }) => rule);
  for (const finding of found) {
    const fitting = (byRule.get(finding.rule) ?? []).filter((suppression) =>
      aboutEach(finding).some((one) => fits(suppression, one)),
    );
    const [first] = fitting;
    for (const suppression of fitting) used.add(suppression);
    const isAccepted = aboutEach(finding).every((one) =>
      fitting.some((suppression) => fits(suppression, one)),
    );
    if (first === undefined || !isAccepted) open.push(finding);
    else suppressed.push({ finding, suppression: first });
  }
  return { open, suppressed, unused: suppressions.filter((suppression) => !used.has(suppression)) };
}

type About = Pick<Finding, 'object' | 'namespace'>;

/** A finding about several objects, as if there were one for each. */
function aboutEach(finding: Finding): readonly About[] {
  return [finding, ...(finding.also ?? [])];
}

function fits({ object, carrier }: Suppression, about: About): boolean {
  if (carrier !== undefined) return about.object?.origin === carrier.origin;
  return about.object !== undefined && matchesGlob(object, objectPath(about.object, about.namespace));
}

/** Matches segment by segment; a star never crosses a slash. */
export function matchesGlob(pattern: string, path: string): boolean {
  const patterns = pattern.toLowerCase().split('/');
  const parts = path.toLowerCase().split('/');
  if (patterns.length !== parts.length) return false;
  return patterns.every((segment, index) => {
    const literal = segment.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${literal.join('.*')}$`).test(parts[index] ?? '');
  });
}

/** Suppressions in annotations, those of refused objects included. @throws InputError with all problems */
export function annotationSuppressions(cluster: Cluster): Suppression[] {
  const problems: Problem[] = [];
  const carriers = [...cluster.objects, ...cluster.refused.map(({ source }) => source)];
  const suppressions = carriers.flatMap((carrier) => {
    const text = asTextMap(carrier.object.metadata.annotations)[IGNORE_ANNOTATION];
    if (text === undefined) return [];
    const place = placeOf(carrier.origin, ['metadata', 'annotations', IGNORE_ANNOTATION]);
    const object = objectPath(carrier, namespaceOf(cluster, carrier));
    return parseIgnore(text).flatMap(({ rule: written, reason }) => {
      const read = readRule(written, reason, `annotation ${IGNORE_ANNOTATION}: ${quote(text)}`);
      if ('rule' in read) {
        return [{ rule: read.rule, reason, object, place, by: 'annotation' as const, carrier }];
      }
      problems.push({ ...place, ...read });
      return [];
    });
  });
  if (problems.length > 0) throw new InputError(problems);
  return suppressions;
}

/** The current id of the rule that a suppression names, or what is wrong with the suppression. */
export function readRule(rule: string, reason: string, where: string): { rule: string } | ProblemText {
  const known = ruleNamed(rule);
  if (known === undefined || !IDS.includes(known.id)) {
    return {
      message: `${where} names the rule ${quote(rule)}, which does not exist`,
      remedy: `see namespace-jail check --list-rules${didYouMean(rule, IDS)}`,
    };
  }
  if (reason !== '') return { rule: known.id };
  return {
    message: `${where} gives no reason for ignoring ${rule}`,
    remedy: `say why it is accepted: "${rule}: REASON"`,
  };
}

/** Unused suppressions as findings: the fault is gone, or the name is wrong. */
export function unusedFindings(unused: readonly Suppression[]): Finding[] {
  return unused.map(({ rule, object, reason, place, carrier }) => ({
    rule: SUPPRESSION_UNUSED.id,
    severity: SUPPRESSION_UNUSED.severity,
    place,
    text: `${rule} finds nothing at ${object}, but is accepted there because ${quote(reason)}.`,
    remedy: 'remove the suppression, or correct the object it names',
    ...(carrier === undefined ? {} : { object: carrier, ...namespaceIn(object) }),
  }));
}

/** The middle of `server/shop/api`. */
function namespaceIn(path: string): { namespace?: string } {
  const [, namespace, name] = path.split('/');
  return namespace === undefined || name === undefined ? {} : { namespace };
}
