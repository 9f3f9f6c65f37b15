import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster } from '../../lib/cluster/cluster';
import { portClasses } from '../../lib/cluster/port-classes';
import type { ReachVerdict } from '../../lib/questions/can/can';
import { mayLetIn } from '../../lib/verdict/decision';
import { loadSuite } from '../../lib/input/suite-files';
import type { Query, ReachabilityCase } from '../../lib/questions/suite/suite';
import { accessWhole, decideWhole, type WholeAccess } from '../../lib/questions/can/whole-port';
import { access, trafficClasses } from '../../lib/verdict/access';
import { type Access } from '../../lib/verdict/access-sets';
import { resolveClient } from '../../lib/verdict/client';
import { decide } from '../../lib/verdict/decide';
import type { Decision, Reason } from '../../lib/verdict/decision';
import type { ProxyClient } from '../../lib/linkerd/client';

/**
 * The laws of `laws.test.ts` on clusters that people wrote: those of the policy suites. Random clusters are many, but
 * few of them are as odd as what a suite was written for.
 */
const FOLDER = 'test/suites';
const suites = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file): [string, ReachabilityCase[]] => [
    file,
    loadSuite(join(FOLDER, file)).cases.filter((one) => one.kind === 'reachability'),
  ])
  .filter(([, cases]) => cases.length > 0);

type Somebody = ProxyClient & { readonly ip: string };

const ADDRESSES = ['10.1.2.3', '203.0.113.7', 'fd00::7', '127.0.0.1'];

/** The client of a query as its proxy sees it, and clients that show less, from all kinds of places. */
function clientsOf(cluster: Cluster, { target, client }: Query): Somebody[] {
  const workload = cluster.workload(target);
  const seen = workload && resolveClient(cluster, workload, target.port, client);
  if (seen === undefined || seen.isTarget) return [];
  const { tls, identity } = seen;
  const shown: ProxyClient[] = [
    { tls: 'none' },
    { tls: 'unauthenticated-tls' },
    { tls: 'mesh', identity: 'stranger.example' },
    ...(identity === undefined ? [] : [{ tls, identity }]),
  ];
  const addresses = seen.ip === undefined ? ADDRESSES : [...ADDRESSES, seen.ip];
  return shown.flatMap((one) => addresses.map((ip) => ({ ...one, ip })));
}

/** What happens surely, or may happen. */
function verdictIn(all: Access | WholeAccess, who: Somebody): ReachVerdict {
  if (all.allow.has(who)) return 'allow';
  if (all.audit.has(who)) return 'audit';
  if (all.possibly.has(who)) return 'depends';
  return 'partly' in all && all.partly.has(who) ? 'partly' : 'deny';
}

/** What access() says of a client, in the words of a decision. */
function fromAccess(all: Access, who: Somebody): string {
  const grants = all.grants.filter(({ clients, when }) => when === undefined && clients.has(who));
  // Who comes past the proxy is not judged by anything else.
  const past = grants.filter(({ name }) => name === 'subnet-skipped');
  const by = (past.length > 0 ? past : grants).map(({ name, level }) => `${level} ${name}`).join(', ');
  return `${verdictIn(all, who)} as ${past[0]?.name ?? all.reason} by ${by}`;
}

function fromDecision({ verdict, reason, authorizations }: Decision): string {
  const by = authorizations.map(({ name, level }) => `${level} ${name}`).join(', ');
  const isJudged = JUDGED.includes(reason);
  // To a set of those who get in, a 404 is a refusal, and a refusal needs no reason
  return `${verdict === 'not-found' ? 'deny' : verdict} as ${isJudged ? 'authorized' : reason} by ${
    isJudged || reason === 'broken-policy' ? by : `outside-policy ${reason}`
  }`;
}

const JUDGED: readonly Reason[] = ['authorized', 'no-authorization', 'no-route', 'protocol-mismatch'];

describe.each(suites)('%s', (_, cases) => {
  it('access() says of all clients what decide() says of each', () => {
    const differences: unknown[] = [];
    let compared = 0;
    for (const { manifests, options, queries } of cases) {
      const cluster = Cluster.fromObjects(manifests, options);
      for (const query of queries) {
        const { id, target, traffic } = query;
        const workload = cluster.workload(target);
        // What a query without a request asks, whole-port.test.ts holds against each class.
        if (workload === undefined || (traffic.kind !== 'request' && traffic.kind !== 'connection')) continue;
        const all = access(cluster, workload, target.port, traffic);
        if (!all.allow.and(all.audit).isEmpty) differences.push([id, 'both allowed and audited']);
        for (const who of clientsOf(cluster, query)) {
          const decision = decide(cluster, target, who, traffic);
          // Of ports that policy does not govern, sets only tell who gets in
          if (decision.verdict === 'deny' && all.reason !== 'authorized' && all.reason === decision.reason) {
            if (all.allow.has(who) || all.audit.has(who)) differences.push([id, who, 'gets in']);
            continue;
          }
          if (decision.reason === 'proxy-port') {
            if (all.allow.has(who)) differences.push([id, who, 'gets in']);
            continue;
          }
          compared += 1;
          // Who decides may differ even where the verdict does not.
          if (decision.outcomes !== undefined || all.grants.some(({ when }) => when !== undefined)) {
            const expected = mayLetIn(decision) ? decision.verdict : 'deny';
            if (verdictIn(all, who) !== expected) differences.push([id, who, verdictIn(all, who), expected]);
            continue;
          }
          const [one, other] = [fromAccess(all, who), fromDecision(decision)];
          if (one !== other) differences.push([id, who, one, other]);
          if (decision.authorizations.length > 0 && all.route?.name !== decision.route)
            differences.push([id, who, all.route?.name, decision.route]);
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(10);
  });

  it('and both say the same of everything that a port is there for', () => {
    const differences: unknown[] = [];
    for (const { manifests, options, queries } of cases) {
      const cluster = Cluster.fromObjects(manifests, options);
      for (const query of queries) {
        const { id, target } = query;
        const workload = cluster.workload(target);
        if (workload === undefined) continue;
        const all = accessWhole(cluster, workload, target.port);
        for (const who of clientsOf(cluster, query)) {
          const { verdict, reason, classes } = decideWhole(cluster, target, who);
          const isOut = classes.every(({ decision }) => !mayLetIn(decision));
          const one = verdictIn(all, who);
          const other = isOut ? 'deny' : verdict;
          if (one !== other) differences.push([id, who, reason, one, other]);
        }
      }
    }
    expect(differences).toEqual([]);
  });

  it('a class of traffic is what access() says of its specimen', () => {
    const differences: unknown[] = [];
    for (const { id, manifests, options } of cases) {
      const cluster = Cluster.fromObjects(manifests, options);
      for (const workload of cluster.workloads) {
        for (const { port } of portClasses(cluster, workload)) {
          const classes = trafficClasses(cluster, workload, port);
          if (classes.length === 0) differences.push([id, port, 'no class']);
          for (const { name, traffic, access: all, hasSample: verified } of classes) {
            if (!verified) continue;
            const [one, other] = [all, access(cluster, workload, port, traffic)].map(
              ({ reason, server, route, allow, audit, possibly, grants }) =>
                [
                  reason,
                  server,
                  route?.name,
                  allow.key,
                  audit.key,
                  possibly.key,
                  grants.map(({ name: by }) => by),
                ].join(),
            );
            const expected = traffic.kind === 'connection' ? 'connection' : all.route?.name;
            if (one !== other || name !== expected) differences.push([id, port, name, one, other]);
          }
        }
      }
    }
    expect(differences).toEqual([]);
  });
});
