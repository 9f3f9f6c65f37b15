import type { Coverage } from '../../cluster/coverage';
import type { AcceptedObject, NotJudged } from '../../cluster/not-judged';
import { objectPath } from '../../kubernetes/object';
import type { Baseline } from './baseline';

/** How a baseline names an object that was not judged. */
export function notJudgedPath({ source, namespace }: NotJudged): string {
  return objectPath(source, source.object.kind === 'Namespace' ? undefined : namespace);
}

/** What an answer rests on, with what a baseline accepts though it was not judged. */
export function acceptedCoverage(coverage: Coverage, { unjudged }: Baseline): Coverage {
  const reasons = new Map(unjudged.map(({ notJudged, reason }) => [notJudged.toLowerCase(), reason]));
  const reasonFor = (one: NotJudged): string | undefined => reasons.get(notJudgedPath(one).toLowerCase());
  const accepted = coverage.notJudged.flatMap((one): AcceptedObject[] => {
    const reason = reasonFor(one);
    return reason === undefined ? [] : [{ ...one, reason }];
  });
  const notJudged = coverage.notJudged.filter((one) => reasonFor(one) === undefined);
  return { ...coverage, notJudged, accepted: [...coverage.accepted, ...accepted] };
}
