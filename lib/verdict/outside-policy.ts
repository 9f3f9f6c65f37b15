import type { Cluster } from '../cluster/cluster';
import type { PortVariant } from '../cluster/port-variant';
import { treatmentOf } from '../cluster/treatment';
import type { Workload } from '../cluster/workload';

/** What of a meshed workload's port no policy judges, and why, as a sentence. */
export interface Bypass {
  readonly reason: 'port-skipped' | 'tap';
  readonly because: string;
}

/** The ports of a meshed workload that bypass its proxy for every client (linkerd-policy 5.4, 5.5). */
export function portBypass(cluster: Cluster, workload: Workload, port: number): Bypass | undefined {
  const { proxyPorts, skippedInbound } = workload.pod;
  if (port === proxyPorts.control) {
    if (!treatmentOf(cluster, workload).isControlPortInUse)
      return {
        reason: 'tap',
        because: "the port is the proxy's control port, where linkerd-viz's tap is served",
      };
    return {
      reason: 'port-skipped',
      because: `port ${port} is the control port of Linkerd's proxy: whatever listens there bypasses the proxy, for every client`,
    };
  }
  if (port !== proxyPorts.admin && skippedInbound.has(port)) {
    return {
      reason: 'port-skipped',
      because: `port ${port} is in skip-inbound-ports, so it bypasses the proxy for every client`,
    };
  }
  return undefined;
}

/** Whether clients from `skip-subnets` come to a port past the proxy; on its own ports the proxy itself listens. */
export function mayBypassBySubnet({ pod }: Workload, port: number): boolean {
  const { admin, inbound, control } = pod.proxyPorts;
  return pod.settings.skippedSubnets.length > 0 && ![admin, inbound, control].includes(port);
}

/** The running pods of a workload that treat a port unlike those that it makes from now on. */
export function differingPods(cluster: Cluster, workload: Workload, port: number): readonly Workload[] {
  const pods = cluster.runningPods(workload);
  return pods.length === 0 ? pods : pods.filter((pod) => !isTreatedAlike(cluster, workload, pod, port));
}

function isTreatedAlike(cluster: Cluster, a: Workload, b: Workload, port: number): boolean {
  if (a.injection.meshed !== b.injection.meshed) return false;
  if (!a.injection.meshed) return true;
  const same = (of: (workload: Workload) => unknown): boolean => of(a) === of(b);
  const own = a.pod.settings.skippedSubnets;
  const other = b.pod.settings.skippedSubnets;
  return (
    same(({ controlPlane }) => controlPlane) &&
    same(({ pod: { proxyPorts } }) => proxyPorts.admin === port) &&
    same(({ pod: { proxyPorts } }) => proxyPorts.inbound === port) &&
    same((one) => portBypass(cluster, one, port)?.reason) &&
    haveSamePolicies(cluster.policyVariants(a, port), cluster.policyVariants(b, port)) &&
    JSON.stringify(own, bigints) === JSON.stringify(other, bigints)
  );
}

/** Each that may decide counts: Servers of unknown age may select one pod and not the other. */
function haveSamePolicies(some: readonly PortVariant[], others: readonly PortVariant[]): boolean {
  return some.length === others.length && some.every(({ policy }, i) => policy === others[i]?.policy);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
