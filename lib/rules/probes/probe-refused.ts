import { stringLiteral } from '../../basics/typescript';
import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import type { Workload } from '../../cluster/workload';
import { requiresIdentity } from '../../linkerd/default-policy';
import { ownAccess } from '../../verdict/access';
import { decideOwn } from '../../verdict/decide';
import { letsIn, type Decision } from '../../verdict/decision';
import { nodeAddresses } from '../../traffic/node-networks';
import { probeCalls, type ProbeCall } from '../../traffic/probe-calls';
import type { Observation, Rule, Snippet } from '../rule';
import { authorizationYaml, exceptionRule, routeYaml, type Requirement } from '../fix-snippets';
import { allWorkloads } from '../../cluster/inventory';
import { clientsWithoutTls, placeholderWords, possibleClients } from '../../verdict/authorized-clients';
import type { ClientSet } from '../../sets/client-set';
import { enumerate, quote } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

/** A placeholder for the nodes' network if the input does not have their addresses. */
const NODE_NETWORK = '10.0.0.0/16';

export const probeRefused: Rule = {
  id: 'probe-refused',
  severity: 'error',
  title: 'A kubelet probe will be refused.',
  check(cluster) {
    return allWorkloads(cluster)
      .filter(({ injection, kind }) => injection.meshed && kind !== 'externalworkload')
      .flatMap((workload) => probeCalls(workload).flatMap((call) => observe(cluster, workload, call)));
  },
};

/** Who surely may send a probe. Kubelets have no identity. */
function admittedBy(cluster: Cluster, workload: Workload, { port, traffic }: ProbeCall): ClientSet {
  const { allow, audit } = ownAccess(cluster, workload, port, traffic);
  return clientsWithoutTls(allow.or(audit));
}

/** The address of a kubelet that is refused, if any. Kubelets connect from their node. */
function refusedKubelet(cluster: Cluster, workload: Workload, call: ProbeCall): string | undefined {
  const admitted = possibleClients(admittedBy(cluster, workload, call));
  const nodes = nodeAddresses(cluster);
  // Without node addresses, a probe surely fails only if every address is refused.
  if (nodes.length === 0) return admitted.isEmpty ? '10.0.0.1' : undefined;
  return nodes.find((ip) => !admitted.has({ ip, tls: 'none' }));
}

function observe(cluster: Cluster, workload: Workload, call: ProbeCall): Observation[] {
  const ip = refusedKubelet(cluster, workload, call);
  if (ip === undefined) return [];
  const decision = decideOwn(cluster, workload, call.port, { ip, tls: 'none' }, call.traffic);
  const refusal = decision.outcomes?.find((one) => !letsIn(one.decision))?.decision ?? decision;
  const server = cluster.portOwnership(workload).owners.get(call.port);
  const what = `${call.kind} probe${call.path === undefined ? '' : ` ${quote(call.path)}`}`;
  const { remedy, snippets } = fix(cluster, workload, call, refusal, server);
  const placeholder = placeholderWords(admittedBy(cluster, workload, call));
  return [
    {
      object: workload.source,
      path: call.place.length === 0 ? templatePath(workload) : call.place,
      text: `The ${what} on port ${call.port} of container ${call.container} of ${workloadLabel(workload)} (${enumerate(call.probes)}) will be refused: ${decision.because}. ${placeholder === '' ? '' : `${placeholder} `}${whyNotOpened(cluster, workload, call, server)} The pod ${call.probes.includes('readinessProbe') ? 'will not become ready' : 'will be restarted again and again'}.`,
      remedy,
      ...(snippets.length === 0 ? {} : { snippets }),
    },
  ];
}

/** Why Linkerd does not let this probe through automatically. */
function whyNotOpened(
  cluster: Cluster,
  workload: Workload,
  { kind, path, port }: ProbeCall,
  server: Server | undefined,
): string {
  const plain = 'Linkerd lets probes through automatically only if they are httpGet over plain HTTP';
  if (kind !== 'httpGet') return `${plain}; this one is ${kind}.`;
  if (path?.startsWith('/') === false) return `${plain} with a path that starts with "/".`;
  if (cluster.config.probeNetworks.length === 0)
    return 'This mesh lets no probes through automatically (policyController.probeNetworks is empty).';
  const policy = cluster.inboundPolicy(workload, port);
  if (policy.routes.some(({ source }) => source !== undefined))
    return `A route is attached to Server ${server?.name ?? ''}, which ends the automatic route for probes.`;
  if (policy.protocol === 'opaque' || policy.protocol === 'tls')
    return `${plain}; to the proxy this port is ${policy.protocol === 'tls' ? 'TLS' : 'opaque'}.`;
  return `${plain} and the port speaks HTTP/1.`;
}

