import type { Cluster } from '../../cluster/cluster';
import { workloadKey } from '../../cluster/workload';
import { nameWithKind } from './resource-names';
import type { Seen, SeenRequest } from '../../signals/signal';
import { trafficClasses } from '../../verdict/access';
import type { ClientReference } from '../../verdict/client';
import { decide, type Target } from '../../verdict/decide';
import { letsIn, mayLetIn, type Decision } from '../../verdict/decision';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import { isProbe } from '../../verdict/traffic-ref';
import { enumerate } from '../../basics/words';

/**
 * What today's manifests make of a signal:
 *
 * - `still`: they would do the same.
 * - `lost`: only for what audit let in: they would refuse it.
 * - `no-longer`: they would let it in, by what may have come since.
 * - `never`: they would not have refused it in any case, so they are not what runs.
 * - `open`: it cannot be said.
 */
export type ReplayOutcome = 'still' | 'lost' | 'no-longer' | 'never' | 'open';

export interface Replayed {
  readonly target: Target;
  readonly traffic: Traffic;
  readonly decision: Decision;
}

export interface Replay {
  readonly outcome: ReplayOutcome;
  readonly because: string;
  readonly decisions: readonly Replayed[];
  /** Whether the manifests decide by the same Server or default policy as the proxy did. */
  readonly isSameDecider: boolean;
}

/** A signal as far as it can be replayed. */
export interface Replayable {
  readonly seen: Seen;
  readonly requests: readonly SeenRequest[];
  readonly targets: readonly Target[];
  readonly client: ClientReference | undefined;
  /** When it was last seen, in ISO 8601. */
  readonly last?: string;
}

/** Asks today's manifests. */
export function replay(cluster: Cluster, signal: Replayable, whyNoTarget: string): Replay {
  const { seen, targets, client } = signal;
  if (seen.kind === 'rate-limited')
    return open('a rate limit refused it: policy lets the client in, too often');
  if (targets.length === 0) return open(whyNoTarget);
  if (client === undefined) return open('the signal does not say who the client was');
  const decisions = targets.map((target): Replayed => {
    const { traffic, route } = trafficOf(cluster, target, signal, client);
    return { target, traffic, decision: decide(cluster, target, client, traffic, route) };
  });
  return { ...outcomeOf(cluster, signal, decisions), decisions };
}

function open(because: string): Replay {
  return { outcome: 'open', because, decisions: [], isSameDecider: false };
}

type Told = Omit<Replay, 'decisions'>;

function outcomeOf(cluster: Cluster, signal: Replayable, decisions: readonly Replayed[]): Told {
  const { seen } = signal;
  const all = decisions.map(({ decision }) => decision);
  const because = enumerate(
    all.map((decision) => decision.because),
    2,
  );
  const isSameDecider = all.every((decision) => isSame(seen, decision));
  const told = (outcome: ReplayOutcome, words: string): Told => ({ outcome, because: words, isSameDecider });
  const unsure = all.find(({ verdict }) => verdict === 'depends');
  if (unsure !== undefined) return told('open', unsure.because);
  if (seen.kind === 'audited') {
    if (all.every(({ verdict }) => verdict === 'audit')) return told('still', because);
    if (!all.some(mayLetIn)) return told('lost', because);
    if (all.every(({ verdict }) => verdict === 'allow')) return letIn(cluster, signal, all[0], told);
    return told('open', 'it could be any of several workloads, and they differ');
  }
  if (seen.kind === 'not-found') {
    if (all.every(({ notFound }) => notFound === 'route')) return told('still', because);
    return told(all.every(mayLetIn) ? 'no-longer' : 'open', because);
  }
  if (!all.some(mayLetIn)) return told('still', because);
  if (!all.every(letsIn)) return told('open', 'it could be any of several workloads, and they differ');
  if (seen.kind === 'forbidden')
    return told(
      'never',
      'the manifests let this request in, so the application itself answered 403, or they are not what runs',
    );
  return letIn(cluster, signal, all[0], told);
}

