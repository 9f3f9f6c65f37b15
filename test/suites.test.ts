import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failureLine } from '../lib/report/suite/suite-report';
import { loadSuite } from '../lib/input/suite-files';
import { runCase } from '../lib/questions/suite/run';

/**
 * The engine against the policy suites: Linkerd's behaviour as data. The suites are written from Linkerd's
 * documentation and tests, not from what the engine answers.
 */
const FOLDER = 'test/suites';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(files)('%s', (file) => {
  const { cases } = loadSuite(join(FOLDER, file));

  test.each(cases.map((found) => [found.id, found] as const))('%s', (_id, found) => {
    const failed = runCase(found).filter(({ passed }) => !passed);

    expect(failed.map(failureLine)).toEqual([]);
  });
});
