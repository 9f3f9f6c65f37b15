import type { Cluster } from '../cluster/cluster';
import type { Route } from '../cluster/route';
import { reachesRunning } from '../cluster/unknown';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { groupBy } from '../basics/collections';
import { workloadIdentity } from '../linkerd/identity';
import { NetworkSet } from '../sets/network-set';
import { resolveClient, type ClientReference, type ResolvedClient } from './client';
import type { Decision, Outcome, Reason } from './decision';
import { addressIsIn, combined } from './outcomes';
import { differingPods, mayBypassBySubnet, portBypass } from './outside-policy';
import { PortDecision } from './port-decision';
import { otherForms } from './other-forms';
import { RAW_CONNECTION, type Traffic } from './request';

/** A workload and one of its port numbers, declared or not. */
export interface Target extends WorkloadId {
  readonly port: number;
}

/**
 * Linkerd's verdict for one client on one port (linkerd-policy 3.15). Total: whatever the manifests contain, there is
 * an answer. Traffic that Linkerd does not police gets `allow` and the reason; what the input does not say and the verdict
 * turns on makes it `depends`, with the outcomes.
 *
 * @param taken the route that takes the requests, where no request is known that it takes
 */
export function decide(
  cluster: Cluster,
  target: Target,
  client: ClientReference,
  traffic: Traffic = RAW_CONNECTION,
  taken?: Route,
): Decision {
  const workload = cluster.workload(target);
  if (workload === undefined) return noWorkload(workloadKey(target));
  const next = decideOwn(cluster, workload, target.port, client, traffic, taken);
  const pods = differingPods(cluster, workload, target.port).map((pod) => ({
    pod,
    decision: decideOwn(cluster, pod, target.port, client, traffic, taken),
  }));
  if (pods.length === 0) return next;
  const alike = groupBy(pods, ({ decision }) => `${decision.verdict} ${decision.because}`);
  const running = [...alike.values()].flatMap((some): readonly Outcome[] => {
    const condition = reachesRunning(some.map(({ pod }) => pod.source));
    const outcomes = some[0] === undefined ? [] : (some[0].decision.outcomes ?? sure(some[0].decision));
    return outcomes.map((one) => ({ ...one, when: [condition, ...one.when] }));
  });
  return combined([...(next.outcomes ?? sure(next)), ...running] as unknown as readonly [
    Outcome,
    ...Outcome[],
  ]);
}

/** The verdict for the pods that a workload makes from now on, or for one that is there. */
export function decideOwn(
  cluster: Cluster,
  workload: Workload,
  port: number,
  client: ClientReference,
  traffic: Traffic,
  taken?: Route,
): Decision {
  if (!workload.injection.meshed) {
    return outside('unmeshed-target', `${workloadKey(workload)} is not meshed: ${workload.injection.reason}`);
  }
  const seen = resolveClient(cluster, workload, port, client);
  if (seen === undefined) return noWorkload('workload' in client ? workloadKey(client.workload) : 'client');
  const own = outcomesOf(cluster, workload, port, seen, traffic, taken);
  const otherwise = otherForms(cluster, workload, port, client, seen).flatMap(([when, as]) =>
    outcomesOf(cluster, workload, port, as, traffic, taken).map((one): Outcome => ({
      ...one,
      when: [...when, ...one.when],
    })),
  );
  const [first, ...others] = own;
  const decision = combined([first, ...others, ...otherwise]);
  return seen.notes.length === 0 ? decision : { ...decision, notes: [...seen.notes, ...decision.notes] };
}

function outcomesOf(
  cluster: Cluster,
  workload: Workload,
  port: number,
  client: ResolvedClient,
  traffic: Traffic,
  taken: Route | undefined,
): readonly [Outcome, ...Outcome[]] {
  const { admin, inbound } = workload.pod.proxyPorts;
  if (client.isTarget)
    return sure(outside('loopback', 'a pod reaches itself without going through its proxy'));
  const bypass = portBypass(cluster, workload, port);
  if (bypass?.reason === 'tap') return sure(tap(cluster, client));
  if (bypass !== undefined) return sure(outside(bypass.reason, bypass.because));
  const past = mayBypassBySubnet(workload, port)
    ? client.place.within(workload.pod.settings.skippedSubnets)
    : NetworkSet.NONE;
  const { addresses } = client.place;
  if (!past.isEmpty && addresses.minus(past).isEmpty) return sure(outside('subnet-skipped', PAST_THE_PROXY));
  const place = past.isEmpty ? client.place : client.place.outside(past);
  const judged =
    port === inbound && client.tls !== 'mesh'
      ? sure(closed('proxy-port', `port ${port} is the proxy's own; it accepts only mesh connections`))
      : cluster.policyVariants(workload, port).flatMap(({ policy, when }): readonly Outcome[] => {
          const route = taken !== undefined && policy.routes.includes(taken) ? taken : undefined;
          const outcomes = new PortDecision(policy, { ...client, place }).outcomes(
            traffic,
            port === admin,
            route,
          );
          return outcomes.map((outcome) => ({ ...outcome, when: [...when, ...outcome.when] }));
        });
  const bySubnet: Outcome[] = past.isEmpty
    ? []
    : [{ when: [addressIsIn(past)], decision: outside('subnet-skipped', PAST_THE_PROXY) }];
  return [...judged, ...bySubnet] as unknown as readonly [Outcome, ...Outcome[]];
}

const PAST_THE_PROXY =
  'the client comes from skip-subnets of the target: it bypasses the proxy, on every port';

function sure(decision: Decision): readonly [Outcome] {
  return [{ when: [], decision }];
}

/** The tap server answers linkerd-viz's tap and nobody else, whatever policy says (5.4). */
function tap({ config }: Cluster, client: ResolvedClient): Decision {
  const identity = workloadIdentity('tap', config.vizNamespace, config);
  if (client.tls === 'mesh' && client.identity === identity)
    return outside('tap', `the tap server serves ${identity}`);
  return closed('tap', `the tap server serves only ${identity}`);
}

function noWorkload(name: string): Decision {
  return {
    ...outside('no-workload', `${name} is not in the manifests`),
    verdict: 'not-found',
    notFound: 'workload',
  };
}

/** Traffic that policy does not judge. */
function outside(reason: Reason, because: string): Decision {
  return { verdict: 'allow', reason, because, authorizations: [], nearMisses: [], ignored: [], notes: [] };
}

function closed(reason: Reason, because: string): Decision {
  return { ...outside(reason, because), verdict: 'deny' };
}
