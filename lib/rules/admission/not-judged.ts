import type { Rule } from '../rule';
import { coverage } from '../../cluster/coverage';
import { label } from '../../cluster/labels';

export const notJudged: Rule = {
  id: 'not-judged',
  severity: 'error',
  title: 'Something that decides who gets in was not judged, so the answer does not cover it.',
  check(cluster) {
    const { notJudged: open, accepted } = coverage(cluster);
    return (
      [...open, ...accepted]
        // What admission refuses is a finding of refused-by-admission.
        .filter(({ cause }) => cause !== 'refused')
        .map(({ source, cause, because, remedy }) => ({
          object: source,
          text:
            cause === 'no-workloads'
              ? `${label(cluster, source)} was ${because}. What its pods are decides who gets in, and no finding covers that.`
              : `${label(cluster, source)} was not judged: ${because}. No other finding takes that into account.`,
          remedy,
        }))
    );
  },
};
