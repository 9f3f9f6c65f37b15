import fc from 'fast-check';
import type { Cluster } from '../../../lib/cluster/cluster';
import type { Workload } from '../../../lib/cluster/workload';
import { denied, type DeniedReport } from '../../../lib/questions/denied/denied';
import { withObjects, type ExceptionProposal } from '../../../lib/questions/denied/proposals';
import { diff } from '../../../lib/questions/diff/diff';
import { ClientIdentities, ClientSet } from '../../../lib/sets/client-set';
import { IdentitySet } from '../../../lib/sets/identity-set';
import { NetworkSet } from '../../../lib/sets/network-set';
import { SignalReader } from '../../../lib/signals/signal-reader';
import type { ResourceName } from '../../../lib/signals/signal';
import { decide } from '../../../lib/verdict/decide';
import type { Decision } from '../../../lib/verdict/decision';
import type { Traffic } from '../../../lib/verdict/request';
import { client, clusterWith, objects, port, traffic } from '../../arbitrary/cluster';
import { lawRuns, leastOf } from '../../helpers/laws';
import { FORMATS, type Denial } from '../../helpers/signals';

const numRuns = lawRuns(300);
const format = fc.constantFrom(...Object.keys(FORMATS));
/** Several attempts on each cluster: most clients are let in somewhere, and most ports are open. */
const attempts = fc.array(fc.tuple(client, traffic, port), { minLength: 6, maxLength: 6 });
const mesh = `serviceaccount.identity.linkerd.cluster.local`;
const account = fc.record({
  ip: fc.constant('10.1.2.9'),
  tls: fc.constant('mesh' as const),
  identity: fc.constantFrom(`b.shop.${mesh}`, `a.auth.${mesh}`, `b.auth.${mesh}`),
});
const calls = fc.array(fc.tuple(account, traffic, fc.constantFrom(80, 8080, 9090, 4191)), {
  minLength: 6,
  maxLength: 6,
});

function named(text: string, object: { readonly apiVersion: string } | undefined): ResourceName {
  const [kind = '', name = ''] = text.split('/');
  return { group: object?.apiVersion.split('/')[0] ?? '', kind, name };
}

/** The decision as the proxy of a pod of the workload tells it; `undefined` if it tells nothing of it. */
function signalOf(
  { namespace, kind, name }: Workload,
  number: number,
  decision: Decision,
  who: Denial['client'],
  what: Traffic,
): Denial | undefined {
  const isAudit = decision.verdict === 'audit';
  const isDenial = decision.verdict === 'deny' && decision.reason === 'no-authorization';
  if ((!isAudit && !isDenial) || decision.server === undefined || kind === 'externalworkload')
    return undefined;
  return {
    namespace,
    pod: kind === 'pod' ? name : `${name}-7d4b9c6f5d-x2x9q`,
    port: number,
    server: named(decision.server, decision.serverSource?.object),
    ...(decision.route === undefined ? {} : { route: named(decision.route, decision.routeSource?.object) }),
    client: who,
    ...(what.kind === 'request' ? { path: what.request.path } : {}),
    isAudit,
  };
}

function each<T>({ workloads }: Cluster, tried: readonly T[]): readonly (readonly [Workload, T])[] {
  return workloads.flatMap((workload) => tried.map((one) => [workload, one] as const));
}

function read(cluster: Cluster, denial: Denial, how: string): DeniedReport {
  const reader = new SignalReader();
  reader.open('-', denial.namespace);
  for (const line of FORMATS[how]?.write(denial) ?? []) reader.line(line);
  return denied(cluster, reader.reading());
}

function admitted(
  { admitted: { who, network } }: ExceptionProposal,
  identity: string | undefined,
): ClientSet {
  const networks =
    network === undefined ? NetworkSet.ALL : NetworkSet.fromItems([{ network: parse(network), except: [] }]);
  if (who.kind === 'anyone') return ClientSet.of(ClientIdentities.ALL, networks);
  const exact = IdentitySet.of({ kind: 'exact', name: identity ?? '' });
  return ClientSet.of(new ClientIdentities(false, false, exact), networks);
}

function parse(cidr: string): Parameters<typeof NetworkSet.of>[0] {
  const { parseNetwork } = jest.requireActual<typeof import('../../../lib/linkerd/network')>(
    '../../../lib/linkerd/network',
  );
  const network = parseNetwork(cidr);
  if (network === undefined) throw new Error(cidr);
  return network;
}

describe('in every cluster', () => {
  it('a denial that is written in any format and read back is of the same client, port and objects', () => {
    let met = 0;
    fc.assert(
      fc.property(objects, attempts, format, (all, tried, how) => {
        const cluster = clusterWith(all);
        for (const [workload, [who, what, number]] of each(cluster, tried)) {
          const decision = decide(cluster, { ...workload, port: number }, who, what);
          const denial = signalOf(workload, number, decision, who, what);
          if (denial === undefined) continue;
          met += 1;
          const { cases } = read(cluster, denial, how);
          expect(cases).toHaveLength(1);
          const [one] = cases;
          const { namespace, kind, name } = workload;
          expect(one?.targets).toEqual([{ namespace, kind, name, port: number }]);
          expect([one?.server, one?.route]).toEqual([decision.server, decision.route]);
          const { ip, ...rest } = who;
          expect(one?.party.client).toEqual(FORMATS[how]?.hasAddress === true ? { ...rest, ip } : rest);
          if (FORMATS[how]?.hasAddress !== true) continue;
          expect(one?.replay).toMatchObject({ outcome: 'still', isSameDecider: true });
          expect(one?.replay.decisions[0]?.decision.route).toBe(decision.route);
        }
      }),
      { numRuns },
    );
    expect(met).toBeGreaterThan(leastOf(numRuns, numRuns / 4));
  });

  it('the proposed exception lets that client in, and opens nothing to anybody else', () => {
    let met = 0;
    fc.assert(
      fc.property(objects, calls, (all, tried) => {
        const cluster = clusterWith(all);
        for (const [workload, [who, what, number]] of each(cluster, tried)) {
          const target = { ...workload, port: number };
          const denial = signalOf(workload, number, decide(cluster, target, who, what), who, what);
          if (denial === undefined) continue;
          const { cases, proposals } = read(cluster, denial, 'kubectl logs --prefix');
          const [proposal] = proposals;
          if (proposal === undefined) continue;
          met += 1;
          const replayed = cases[0]?.replay.decisions[0];
          const after = withObjects(cluster, proposal.objects);
          expect(clusterWith(proposal.objects).refused).toEqual([]);
          expect(decide(after, target, who, replayed?.traffic).verdict).toBe('allow');
          const { opened, audited, closed } = diff(cluster, after);
          expect(closed).toEqual([]);
          const mine = admitted(proposal, who.tls === 'mesh' ? who.identity : undefined);
          expect(opened.length + audited.length).toBeGreaterThan(0);
          for (const change of [...opened, ...audited]) expect(change.clients.minus(mine).isEmpty).toBe(true);
          expect(proposal.opens).toHaveLength(opened.length + audited.length);
        }
      }),
      { numRuns },
    );
    expect(met).toBeGreaterThan(leastOf(numRuns, numRuns / 20));
  });
});
