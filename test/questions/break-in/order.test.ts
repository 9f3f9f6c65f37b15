import fc from 'fast-check';
import type { KubeObject } from '../../../lib/kubernetes/object';
import { breakIn } from '../../../lib/questions/break-in/break-in';
import { BREAK_IN_FORMATS } from '../../../lib/report/break-in';
import { clusterWith, objects } from '../../arbitrary/cluster';
import { NOTHING_READ } from '../../helpers/coverage';
import { commandLawRuns, leastOf } from '../../helpers/laws';

/** What is said, without the lines where it is written. */
function said(all: readonly KubeObject[]): string[] {
  const cluster = clusterWith(all);
  const asked = cluster.namespaceNames();
  const settings = { domain: cluster.config, input: ['-'], color: false, coverage: NOTHING_READ };
  return Object.values(BREAK_IN_FORMATS).map((format) =>
    format(breakIn(cluster, asked), settings).replace(/(<random>:|"line": )\d+/g, '$1'),
  );
}

it('what break-in says is the same, word for word, whatever the order of the objects', () => {
  const runs = commandLawRuns(60);
  let count = 0;
  fc.assert(
    fc.property(
      objects.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const words = said(all);
        expect(said(shuffled)).toEqual(words);
        if (/^ {2}2\. /m.test(words.join('\n'))) count += 1;
      },
    ),
    { numRuns: runs },
  );
  expect(count).toBeGreaterThan(leastOf(runs, 10));
});
