import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingsJson } from '../../lib/report/findings/json';
import { findings } from '../../lib/findings/run-rules';
import type { Cluster } from '../../lib/cluster/cluster';
import { RULES } from '../../lib/rules';
import { checkResult } from '../../lib/findings/check-result';
import { annotationSuppressions } from '../../lib/findings/suppression';
import { parseSuppressions } from '../../lib/findings/suppression-file';
import { clusterOf } from '../helpers/manifests';
import { sections, yamlBlock } from './pages';
import { SARIF_HOST } from '../../lib/cli/sarif-host';
import { NOTHING_READ } from '../helpers/coverage';

const SETTINGS = { color: false, version: '0.0.0', host: SARIF_HOST, coverage: NOTHING_READ };

const PAGES = join(__dirname, '../../docs/rules');

function page(id: string): string {
  return readFileSync(join(PAGES, `${id}.md`), 'utf8');
}

/** Examples are excerpts: the workloads that they are about are not always among them. */
function excerpt(text: string): Cluster {
  return clusterOf(text, { workloadsElsewhere: clusterOf(text).namespaceNames() });
}

/** What a reader would be told of, without notes. */
function gravest(text: string): string[] {
  const found = findings(excerpt(text)).filter(({ severity }) => severity !== 'info');
  return [...new Set(found.map(({ rule }) => rule))];
}

describe('pages of rules', () => {
  it.each(RULES.map(({ id }) => id))(
    '%s is documented with what, why, examples, fix and suppression',
    (id) => {
      expect([...sections(page(id)).keys()].slice(1)).toEqual(['Why', 'Bad', 'Good', 'Fix', 'Suppress']);
    },
  );
});

describe('examples of the pages', () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    'the bad one of %s is found, by it alone',
    (id, rule) => {
      const bad = yamlBlock(sections(page(id)).get('Bad'));
      expect(findings(excerpt(bad), [rule])).not.toEqual([]);
      expect(gravest(bad)).toEqual(rule.severity === 'info' ? [] : [id]);
    },
  );

  it.each(RULES.map((rule) => [rule.id, rule] as const))('the good one of %s is clean', (id, rule) => {
    const good = yamlBlock(sections(page(id)).get('Good'));
    expect(good).not.toBe('');
    expect(gravest(good)).toEqual([]);
    expect(findings(excerpt(good), [rule]).filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});

describe('docs/check.md', () => {
  const manual = readFileSync(join(PAGES, '../check.md'), 'utf8');

  it('shows an annotation that accepts what is found', () => {
    const cluster = excerpt(yamlBlock(sections(manual).get('Accepting a finding')));
    const { findings: open, suppressed } = checkResult(findings(cluster), annotationSuppressions(cluster));
    expect(suppressed).toHaveLength(1);
    expect(open.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('shows a file of suppressions that can be read', () => {
    const [, file = ''] = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block);
    expect(parseSuppressions(file, 'accepted.yaml')).toHaveLength(2);
  });

  it('shows the fields of the JSON report', () => {
    const shown = JSON.parse(/```json\n([\s\S]*?)```/.exec(manual)?.[1] ?? '{}') as Record<string, unknown>;
    const cluster = clusterOf(yamlBlock(sections(page('probe-refused')).get('Bad')));
    const real = JSON.parse(findingsJson(checkResult(findings(cluster), []), SETTINGS)) as typeof shown;
    expect(Object.keys(real)).toEqual(Object.keys(shown));
    const full = (real.findings as object[]).find((finding) => 'snippets' in finding);
    expect(Object.keys(full ?? {})).toEqual(Object.keys((shown.findings as object[])[0] ?? {}));
  });
});
