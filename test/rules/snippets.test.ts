import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import * as constructs from '../../lib';
import { Cluster } from '../../lib/cluster/cluster';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import { fromObjects } from '../../lib/manifests/parse';
import type { SourceObject } from '../../lib/kubernetes/object';
import { findings } from '../../lib/findings/run-rules';
import { RULES } from '../../lib/rules';
import type { Rule, Snippet } from '../../lib/rules/rule';
import { load } from 'js-yaml';
import { objectsIn } from '../helpers/manifests';

/** What a snippet adds to the manifests; TypeScript is run in a chart, with the constructs of this package in scope. */
function objectsOf({ language, code }: Snippet): readonly SourceObject[] {
  if (language === 'yaml') return objectsIn(code, 'snippet.yaml');
  const chart = new Chart(Testing.app(), 'chart');
  const names = Object.keys(constructs);
  new Function(...names, code).call(chart, ...Object.values(constructs));
  return fromObjects(Testing.synth(chart) as unknown[]).objects;
}

interface Case {
  readonly name: string;
  readonly use?: string[];
  readonly manifests?: string;
  readonly options?: ClusterOptions;
}

const CASES = join(__dirname, 'cases');
const common = load(readFileSync(join(CASES, 'common.yaml'), 'utf8')) as Record<string, string>;

function casesWithCode(
  id: string,
): { rule: Rule; objects: readonly SourceObject[]; options: ClusterOptions; name: string }[] {
  const rule = RULES.find((candidate) => candidate.id === id) as Rule;
  const { found } = load(readFileSync(join(CASES, `${id}.yaml`), 'utf8')) as { found: Case[] };
  return found.map(({ name, use = [], manifests = '', options = {} }) => ({
    name,
    rule,
    options,
    objects: objectsIn([...use.map((part) => common[part]), manifests].join('\n---\n')),
  }));
}

const cases = ['probe-refused', 'scrape-refused', 'webhook-refused', 'admin-port-closed'].flatMap((id) =>
  casesWithCode(id).flatMap(({ name, rule, objects, options }) =>
    findings(Cluster.fromObjects(objects, options), [rule]).flatMap(({ snippets = [], text }) =>
      snippets.map((snippet) => ({
        name: `${id}: ${snippet.language} for ${name}`,
        rule,
        objects,
        options,
        snippet,
        text,
      })),
    ),
  ),
);

/** A jail's own Server would share the port with a snippet in TypeScript; one that is written by hand is replaced. */
function withoutServerOf(objects: readonly SourceObject[], snippet: readonly SourceObject[]): SourceObject[] {
  const servers = snippet.filter(({ object }) => object.kind === 'Server');
  const ports = servers.map(({ object }) => (object.spec as { port: unknown }).port);
  return objects.filter(
    ({ object }) => object.kind !== 'Server' || !ports.includes((object.spec as { port: unknown }).port),
  );
}

describe('the code of a finding puts it right', () => {
  it('and most findings about probes and scrapes have some', () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  it.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    (_, { rule, objects, options, snippet, text }) => {
      const added = objectsOf(snippet);
      const repaired = Cluster.fromObjects([...withoutServerOf(objects, added), ...added], options);
      expect(repaired.refused).toEqual([]);
      expect(findings(repaired, [rule]).map((finding) => finding.text)).not.toContain(text);
    },
  );
});
