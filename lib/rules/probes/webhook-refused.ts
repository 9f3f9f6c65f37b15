import { groupBy } from '../../basics/collections';
import { stringLiteral } from '../../basics/typescript';
import { enumerate } from '../../basics/words';
import type { Cluster } from '../../cluster/cluster';
import { workloadLabel } from '../../cluster/labels';
import { requiresIdentity } from '../../linkerd/default-policy';
import { networksOf } from '../../linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';
import { apiServerAddresses, apiServerCalls, type ApiServerCall } from '../../traffic/api-server-calls';
import { ownAccess } from '../../verdict/access';
import { clientsWithoutTls, placeholderWords, possibleClients } from '../../verdict/authorized-clients';
import { decideOwn } from '../../verdict/decide';
import { letsIn, type Decision } from '../../verdict/decision';
import { RAW_CONNECTION } from '../../verdict/request';
import { authorizationYaml, exceptionRule, type Requirement } from '../fix-snippets';
import type { Observation, Rule, Severity, Snippet } from '../rule';

/** A placeholder for the control plane's network if the input does not have its addresses. */
const CONTROL_PLANE_NETWORK = '10.0.0.0/16';

export const webhookRefused: Rule = {
  id: 'webhook-refused',
  severity: 'error',
  title: 'The API server will not reach a webhook or an API that the cluster depends on.',
  check(cluster) {
    // A configuration often names one Service in many webhooks.
    const calls = groupBy(
      apiServerCalls(cluster).filter(({ workload }) => workload.injection.meshed),
      ({ source, workload, number }) =>
        [
          source.object.kind,
          source.object.metadata.name,
          workload.namespace,
          workloadLabel(workload),
          number,
        ].join('/'),
    );
    return [...calls.values()].flatMap(([first, ...more]) =>
      first === undefined ? [] : observe(cluster, first, [first, ...more]),
    );
  },
};

/** Who the API server is for a proxy: somebody without an identity, from an address that the input may not say. */
interface Refusal {
  readonly severity: Severity;
  readonly because: string;
  readonly decision: Decision;
}

function refusalOf(cluster: Cluster, { workload, number }: ApiServerCall): Refusal | undefined {
  const { allow, audit, possibly } = ownAccess(cluster, workload, number, RAW_CONNECTION);
  const admitted = possibleClients(clientsWithoutTls(allow.or(audit)));
  const known = apiServerAddresses(cluster);
  const ip = known.find((address) => !admitted.has({ ip: address, tls: 'none' }));
  const judge = (address: string): Decision => {
    const decision = decideOwn(cluster, workload, number, { ip: address, tls: 'none' }, RAW_CONNECTION);
    return decision.outcomes?.find((one) => !letsIn(one.decision))?.decision ?? decision;
  };
  if (ip !== undefined) {
    const isPossible = possibleClients(possibly).has({ ip, tls: 'none' });
    const decision = judge(ip);
    return {
      severity: isPossible ? 'warning' : 'error',
      because: `it has no mesh identity, and calls from ${ip}; ${decision.because}`,
      decision,
    };
  }
  if (known.length > 0) return undefined;
  if (admitted.isEmpty) {
    const isPossible = !possibleClients(clientsWithoutTls(possibly)).isEmpty;
    const decision = judge('10.0.0.1');
    return {
      severity: isPossible ? 'warning' : 'error',
      because: `it has no mesh identity, and from no address does anybody get in without one; ${decision.because}`,
      decision,
    };
  }
  if (admitted.minus(fromCluster(cluster)).isEmpty && fromCluster(cluster).minus(admitted).isEmpty)
    return {
      severity: 'info',
      because: `only addresses of clusterNetworks get in without an identity, and a managed control plane may call from another`,
      decision: judge('192.0.2.1'),
    };
  return undefined;
}

function fromCluster({ config }: Cluster): ClientSet {
  const networks = NetworkSet.fromItems(networksOf(config.clusterNetworks));
  return possibleClients(ClientSet.of(ClientIdentities.ofTls('none'), networks));
}

