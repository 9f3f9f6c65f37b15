import type { Cluster } from '../../cluster/cluster';
import { isControlPortInUse } from '../../cluster/control-port';
import { portClasses, type PortClass } from '../../cluster/port-classes';
import { makerOf as headOfOwners } from '../../cluster/makers';
import type { Workload } from '../../cluster/workload';
import { SKIP_INBOUND_PORTS } from '../../linkerd/annotations';
import { assumptions, type Assumption } from '../../verdict/assumptions';
import { mayBypassBySubnet } from '../../verdict/outside-policy';
import { ClientSet } from '../../sets/client-set';
import { anyoneFrom, rowsBy, type AuthorizationRow } from './policy-rows';
import { compareText } from '../../basics/collections';

export type { AuthorizationRow } from './policy-rows';

/** Every authorization written for a workload, and every default that governs it. */
export interface AuthorizationTable {
  readonly workload: Workload;
  readonly rows: readonly AuthorizationRow[];
  /** What the manifests do not say and was assumed; if an assumption is wrong, the table may differ. */
  readonly assumptions: readonly Assumption[];
}

/** The authorizations of one workload on all 65,535 ports: those of Servers and routes, defaults and probes. */
function authorizationTable(cluster: Cluster, workload: Workload): AuthorizationTable {
  if (!workload.injection.meshed)
    return { workload, rows: [], assumptions: assumptionsOf(cluster, workload) };
  const collected = new Map<string, AuthorizationRow>();
  for (const ports of portClasses(cluster, workload)) {
    for (const row of rowsOf(cluster, workload, ports)) {
      const { route, server, authorization, status, because } = row;
      const key = JSON.stringify([route, server, authorization?.name, status, because]);
      const known = collected.get(key);
      collected.set(key, known === undefined ? row : { ...known, ports: [...known.ports, ...row.ports] });
    }
  }
  return {
    workload,
    rows: [...collected.values()].sort(inOrder),
    assumptions: assumptionsOf(cluster, workload),
  };
}

/**
 * The tables of some workloads. One that another created (the Pod of a Deployment) is left out if its table is the same;
 * a Pod started under a different policy has its own.
 */
export function authorizationTables(
  cluster: Cluster,
  workloads: readonly Workload[],
): readonly AuthorizationTable[] {
  const tables = new Map(workloads.map((workload) => [workload, authorizationTable(cluster, workload)]));
  return [...tables.values()].filter((own) => {
    const maker = makerOf(cluster, own.workload);
    const made = maker === undefined ? undefined : tables.get(maker);
    return made === undefined || signature(made) !== signature(own);
  });
}

/** The workload at the top of the owner chain, if the manifests have it. */
function makerOf(cluster: Cluster, workload: Workload): Workload | undefined {
  const { namespace } = workload;
  return headOfOwners(workload, (kind, name) => cluster.workload({ namespace, kind, name }));
}

function signature({ workload, rows }: AuthorizationTable): string {
  const facts = rows.map(({ route, server, authorization, status, ports }) => [
    route,
    server,
    authorization?.name,
    status,
    ports.map(({ ranges }) => ranges),
  ]);
  return JSON.stringify([workload.injection.meshed, facts]);
}

function rowsOf(cluster: Cluster, workload: Workload, ports: PortClass): AuthorizationRow[] {
  const { pod } = workload;
  const { port } = ports;
  if (port === pod.proxyPorts.inbound) return [];
  if (port === pod.proxyPorts.control)
    return isControlPortInUse(cluster, workload) ? [unpoliced(ports, CONTROL_PORT_OPEN)] : [];
  if (port !== pod.proxyPorts.admin && pod.skippedInbound.has(port)) return skipped(workload, ports);
  const rows = [
    ...(mayBypassBySubnet(workload, port)
      ? [unpoliced(ports, SUBNETS_OPEN, anyoneFrom(pod.settings.skippedSubnets))]
      : []),
    ...cluster.policyVariants(workload, port).flatMap((variant) => rowsBy(cluster, variant, ports)),
  ];
  for (const { port: claimed, server, owner, ambiguous } of cluster.portOwnership(workload).shadowed) {
    if (claimed !== port || ambiguous) continue;
    rows.push({
      route: '*',
      server: server.name,
      status: 'ignored',
      because: `server/${owner.name} owns the port`,
      ports: [ports],
      clients: ClientSet.NONE,
      objects: { server: server.source },
    });
  }
  return rows;
}

/** Ports that bypass the proxy are open whatever policy says. Helm's own list gets a row only if a port is used. */
function skipped({ pod }: Workload, ports: PortClass): AuthorizationRow[] {
  const isWritten = Object.hasOwn(pod.annotations, SKIP_INBOUND_PORTS);
  if (ports.origin !== 'declared' && ports.origin !== 'server' && !isWritten) return [];
  return [unpoliced(ports, 'skip-inbound-ports: every client bypasses the proxy')];
}

const CONTROL_PORT_OPEN = "the proxy's control port: what listens there bypasses the proxy, for every client";
const SUBNETS_OPEN = 'skip-subnets: clients from these networks bypass the proxy';

function unpoliced(ports: PortClass, because: string, clients = ClientSet.ALL): AuthorizationRow {
  return {
    route: '*',
    server: '(skipped)',
    status: 'unpoliced',
    because,
    ports: [ports],
    clients,
    objects: {},
  };
}

function assumptionsOf(cluster: Cluster, workload: Workload): readonly Assumption[] {
  return assumptions(cluster, workload, (lack) => `${lack}; assuming it has no annotations`);
}

/** Servers by name, then defaults; a whole Server before its routes; effective rows first. */
function inOrder(a: AuthorizationRow, b: AuthorizationRow): number {
  const rank = ({ server, status, route, objects }: AuthorizationRow): string =>
    [
      objects.server === undefined && status !== 'unpoliced' ? '1' : '0',
      server,
      status === 'ignored' ? '1' : '0',
      route === '*' ? '0' : '1',
      route,
    ].join('\n');
  return (
    compareText(rank(a), rank(b)) || compareText(a.authorization?.name ?? '', b.authorization?.name ?? '')
  );
}
