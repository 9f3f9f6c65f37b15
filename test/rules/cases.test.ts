import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import { RULES } from '../../lib/rules';
import { findings } from '../../lib/findings/run-rules';
import type { Rule, Severity } from '../../lib/rules/rule';
import { objectPath } from '../../lib/kubernetes/object';
import { clusterOf } from '../helpers/manifests';
import { load } from 'js-yaml';
import type { Finding } from '../../lib/findings/finding';

/**
 * `cases/RULE.yaml` says what the rule finds, and which look-alikes it must not find. `use` names manifests of
 * `cases/common.yaml`.
 */
interface Case {
  readonly name: string;
  readonly use?: readonly string[];
  readonly manifests?: string;
  readonly options?: ClusterOptions;
}
interface FoundCase extends Case {
  /** The objects, as `kind/namespace/name`. */
  readonly at: string | readonly string[];
  /** @default the rule's own */
  readonly severity?: Severity | readonly Severity[];
  /** Text that the sentence, the remedy or the code contains. */
  readonly says?: string | readonly string[];
  /** Text that none of them contains. */
  readonly saysNot?: string | readonly string[];
}
interface Suite {
  readonly found: readonly FoundCase[];
  readonly notFound: readonly Case[];
}

const CASES = join(__dirname, 'cases');
const common = load(readFileSync(join(CASES, 'common.yaml'), 'utf8')) as Record<string, string>;

function suiteOf(id: string): Suite {
  return load(readFileSync(join(CASES, `${id}.yaml`), 'utf8')) as Suite;
}

function find(rule: Rule, { use = [], manifests = '', options = {} }: Case): Finding[] {
  const parts = use.map((name) => {
    const part = common[name];
    if (part === undefined) throw new Error(`common.yaml has no ${name}`);
    return part;
  });
  return findings(clusterOf([...parts, manifests].join('\n---\n'), options), [rule]);
}

function wordsOf({ text, remedy, snippets = [] }: Finding): string {
  return [text, remedy, ...snippets.map(({ code }) => code)].join('\n');
}

it('every rule has cases of both kinds', () => {
  const files = readdirSync(CASES).map((file) => file.replace(/\.yaml$/, ''));
  expect(files.filter((file) => file !== 'common').sort()).toEqual(RULES.map(({ id }) => id).sort());
  for (const { id } of RULES) {
    expect(suiteOf(id).found.length).toBeGreaterThan(0);
    expect(suiteOf(id).notFound.length).toBeGreaterThan(0);
  }
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const suite = suiteOf(id);

  it.each(suite.found.map((found) => [found.name, found] as const))('finds %s', (_, expected) => {
    const found = find(rule, expected);
    expect(found.map(({ object, namespace }) => object && objectPath(object, namespace))).toEqual(
      [expected.at].flat(),
    );
    expect([...new Set(found.map(({ severity }) => severity))]).toEqual(
      [expected.severity ?? rule.severity].flat(),
    );
    for (const text of [expected.says ?? []].flat()) {
      expect(found.map(wordsOf).join('\n')).toContain(text);
    }
    for (const text of [expected.saysNot ?? []].flat()) {
      expect(found.map(wordsOf).join('\n')).not.toContain(text);
    }
  });

  it.each(suite.notFound.map((other) => [other.name, other] as const))('does not find %s', (_, other) => {
    expect(find(rule, other).map(({ text }) => text)).toEqual([]);
  });
});