/** The manifests let in what a proxy refused: something is newer than the proxy, or they are not what runs. */
function letIn(
  cluster: Cluster,
  { seen, targets, last }: Replayable,
  decision: Decision | undefined,
  told: (outcome: ReplayOutcome, words: string) => Told,
): Told {
  const [target] = targets;
  const { server } = seen;
  if (decision === undefined || target === undefined) return told('open', 'nothing was asked');
  const by = decision.authorizations[0];
  const admits = by === undefined ? decision.because : `${by.name} admits it`;
  if (decision.server === undefined)
    return told('never', `no policy governs this port in the manifests: ${decision.because}`);
  if (server === undefined) return told('no-longer', `${admits} now`);
  const { namespace } = target;
  const name = nameWithKind(server);
  if (server.kind !== 'default') {
    const isThere = cluster.policyOf(namespace).servers.some((one) => one.name === server.name);
    if (!isThere)
      return told('never', `${name}, which decided, is not in namespace ${namespace} of the manifests`);
    if (decision.server !== name)
      return told(
        'never',
        `${name} decided, but in the manifests it is ${decision.server} that governs the port`,
      );
    const made = Date.parse(String(by?.source?.object.metadata.creationTimestamp ?? ''));
    const seenAt = Date.parse(last ?? '');
    if (made > seenAt) return told('no-longer', `${admits} since ${new Date(made).toISOString()}`);
    if (made < seenAt)
      return told(
        'never',
        `${admits}, and did before this was seen (created ${new Date(made).toISOString()})`,
      );
    return told('no-longer', `${admits}: it was added since, or is not applied yet`);
  }
  if (decision.server === name)
    return told(
      'never',
      `the same policy, ${name}, would have let it in: the cluster's networks or trust domain are not those of the manifests`,
    );
  if (decision.server.startsWith('default/'))
    return told(
      'no-longer',
      `the pod runs with ${name}, which it read when it was created, and the manifests say ${decision.server}; restart ${workloadKey(target)}`,
    );
  return told(
    'no-longer',
    `${admits}; when it was seen, ${decision.server} did not govern the port of that pod: it was added since, or is not applied yet`,
  );
}

/** Whether a decision is by the Server or default policy that the proxy named. */
function isSame({ server }: Seen, decision: Decision): boolean {
  return server === undefined || decision.server === nameWithKind(server);
}

/** The request that was seen, if it goes the way that it went; else one of those that the route takes. */
function trafficOf(
  cluster: Cluster,
  target: Target,
  { seen, requests }: Replayable,
  client: ClientReference,
): { readonly traffic: Traffic; readonly route?: Parameters<typeof decide>[4] } {
  const workload = cluster.workload(target);
  if (seen.layer === 'tcp' || workload === undefined) return { traffic: RAW_CONNECTION };
  const isRoute = (name: string | undefined): boolean =>
    seen.route === undefined || name === undefined || goesBy(seen.route, name);
  for (const { path, method, host } of requests) {
    const headers = host === undefined ? {} : { headers: { host } };
    for (const tried of method === undefined ? ['GET', 'POST', 'PUT', 'DELETE'] : [method]) {
      const traffic: Traffic = { kind: 'request', request: { path, method: tried, ...headers } };
      const { route, verdict } = decide(cluster, target, client, traffic);
      if (isRoute(route) && (verdict !== 'not-found' || seen.kind === 'not-found')) return { traffic };
    }
  }
  const classes = trafficClasses(cluster, workload, target.port);
  const found =
    classes.find(
      ({ ref, name }) => ref.kind !== 'connection' && seen.route !== undefined && goesBy(seen.route, name),
    ) ??
    classes.find(({ ref }) => ref.kind !== 'connection' && !isProbe(ref)) ??
    classes.find(({ ref }) => ref.kind === 'connection');
  if (found === undefined) return { traffic: { kind: 'request', request: { path: '/' } } };
  const { route } = found.access;
  return { traffic: found.traffic, ...(found.hasSample || route === undefined ? {} : { route }) };
}

/** `linkerd viz authz` has a route's name alone. */
function goesBy({ kind, name }: { readonly kind: string; readonly name: string }, route: string): boolean {
  return kind === '' ? route.endsWith(`/${name}`) : route === `${kind}/${name}`;
}
