import fc from 'fast-check';
import { portClasses } from '../../lib/cluster/port-classes';
import type { KubeObject } from '../../lib/kubernetes/object';
import { decide } from '../../lib/verdict/decide';
import type { Decision, Verdict } from '../../lib/verdict/decision';
import { client, clusterWith, objects, port, traffic } from '../arbitrary/cluster';
import { lawRuns, leastOf } from '../helpers/laws';

const numRuns = lawRuns(400);

/** What may be the case, as a decision tells. */
function told(decision: Decision): readonly Verdict[] {
  return decision.outcomes?.map(({ decision: { verdict } }) => verdict) ?? [decision.verdict];
}

/** The objects with an age for each that has none: younger than all that have one, in the order of some ranks. */
function dated(all: readonly KubeObject[], ranks: readonly number[]): KubeObject[] {
  return all.map((object, i) => {
    const { creationTimestamp } = object.metadata;
    if (creationTimestamp !== undefined) return object;
    const seconds = String((ranks[i] ?? 0) % 60).padStart(2, '0');
    return { ...object, metadata: { ...object.metadata, creationTimestamp: `2025-06-01T00:00:${seconds}Z` } };
  });
}

function withoutAge(object: KubeObject): KubeObject {
  const { creationTimestamp: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An object that competes with a Server or route and grants something else. */
function rivals(object: KubeObject): KubeObject[] {
  const metadata = { ...object.metadata, name: `${object.metadata.name}-rival` };
  if (object.kind === 'Server')
    return [
      { ...object, metadata, spec: { ...(object.spec as object), accessPolicy: 'all-unauthenticated' } },
    ];
  return object.kind === 'HTTPRoute' ? [{ ...object, metadata }] : [];
}

describe('an unknown that is settled turns `depends` into one of its outcomes, and a sure verdict into no other', () => {
  let depending = 0;

  it('the ages of objects', () => {
    fc.assert(
      fc.property(
        objects,
        fc.array(fc.nat(59), { minLength: 30, maxLength: 30 }),
        client,
        traffic,
        port,
        fc.boolean(),
        (some, ranks, who, what, number, isNew) => {
          const all = isNew ? [...some, ...some.flatMap(rivals)].map(withoutAge) : some;
          const cluster = clusterWith(all, { complete: true });
          const settled = clusterWith(dated(all, ranks), { complete: true });
          for (const workload of cluster.workloads) {
            const declared = portClasses(cluster, workload).map((one) => one.port);
            for (const at of new Set([number, ...declared])) {
              const target = { ...workload, port: at };
              const before = decide(cluster, target, who, what);
              const after = decide(settled, target, who, what);
              expect(told(before)).toContain(after.verdict);
              if (before.verdict === 'depends') depending += 1;
            }
          }
        },
      ),
      { numRuns },
    );
    expect(depending).toBeGreaterThanOrEqual(leastOf(numRuns, 10));
  });

  it('objects that others refer to: that they are not there', () => {
    fc.assert(
      fc.property(objects, client, traffic, port, (all, who, what, number) => {
        const [cluster, settled] = [clusterWith(all), clusterWith(all, { complete: true })];
        for (const workload of cluster.workloads) {
          const target = { ...workload, port: number };
          const verdicts = told(decide(cluster, target, who, what));
          expect(verdicts).toEqual(expect.arrayContaining([...told(decide(settled, target, who, what))]));
        }
      }),
      { numRuns },
    );
  });

  it('objects that others refer to: that they are there, whatever they say', () => {
    fc.assert(
      fc.property(
        objects,
        client,
        traffic,
        port,
        fc.infiniteStream(fc.boolean()),
        (all, who, what, number, keep) => {
          // What is taken away is an object that the input lacks.
          const some = all.filter(
            ({ kind }) => !kind.endsWith('Authentication') || keep.next().value === true,
          );
          const [whole, partial] = [clusterWith(all, { complete: true }), clusterWith(some)];
          for (const workload of whole.workloads) {
            const target = { ...workload, port: number };
            const verdicts = told(decide(partial, target, who, what));
            for (const verdict of told(decide(whole, target, who, what))) expect(verdicts).toContain(verdict);
          }
        },
      ),
      { numRuns },
    );
  });

  it("a client's address", () => {
    fc.assert(
      fc.property(objects, client, traffic, port, fc.ipV4(), (all, { ip: _, ...who }, what, number, ip) => {
        const cluster = clusterWith(all, { complete: true });
        const at = `10.${ip.split('.').slice(1).join('.')}`;
        for (const workload of cluster.workloads) {
          const target = { ...workload, port: number };
          const verdicts = told(decide(cluster, target, who, what));
          for (const verdict of told(decide(cluster, target, { ...who, ip: at }, what)))
            expect(verdicts).toContain(verdict);
        }
      }),
      { numRuns },
    );
  });
});
