import fc from 'fast-check';
import { portClasses } from '../../lib/cluster/port-classes';
import type { KubeObject } from '../../lib/kubernetes/object';
import { access, trafficClasses } from '../../lib/verdict/access';
import { type Access } from '../../lib/verdict/access-sets';
import { witnessOf, type ClientSet } from '../../lib/sets/client-set';
import { decide } from '../../lib/verdict/decide';
import { mayLetIn, type Decision, type Verdict } from '../../lib/verdict/decision';
import {
  authorizationPolicy,
  client,
  objectKey,
  objects,
  port,
  serverAuthorization,
  clusterWith,
  traffic,
  unique,
} from '../arbitrary/cluster';
import { lawRuns } from '../helpers/laws';

const numRuns = lawRuns(300);

function verdictIn(all: Access, who: Parameters<ClientSet['has']>[0]): Verdict {
  if (all.allow.has(who)) return 'allow';
  if (all.audit.has(who)) return 'audit';
  return all.possibly.has(who) ? 'depends' : 'deny';
}

/** What a set of those who get in can say of a decision. */
function inSets(decision: Decision): Verdict {
  return mayLetIn(decision) ? decision.verdict : 'deny';
}

function keys({ allow, audit, possibly }: Access): string {
  return `${allow.key} / ${audit.key} / ${possibly.key}`;
}

describe('laws that hold in every cluster', () => {
  it('the random clusters are admitted, so that the laws below look at something', () => {
    const admitted = fc
      .sample(objects, { numRuns: 200, seed: 7 })
      .filter((all) => clusterWith(all).refused.length === 0);
    expect(admitted.length).toBeGreaterThan(180);
  });

  it('decide() says of each client what access() says of all', () => {
    fc.assert(
      fc.property(objects, client, traffic, port, (all, who, what, number) => {
        const cluster = clusterWith(all);
        for (const workload of cluster.workloads) {
          const decision = decide(cluster, { ...workload, port: number }, who, what);
          expect(inSets(decision)).toBe(verdictIn(access(cluster, workload, number, what), who));
        }
      }),
      { numRuns },
    );
  });

  it('a witness of a box is let in as the box says', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const cluster = clusterWith(all);
        for (const workload of cluster.workloads) {
          for (const { port: number } of portClasses(cluster, workload)) {
            for (const {
              traffic: what,
              access: { allow, audit, possibly },
              hasSample: verified,
            } of trafficClasses(cluster, workload, number)) {
              if (!verified) continue;
              for (const [set, verdict] of [
                [allow, 'allow'],
                [audit, 'audit'],
                [possibly, 'depends'],
              ] as const) {
                for (const box of set.boxes) {
                  const who = witnessOf(box);
                  expect(set.has(who)).toBe(true);
                  const decision = decide(cluster, { ...workload, port: number }, who, what);
                  expect(inSets(decision)).toBe(verdict);
                }
              }
            }
          }
        }
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });

  it('a request is judged like the specimen of its route', () => {
    fc.assert(
      fc.property(objects, client, traffic, port, (all, who, what, number) => {
        const cluster = clusterWith(all);
        for (const workload of cluster.workloads) {
          const decision = decide(cluster, { ...workload, port: number }, who, what);
          if (what.kind === 'connection' || decision.route === undefined) continue;
          const same = trafficClasses(cluster, workload, number).find(({ name }) => name === decision.route);
          const specimen = same === undefined ? 'no class' : verdictIn(same.access, who);
          // A specimen may meet another route of unknown age that the request does not meet.
          if (specimen !== 'depends' && decision.outcomes === undefined)
            expect(specimen).toBe(decision.verdict);
        }
      }),
      { numRuns },
    );
  });

  it('an authorization more never takes access away', () => {
    fc.assert(
      fc.property(
        objects,
        fc.oneof(authorizationPolicy, serverAuthorization),
        traffic,
        port,
        (all, extra, what, number) => {
          const added = JSON.parse(JSON.stringify(extra)) as KubeObject;
          fc.pre(!all.some((object) => objectKey(object) === objectKey(added)));
          const [before, after] = [clusterWith(all), clusterWith([...all, added])];
          for (const workload of before.workloads) {
            const now = after.workload(workload);
            if (now === undefined) throw new Error('the workload is gone');
            const old = access(before, workload, number, what);
            const grown = access(after, now, number, what);
            expect(old.allow.minus(grown.allow).isEmpty).toBe(true);
            expect(old.audit.minus(grown.audit.or(grown.allow).or(grown.possibly)).isEmpty).toBe(true);
            expect(old.possibly.minus(grown.possibly.or(grown.audit).or(grown.allow)).isEmpty).toBe(true);
          }
        },
      ),
      { numRuns },
    );
  });

  it('the order of objects does not matter', () => {
    fc.assert(
      fc.property(
        objects.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        traffic,
        port,
        ([all, shuffled], what, number) => {
          const [one, other] = [clusterWith(all), clusterWith(shuffled)];
          for (const workload of one.workloads) {
            const same = other.workload(workload);
            if (same === undefined) throw new Error('the workload is gone');
            expect(keys(access(other, same, number, what))).toBe(keys(access(one, workload, number, what)));
          }
        },
      ),
      { numRuns },
    );
  });

  it('ports that share their policy get what they would get alone', () => {
    fc.assert(
      fc.property(objects, traffic, (all, what) => {
        const shared = clusterWith(all);
        for (const workload of shared.workloads) {
          for (const { port: number, ranges } of portClasses(shared, workload)) {
            const last = ranges.at(-1)?.[1] ?? number;
            const alone = clusterWith(unique(all));
            const lonely = alone.workload(workload);
            if (lonely === undefined) throw new Error('the workload is gone');
            const expected = keys(access(alone, lonely, number, what));
            expect(keys(access(shared, workload, number, what))).toBe(expected);
            expect(keys(access(clusterWith(all), workload, last, what))).toBe(expected);
          }
        }
      }),
      { numRuns: Math.ceil(numRuns / 5) },
    );
  });
});
