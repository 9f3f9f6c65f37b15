import fc from 'fast-check';
import type { Cluster } from '../lib/cluster/cluster';
import { portClasses, type PortClass } from '../lib/cluster/port-classes';
import { workloadKey } from '../lib/cluster/workload';
import { breakIn } from '../lib/questions/break-in/break-in';
import type { WayIn } from '../lib/questions/break-in/jail-surface';
import { canReach } from '../lib/questions/can/can';
import { diff, isEmpty } from '../lib/questions/diff/diff';
import { accessMap } from '../lib/questions/map/access-map';
import { pairs } from '../lib/questions/map/pairs';
import { ClientIdentities, ClientSet } from '../lib/sets/client-set';
import { NetworkSet } from '../lib/sets/network-set';
import { withoutBuiltIn } from '../lib/verdict/built-in-openings';
import { ownClasses } from '../lib/verdict/access';
import { isProbe } from '../lib/verdict/traffic-ref';
import { clusterWith, objects, unique } from './arbitrary/cluster';
import { commandLawRuns, leastOf } from './helpers/laws';

/** The commands answer different questions about one thing: where two of them speak of the same, they say the same. */
const numRuns = commandLawRuns(60);

type Opening = Pick<WayIn, 'clients' | 'ports'>;

/** Ports that the random policies tell apart, and one more. */
const PORTS = [80, 8080, 9050, 9090, 4191, 12345];

function portsOf({ ranges }: PortClass): readonly number[] {
  return PORTS.filter((port) => ranges.some(([first, last]) => first <= port && port <= last));
}

/** Who gets in by these openings, whatever each of them is due to. */
function byPort(openings: readonly Opening[]): ReadonlyMap<string, ClientSet> {
  const found = new Map<string, ClientSet>();
  for (const { clients, ports } of openings) {
    for (const { workload, ports: own } of ports) {
      for (const port of [own.port, ...portsOf(own)]) {
        const key = `${workloadKey(workload)} ${port}`;
        found.set(key, (found.get(key) ?? ClientSet.NONE).or(clients));
      }
    }
  }
  return found;
}

it('can says of two workloads what map --pairs says', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      for (const { from, to, reach } of pairs(cluster, accessMap(cluster))) {
        seen.set(reach, (seen.get(reach) ?? 0) + 1);
        const { namespace, kind, name } = to.workload;
        const { verdict } = canReach(
          cluster,
          { namespace, kind, name, port: to.ports.port },
          { workload: from },
        );
        expect([workloadKey(from), workloadKey(to.workload), to.ports.port, reach]).toEqual([
          workloadKey(from),
          workloadKey(to.workload),
          to.ports.port,
          verdict === 'not-found' ? 'deny' : verdict,
        ]);
      }
    }),
    { numRuns },
  );
  for (const reach of ['allow', 'depends', 'deny'])
    expect(seen.get(reach) ?? 0).toBeGreaterThan(leastOf(numRuns, 20));
});

it('break-in finds all that access lets in and the jail does not mean to, and nothing else', () => {
  let opened = 0;
  fc.assert(
    fc.property(objects, (all) => {
      const cluster = clusterWith(all);
      for (const { jail, ways, exceptions } of breakIn(cluster, cluster.namespaceNames())) {
        const residents = ClientSet.of(new ClientIdentities(false, false, jail.residents), NetworkSet.ALL);
        const found = byPort([...ways, ...exceptions]);
        for (const workload of jail.workloads) {
          for (const ports of portClasses(cluster, workload)) {
            const meant = residents.or(ClientSet.LOOPBACK);
            const outsiders = ownClasses(cluster, workload, ports.port)
              .filter(({ ref }) => !isProbe(ref))
              .map(({ access }) => withoutBuiltIn(workload, ports, access))
              .reduce(
                (sum, { allow, audit, possibly }) => sum.or(allow).or(audit).or(possibly),
                ClientSet.NONE,
              )
              .minus(meant);
            if (ports.port === workload.pod.proxyPorts.inbound && workload.injection.meshed) continue;
            const told = (found.get(`${workloadKey(workload)} ${ports.port}`) ?? ClientSet.NONE).minus(meant);
            if (!outsiders.isEmpty) opened += 1;
            expect([workloadKey(workload), ports.port, told.key]).toEqual([
              workloadKey(workload),
              ports.port,
              outsiders.key,
            ]);
          }
        }
      }
    }),
    { numRuns },
  );
  expect(opened).toBeGreaterThan(leastOf(numRuns, 20));
});

it('where diff finds nothing, map and break-in have the same to say of both', () => {
  let [same, other] = [0, 0];
  const summary = (cluster: Cluster): string[] =>
    [
      ...pairs(cluster, accessMap(cluster)).flatMap(({ from, to, reach }) =>
        portsOf(to.ports).map((port) => [workloadKey(from), workloadKey(to.workload), port, reach]),
      ),
      ...[
        ...byPort(
          breakIn(cluster, cluster.namespaceNames()).flatMap(({ ways, exceptions }) => [
            ...ways,
            ...exceptions,
          ]),
        ),
      ]
        // Not the pods that are supposed where a jail has no workloads: no name has a blank.
        .filter(([target]) => target.split(' ').length === 2)
        .filter(([target]) => PORTS.some((port) => target.endsWith(` ${port}`)))
        .map(([target, clients]) => [target, clients.minus(ClientSet.LOOPBACK).key]),
    ]
      .map((one) => JSON.stringify(one))
      .sort();
  fc.assert(
    fc.property(
      objects.chain((all) =>
        fc.tuple(fc.constant(all), fc.subarray(all, { minLength: Math.max(0, all.length - 2) })),
      ),
      ([before, kept]) => {
        const [old, now] = [clusterWith(before), clusterWith(unique(kept))];
        const found = diff(old, now);
        if (!isEmpty(found)) {
          other += 1;
          return;
        }
        same += 1;
        expect(summary(now)).toEqual(summary(old));
      },
    ),
    { numRuns },
  );
  expect([same > leastOf(numRuns, 3), other > leastOf(numRuns, 3)]).toEqual([true, true]);
});
