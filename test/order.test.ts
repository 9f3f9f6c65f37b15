import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Cluster } from '../lib/cluster/cluster';
import type { ClusterOptions } from '../lib/cluster/cluster-options';
import { loadSuite } from '../lib/input/suite-files';
import type { KubeObject, SourceObject } from '../lib/kubernetes/object';
import { objectKey } from '../lib/kubernetes/references';
import { clusterWith, objects, sources } from './arbitrary/cluster';
import { answers } from './helpers/answers';
import { commandLawRuns } from './helpers/laws';

/**
 * What does not change an answer, about random clusters and those of the suites. test/cli/forms.test.ts has the laws of
 * files and formats.
 */
const numRuns = commandLawRuns(60);

/** A cluster that has nothing to do with any other: machines, whose SPIFFE ids no "*" matches, would be news to one. */
function elsewhere(all: readonly KubeObject[]): KubeObject[] {
  const text = JSON.stringify(all.filter(({ kind }) => kind !== 'ExternalWorkload')).replace(
    /\b(shop|auth)\b/g,
    'far-$1',
  );
  return JSON.parse(text) as KubeObject[];
}

const isNear = (namespace: string): boolean => !namespace.startsWith('far-');

/** Kinds whose names decide where age does not. */
const POLICY = /^(Server|AuthorizationPolicy|ServerAuthorization|\w+Authentication|HTTPRoute|GRPCRoute)$/;

/** All policy under longer names, which come in the same order. */
function renamed(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, inner]) => [name, renamed(inner, name)] as const);
  const own = Object.fromEntries(fields) as Record<string, unknown>;
  const kind = (value as { kind?: unknown }).kind;
  const isReference = typeof own.name === 'string' && typeof kind === 'string' && POLICY.test(kind);
  if (isReference || (key === 'server' && typeof own.name === 'string'))
    own.name = `long-${own.name as string}`;
  const metadata = own.metadata as Record<string, unknown> | undefined;
  if (typeof kind === 'string' && POLICY.test(kind) && metadata !== undefined)
    own.metadata = { ...metadata, name: `long-${String(metadata.name)}` };
  return own;
}

describe('an answer does not change', () => {
  it('with the order of documents', () => {
    fc.assert(
      fc.property(
        objects.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(answers(clusterWith(shuffled))).toEqual(answers(clusterWith(all)));
        },
      ),
      { numRuns },
    );
  });

  it('with an unrelated namespace more', () => {
    let compared = 0;
    fc.assert(
      fc.property(objects, objects, (all, others) => {
        const alone = answers(clusterWith(all), { about: isNear });
        compared += alone.length;
        expect(answers(clusterWith([...elsewhere(others), ...all]), { about: isNear })).toEqual(alone);
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns);
  });

  it('with the names of policy objects, as long as their order is the same', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const again = clusterWith(renamed(all) as KubeObject[]);
        expect(again.refused.length).toBe(clusterWith(all).refused.length);
        const spelled = (text: string): string => text.replaceAll('long-', '');
        expect(answers(again, { spelled })).toEqual(answers(clusterWith(all)));
      }),
      { numRuns },
    );
  });
});

describe('of several documents of one object', () => {
  it('the later of two accepted ones counts', () => {
    let replaced = 0;
    fc.assert(
      fc.property(objects, objects, (all, others) => {
        const plain = (one: KubeObject): KubeObject => {
          const { creationTimestamp: _, ...metadata } = one.metadata;
          return { ...one, metadata };
        };
        const keyOf = (one: KubeObject): string => objectKey(one, one.metadata.namespace ?? '');
        const first = all.map(plain);
        const keys = new Set(first.map(keyOf));
        const accepted = [first, others.map(plain)].every((one) => clusterWith(one).refused.length === 0);
        // What the earlier Namespace lets past the proxy stays: that is told in test/cluster/stored-objects.test.ts.
        const later = others
          .map(plain)
          .filter((one) => accepted && keys.has(keyOf(one)) && one.kind !== 'Namespace');
        replaced += later.length;
        const over = new Map(later.map((one) => [keyOf(one), one]));
        const settled = first.map((one) => over.get(keyOf(one)) ?? one);
        expect(answers(clusterWith([...first, ...later]))).toEqual(answers(clusterWith(settled)));
      }),
      { numRuns },
    );
    expect(replaced).toBeGreaterThan(numRuns / 4);
  });

  it('an accepted one counts, before or after a refused one', () => {
    let refused = 0;
    fc.assert(
      fc.property(objects, fc.boolean(), (all, isFirst) => {
        const bad = all
          .filter(({ apiVersion }) => apiVersion.includes('.'))
          .map((one): KubeObject => ({ ...one, spec: 'nothing' }));
        const cluster = clusterWith(isFirst ? [...bad, ...all] : [...all, ...bad]);
        refused += cluster.refused.length;
        const told = (one: Cluster): readonly string[] =>
          answers(one).filter((words) => !words.includes('refused-by-admission'));
        expect(told(cluster)).toEqual(told(clusterWith(all)));
      }),
      { numRuns },
    );
    expect(refused).toBeGreaterThan(numRuns);
  });
});

const FOLDER = 'test/suites';
const cases = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => loadSuite(join(FOLDER, file)).cases)
  .flatMap((one) => (one.kind === 'reachability' && one.manifests.length > 0 ? [one] : []));

/** The manifests of a case, if each object is there once. */
function once(manifests: readonly SourceObject[], { namespace = 'default' }: ClusterOptions): boolean {
  const keys = manifests.map(({ object }) => objectKey(object, object.metadata.namespace ?? namespace));
  return new Set(keys).size === keys.length;
}

describe('in the clusters of the suites', () => {
  it('an answer does not change with the order of documents, nor with an unrelated namespace more', () => {
    const stranger = elsewhere(
      fc.sample(objects, { seed: 4, numRuns: 20 }).sort((a, b) => b.length - a.length)[0] ?? [],
    );
    const differing: string[] = [];
    let compared = 0;
    for (const { id, manifests, options } of cases) {
      if (!once(manifests, options)) continue;
      compared += 1;
      const told = (list: readonly SourceObject[]): string =>
        answers(Cluster.fromObjects(list, options), { about: isNear }).join('\n');
      const plain = told(manifests);
      if (told([...manifests].reverse()) !== plain) differing.push(`${id}: reversed`);
      if (told([...sources(stranger), ...manifests]) !== plain) differing.push(`${id}: with a stranger`);
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});
