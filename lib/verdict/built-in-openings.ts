import type { Cluster } from '../cluster/cluster';
import type { AuthorizationRef } from '../cluster/policy-refs';
import type { PortClass } from '../cluster/port-classes';
import type { Workload } from '../cluster/workload';
import { DEFAULT_CONFIG } from '../linkerd/config';
import { parsePortList } from '../linkerd/ports';
import { isAuditGrant, type Access, type AccessGrant } from './access';
import { ClientSet } from '../sets/client-set';
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

/** Whether all these ports are skipped by Linkerd's own list, and hold no application. */
function isSkippedByDefault(workload: Workload, ports: PortClass): boolean {
  // Linkerd skips two ports of MySQL clusters, which does no harm as long as no container listens there.
  const isDefault = ports.ranges.every(([first, last]) => {
    for (let port = first; port <= last; port += 1) if (!SKIPPED_BY_DEFAULT.has(port)) return false;
    return true;
  });
  const isDeclared = workload.pod.ports.some(({ number }) => number === ports.port);
  return isDefault && !isDeclared;
}

/**
 * Whether a port is the proxy's own way in for mesh traffic. What comes through it is judged by the policy of the port
 * that it goes on to (linkerd-policy 5.3), so without a Server of its own it is no port of the workload.
 */
export function isProxyInboundPort(cluster: Cluster, workload: Workload, port: number): boolean {
  const { injection, pod } = workload;
  if (!injection.meshed || port !== pod.proxyPorts.inbound) return false;
  return cluster.inboundPolicy(workload, port).governedBy.object === undefined;
}

const BARE = new WeakMap<Access, Access>();

/** An access as people made it: without what Linkerd opens by itself. */
export function withoutBuiltIn(workload: Workload, ports: PortClass, access: Access): Access {
  // Ports alike share their access; only for skipped ports it matters which ones they are.
  if (access.reason === 'port-skipped') return bare(workload, ports, access);
  return memoized(BARE, access, () => bare(workload, ports, access));
}

function bare(workload: Workload, ports: PortClass, access: Access): Access {
  const grants = access.grants.filter((grant) => builtInOpening(workload, ports, grant) === undefined);
  if (grants.length === access.grants.length) return access;
  const allow = grants
    .filter((grant) => !isAuditGrant(grant))
    .reduce((all, { clients }) => all.or(clients), ClientSet.NONE);
  return { ...access, grants, allow, audit: access.audit.minus(allow) };
}
