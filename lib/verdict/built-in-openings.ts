import type { Cluster } from '../cluster/cluster';
import type { AuthorizationRef } from '../cluster/policy-refs';
import type { PortClass } from '../cluster/port-classes';
import type { Workload } from '../cluster/workload';
import { DEFAULT_CONFIG } from '../linkerd/config';
import { parsePortList } from '../linkerd/ports';
import { restricted, type Access, type AccessGrant } from './access-sets';
import { memoized } from '../basics/collections';

/** What Linkerd opens by itself on every meshed pod, whatever the policy. */
export const BUILT_IN_OPENINGS = ['loopback', 'tap', 'probe', 'skipped-by-default'] as const;

export type BuiltInOpeningKind = (typeof BUILT_IN_OPENINGS)[number];

const SKIPPED_BY_DEFAULT = parsePortList(DEFAULT_CONFIG.skipInboundPorts).ports;

/** Whether a grant is one of them. */
export function builtInOpening(
  workload: Workload,
  ports: PortClass,
  grant: AccessGrant,
): BuiltInOpeningKind | undefined {
  if (grant.level !== 'outside-policy') return openingOf(grant.authorization.ref);
  switch (grant.reason) {
    case 'tap':
      return 'tap';
    case 'port-skipped':
      return isSkippedByDefault(workload, ports) ? 'skipped-by-default' : undefined;
    case 'subnet-skipped':
    case 'unmeshed-target':
      return undefined;
  }
}

function openingOf({ kind }: AuthorizationRef): BuiltInOpeningKind | undefined {
  switch (kind) {
    case 'probe':
      return 'probe';
    case 'localhost':
      return 'loopback';
    case 'default':
    case 'object':
      return undefined;
  }
}

/** Whether all these ports are skipped by Linkerd's own list and belong to no application. */
function isSkippedByDefault(workload: Workload, ports: PortClass): boolean {
  // Linkerd skips two MySQL cluster ports, which does no harm as long as no container listens there.
  const isDefault = ports.ranges.every(([first, last]) => {
    for (let port = first; port <= last; port += 1) if (!SKIPPED_BY_DEFAULT.has(port)) return false;
    return true;
  });
  const isDeclared = workload.pod.ports.some(({ number }) => number === ports.port);
  return isDefault && !isDeclared;
}

/**
 * Whether a port is the proxy's own inbound port for mesh traffic. What arrives there is judged by the policy of the port
 * it goes on to (linkerd-policy 5.3), so unless it has a Server of its own it is not a port of the workload.
 */
export function isProxyInboundPort(cluster: Cluster, workload: Workload, port: number): boolean {
  const { injection, pod } = workload;
  if (!injection.meshed || port !== pod.proxyPorts.inbound) return false;
  return cluster.inboundPolicy(workload, port).governedBy.object === undefined;
}

const BARE = new WeakMap<Access, Access>();

/** An access without what Linkerd opens by itself: only what people opened. */
export function withoutBuiltIn(workload: Workload, ports: PortClass, access: Access): Access {
  // Equal ports share their access; only for skipped ports does it matter which ones they are.
  if (access.reason === 'port-skipped') return bare(workload, ports, access);
  return memoized(BARE, access, () => bare(workload, ports, access));
}

function bare(workload: Workload, ports: PortClass, access: Access): Access {
  const rest = restricted(access, (grant) => builtInOpening(workload, ports, grant) === undefined);
  // Whom Linkerd lets in by itself, no audit mode does.
  return rest === access ? access : { ...rest, audit: access.audit.minus(rest.allow) };
}