function observe(cluster: Cluster, call: ApiServerCall, alike: readonly ApiServerCall[]): Observation[] {
  const refusal = refusalOf(cluster, call);
  if (refusal === undefined) return [];
  const { workload, number, source, place } = call;
  const { severity, because, decision } = refusal;
  const { allow, audit } = ownAccess(cluster, workload, number, RAW_CONNECTION);
  const placeholder = placeholderWords(clientsWithoutTls(allow.or(audit)));
  const will = severity === 'error' ? 'will not get' : 'may not get';
  return [
    {
      object: source,
      path: place,
      severity,
      text: `The API server ${will} to port ${number} of ${workloadLabel(workload)} in namespace ${workload.namespace}, where ${whatFor(alike)}: ${because}.${placeholder === '' ? '' : ` ${placeholder}`} ${enumerate(effects(alike))}.`,
      ...fix(cluster, call, decision),
    },
  ];
}

function whatFor(calls: readonly ApiServerCall[]): string {
  const [{ kind, webhook, requests } = calls[0]!] = calls;
  if (kind === 'api') return `it finds the API ${requests}`;
  if (kind === 'conversion') return `it has objects of ${requests} converted from version to version`;
  if (calls.length > 1) return `${calls.length} webhooks are`;
  return `${webhook === undefined ? 'a webhook' : `webhook ${webhook}`} is`;
}

/** What the users of the cluster notice, the worst first. */
function effects(calls: readonly ApiServerCall[]): string[] {
  const [{ kind, requests } = calls[0]!] = calls;
  if (kind === 'api')
    return [
      `Every request for ${requests} fails, and so does whatever asks for all APIs, such as the deletion of a namespace`,
    ];
  if (kind === 'conversion')
    return [`Objects of ${requests} that are stored in another version can be neither read nor written`];
  const failing = calls.filter(({ failurePolicy }) => failurePolicy === 'Fail');
  const passing = calls.filter(({ failurePolicy }) => failurePolicy === 'Ignore');
  return [
    ...(failing.length === 0 ? [] : [`With failurePolicy: Fail, ${requestsOf(failing)} is then refused`]),
    ...(passing.length === 0
      ? []
      : [
          `${failing.length === 0 ? 'With' : 'with'} failurePolicy: Ignore, ${requestsOf(passing)} goes through after the timeout without having been looked at`,
        ]),
  ];
}

function requestsOf(calls: readonly ApiServerCall[]): string {
  const named = [...new Set(calls.map(({ requests }) => requests))].filter((words) => words !== '');
  return named.length === 0 ? 'whatever it is for' : `every ${enumerate(named, 3)} that it is for`;
}

function fix(
  cluster: Cluster,
  { workload, number }: ApiServerCall,
  { reason }: Decision,
): Pick<Observation, 'remedy' | 'snippets'> {
  const server = cluster.portOwnership(workload).owners.get(number);
  if (reason === 'broken-policy')
    return { remedy: "correct the route that breaks the port's policy (see grpcroute-without-method)" };
  if (server !== undefined && reason === 'protocol-mismatch')
    return {
      remedy: `the API server speaks TLS, and Server ${server.name} takes nothing but ${server.protocol}: set proxyProtocol: TLS (or opaque), and let in the API server`,
    };
  const addresses = apiServerAddresses(cluster);
  const networks = addresses.length === 0 ? [CONTROL_PLANE_NETWORK] : addresses;
  const remedy = `let in the API server${addresses.length === 0 ? ` (replace ${CONTROL_PLANE_NETWORK} with the addresses that it calls from: those of the control plane's nodes, or what the provider names)` : ''}; TLS and the webhook's own certificate protect the port`;
  return { remedy, snippets: snippets(cluster, workload, number, networks) };
}

function snippets(
  cluster: Cluster,
  workload: ApiServerCall['workload'],
  number: number,
  networks: readonly string[],
): Snippet[] {
  const server = cluster.portOwnership(workload).owners.get(number);
  const clients = networks.map((cidr) => `Client.network(${stringLiteral(cidr)})`);
  const { namespace } = workload;
  if (server === undefined) {
    // The new Server replaces the default policy, so those whom that admits must be let in as well.
    const { governedBy } = cluster.inboundPolicy(workload, number);
    const isMeshedOnly = governedBy.kind === 'default' && requiresIdentity(governedBy.policy);
    const meshed = isMeshedOnly ? ['Client.anyMeshed()'] : [];
    return [exceptionRule({ namespace, port: number, protocol: 'TLS', clients: [...meshed, ...clients] })];
  }
  const requirement: Requirement = { kind: 'networks', name: 'api-server', networks };
  return [
    exceptionRule({ namespace, port: server.port, clients }),
    authorizationYaml(server, `${server.name}-api-server`, requirement),
  ];
}