interface Fix {
  readonly remedy: string;
  readonly snippets: readonly Snippet[];
}

function fix(
  cluster: Cluster,
  workload: Workload,
  call: ProbeCall,
  decision: Decision,
  server: Server | undefined,
): Fix {
  const client = kubelets(cluster);
  const name = `probe-${call.port}`;
  if (call.kind === 'httpGet' && call.path?.startsWith('/') === false && server === undefined) {
    return { remedy: `write the path with a slash: path: /${call.path}`, snippets: [] };
  }
  if (server === undefined) {
    return {
      remedy: `let in the nodes${nodesHint(cluster)}`,
      snippets: [exceptionRule(exceptionFor(cluster, workload, call, client.networks))],
    };
  }
  if (decision.reason === 'protocol-mismatch' || decision.reason === 'broken-policy') {
    return {
      remedy:
        decision.reason === 'broken-policy'
          ? "correct the route that breaks the port's policy (see grpcroute-without-method)"
          : `make the probe speak the protocol of Server ${server.name} (${server.protocol}), move it to its own port, or set proxyProtocol: unknown`,
      snippets: [],
    };
  }
  const hasRoutes = cluster
    .inboundPolicy(workload, call.port)
    .routes.some(({ source }) => source !== undefined);
  if (hasRoutes && call.kind === 'httpGet') {
    const path = (call.path ?? '/').split(/[?#]/, 1)[0] ?? '/';
    const snippet = routeYaml(server, name, path.startsWith('/') ? path : `/${path}`, client);
    return {
      remedy: `add a route for the path and let the nodes use it${nodesHint(cluster)}`,
      snippets: [snippet],
    };
  }
  if (decision.reason === 'no-route') {
    return {
      remedy: `add a route for POST /grpc.health.v1.Health/Check to Server ${server.name} and let the nodes use it`,
      snippets: [],
    };
  }
  const exception = exceptionRule({
    namespace: workload.namespace,
    port: server.port,
    clients: client.networks.map((cidr) => `Client.network(${stringLiteral(cidr)})`),
  });
  return {
    remedy: `let in the nodes${nodesHint(cluster)}; use the first snippet with a NamespaceJail, the second with a handwritten Server`,
    snippets: [exception, authorizationYaml(server, name, client)],
  };
}

function nodesHint(cluster: Cluster): string {
  return nodeAddresses(cluster).length === 0
    ? ` (replace ${NODE_NETWORK} with the network of your nodes; it must not contain pods)`
    : '';
}

function kubelets(cluster: Cluster): Extract<Requirement, { kind: 'networks' }> {
  const nodes = nodeAddresses(cluster);
  return { kind: 'networks', name: 'kubelet', networks: nodes.length === 0 ? [NODE_NETWORK] : nodes };
}

/** A new Server replaces the default policy of the port, so clients that policy admits must be let in explicitly. */
function exceptionFor(
  cluster: Cluster,
  workload: Workload,
  call: ProbeCall,
  networks: readonly string[],
): Parameters<typeof exceptionRule>[0] {
  const policy = cluster.inboundPolicy(workload, call.port);
  const { governedBy } = policy;
  const isMeshedOnly = governedBy.kind === 'default' && requiresIdentity(governedBy.policy);
  const meshed = isMeshedOnly ? ['Client.anyMeshed()'] : [];
  const protocol =
    policy.protocol === 'opaque'
      ? 'OPAQUE'
      : { httpGet: 'HTTP_1', gRPC: 'GRPC', 'httpGet over HTTPS': 'TLS' }[call.kind];
  return {
    namespace: workload.namespace,
    port: call.port,
    protocol,
    clients: [...meshed, ...networks.map((cidr) => `Client.network(${stringLiteral(cidr)})`)],
  };
}
