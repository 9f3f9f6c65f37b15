import type { ClientAuthorization } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import type { InboundPolicy } from '../cluster/inbound-policy';
import { auditLast, sourceOf } from '../cluster/policy-refs';
import type { Route } from '../cluster/route';
import { workloadKey, type Workload, type WorkloadId } from '../cluster/workload';
import { workloadIdentity } from '../linkerd/identity';
import { classifyConnection } from './connection-path';
import { resolveClient, type ClientReference, type ResolvedClient } from './client';
import {
  verdictBy,
  type DecidingAuthorization,
  type Decision,
  type NearMiss,
  type Reason,
  type Verdict,
} from './decision';
import { clusterCoverage, describeMismatch, inNetworks, mismatch } from './authorization-match';
import { mayBypassBySubnet, portBypass } from './outside-policy';
import { RAW_CONNECTION, parseRequest, type Traffic } from './request';
import { bestRoute, type ChosenRoute } from './route-match';

/** A workload and one of its port numbers, declared or not. */
export interface Target extends WorkloadId {
  readonly port: number;
}

/**
 * Linkerd's verdict for one client on one port (linkerd-policy 3.15). Total: whatever the manifests contain, there is
 * an answer. Traffic that Linkerd does not police gets `allow` and the reason.
 */
export function decide(
  cluster: Cluster,
  target: Target,
  client: ClientReference,
  traffic: Traffic = RAW_CONNECTION,
): Decision {
  const workload = cluster.workload(target);
  if (workload === undefined) return noWorkload(workloadKey(target));
  const { port } = target;
  if (!workload.injection.meshed) {
    return outside('unmeshed-target', `${workloadKey(workload)} is not meshed: ${workload.injection.reason}`);
  }
  const seen = resolveClient(cluster, workload, port, client);
  if (seen === undefined) return noWorkload('workload' in client ? workloadKey(client.workload) : 'client');
  const decision = decideMeshed(cluster, workload, port, seen, traffic);
  return seen.notes.length === 0 ? decision : { ...decision, notes: [...seen.notes, ...decision.notes] };
}

function decideMeshed(
  cluster: Cluster,
  workload: Workload,
  port: number,
  client: ResolvedClient,
  traffic: Traffic,
): Decision {
  const { admin, inbound } = workload.pod.proxyPorts;
  if (client.isTarget) return outside('loopback', 'a pod reaches itself without going through its proxy');
  const bypass = portBypass(cluster, workload, port);
  if (bypass?.reason === 'tap') return tap(cluster, client);
  if (bypass !== undefined) return outside(bypass.reason, bypass.because);
  const past = mayBypassBySubnet(workload, port) ? subnetBypass(cluster, workload, client) : undefined;
  if (past !== undefined) return past;
  if (port === inbound && client.tls !== 'mesh') {
    return closed('proxy-port', `port ${port} is the proxy's own; it accepts only mesh connections`);
  }
  const policy = cluster.inboundPolicy(workload, port);
  return new PortDecision(cluster, policy, client).decide(traffic, port === admin);
}

/** Judges one client by one port's policy. */
class PortDecision {
  public constructor(
    private readonly cluster: Cluster,
    private readonly policy: InboundPolicy,
    private readonly client: ResolvedClient,
  ) {}

  public decide(traffic: Traffic, direct: boolean): Decision {
    const { policy } = this;
    if (policy.invalidBecause !== undefined)
      return this.answer('deny', 'broken-policy', policy.invalidBecause);
    const judgement = classifyConnection(policy.protocol, this.client.tls, traffic, direct);
    if (judgement.path === 'mismatch') return this.answer('deny', 'protocol-mismatch', judgement.because);
    if (judgement.path === 'not-found') return this.noRoute(judgement.because);
    const seen = { ...this.client, tls: judgement.tls };
    if (judgement.path === 'tcp' || traffic.kind === 'connection') return this.authorize(seen, undefined);
    const chosen = bestRoute(policy.routes, parseRequest(traffic.request));
    if (chosen === undefined) {
      return this.noRoute(
        `no route of ${policy.governedBy.name} matches the request, so the proxy answers 404`,
      );
    }
    return this.authorize(seen, chosen);
  }

  private authorize(client: ResolvedClient, chosen: ChosenRoute | undefined): Decision {
    const { clusterNetworks } = this.cluster.config;
    const admitting: DecidingAuthorization[] = [];
    const nearMisses: NearMiss[] = [];
    const notes: string[] = [];
    for (const [level, authorization] of this.candidates(chosen?.route)) {
      const missing = mismatch(authorization, client, clusterNetworks);
      const { ref, name, via } = authorization;
      const subject = { ref, name, ...sourceOf(ref) };
      if (missing !== undefined) {
        nearMisses.push({ ...subject, because: describeMismatch(authorization, client, missing) });
        continue;
      }
      admitting.push({ ...subject, level, via });
      if (client.ip === undefined && clusterCoverage(authorization.networks, clusterNetworks) === 'some') {
        notes.push(`${name} admits only part of the cluster's networks, and the client's address is unknown`);
      }
    }
    if (chosen?.rule.redirects === true) notes.push('the route itself answers with a redirect');
    const authorizations = auditLast(admitting);
    const first = authorizations[0];
    const because =
      first === undefined
        ? `no authorization of ${this.policy.governedBy.name} admits this client`
        : `${first.name} admits this client`;
    return {
      ...this.answer(
        verdictBy(first),
        first === undefined ? 'no-authorization' : 'authorized',
        because,
        chosen?.route,
      ),
      authorizations,
      nearMisses,
      notes,
    };
  }

  /** In the order in which the proxy tries them: the route's own, then the Server's. */
  private *candidates(
    route: Route | undefined,
  ): Generator<readonly ['route' | 'server', ClientAuthorization]> {
    for (const authorization of route?.authorizations ?? []) yield ['route', authorization];
    for (const authorization of this.policy.authorizations) yield ['server', authorization];
  }

  private noRoute(because: string): Decision {
    return { ...this.answer('not-found', 'no-route', because), notFound: 'route' };
  }

  private answer(verdict: Verdict, reason: Reason, because: string, route?: Route): Decision {
    const { governedBy: server, ignored } = this.policy;
    return {
      verdict,
      reason,
      because,
      server: server.name,
      ...(server.object === undefined ? {} : { serverSource: server.object.source }),
      ...(route === undefined ? {} : { route: route.name }),
      ...(route?.source === undefined ? {} : { routeSource: route.source }),
      authorizations: [],
      nearMisses: [],
      ignored: ignored.map(({ name, source, reason: why }) => ({
        ref: { kind: 'object', source },
        name,
        source,
        because: why,
      })),
      notes: [],
    };
  }
}

/** A client from `skip-subnets` comes to every port past the proxy (5.5). */
function subnetBypass({ config }: Cluster, { pod }: Workload, client: ResolvedClient): Decision | undefined {
  const { skippedSubnets } = pod.settings;
  const { clusterNetworks } = config;
  if (!inNetworks(skippedSubnets, client.ip, clusterNetworks)) return undefined;
  const because = 'the client comes from skip-subnets of the target: it bypasses the proxy, on every port';
  const decision = outside('subnet-skipped', because);
  const isSure = client.ip !== undefined || clusterCoverage(skippedSubnets, clusterNetworks) === 'all';
  const note = "skip-subnets is only part of the cluster's networks, and the client's address is not known";
  return isSure ? decision : { ...decision, notes: [note] };
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
