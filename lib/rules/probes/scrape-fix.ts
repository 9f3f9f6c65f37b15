import { stringLiteral } from '../../basics/typescript';
import type { Cluster } from '../../cluster/cluster';
import type { Server } from '../../cluster/server';
import { workloadIdentity } from '../../linkerd/identity';
import type { ScrapeTarget } from '../../traffic/scrape-targets';
import type { Scraper } from '../../traffic/scrapers';
import type { ClientReference } from '../../verdict/client';
import { decide } from '../../verdict/decide';
import { mayLetIn, type Decision } from '../../verdict/decision';
import type { Traffic } from '../../verdict/request';
import { authorizationYaml, exceptionRule, routeYaml, type Requirement } from '../fix-snippets';
import type { Snippet } from '../rule';

/** Why a scrape is refused, and what to do about that. */
export interface ScrapeFix {
  /** Absent if it is only that nothing admits the client. */
  readonly because?: string;
  readonly remedy: string;
  readonly snippets: readonly Snippet[];
}

/** Where the Prometheus Operator is usually installed. */
const USUAL = { namespace: 'monitoring', serviceAccount: 'prometheus-k8s' };

/** @param scraper who is refused; if nobody is known, somebody meshed stands in */
export function fixScrape(
  cluster: Cluster,
  target: ScrapeTarget,
  traffic: Traffic,
  scraper: Scraper | undefined,
): ScrapeFix {
  const { workload, port, isHttps, path } = target;
  const server = cluster.portOwnership(workload).owners.get(port);
  const { reason, because } = refusal(cluster, target, traffic, scraper);
  if (reason === 'broken-policy')
    return {
      because,
      remedy: "correct the route that breaks the port's policy (see grpcroute-without-method)",
      snippets: [],
    };
  if (server === undefined || (reason !== 'protocol-mismatch' && reason !== 'no-route'))
    return admit(workload.namespace, port, server, scraper);
  const isForTls = server.protocol === 'TLS';
  if (isHttps || isForTls || reason === 'protocol-mismatch' || server.protocol === 'gRPC')
    return { because, remedy: protocolRemedy(server, isHttps), snippets: [] };
  const [plain = ''] = path.split(/[?#]/, 1);
  const route = routeYaml(
    server,
    `metrics-${port}`,
    plain.startsWith('/') ? plain : `/${plain}`,
    clientOf(scraper).requirement,
  );
  return {
    because,
    remedy: `add a route for GET ${plain} to Server ${server.name}, and let Prometheus use it`,
    snippets: [route],
  };
}

function protocolRemedy({ name, protocol }: Server, isHttps: boolean): string {
  if (isHttps)
    return `Server ${name} takes nothing but ${protocol}, and the scrape speaks TLS: set proxyProtocol: TLS (or opaque), or serve the metrics on a port of their own`;
  if (protocol === 'TLS')
    return `Server ${name} is for TLS, and the scrape is plain HTTP: set scheme: https if the port speaks TLS, proxyProtocol: HTTP/1 if it does not`;
  return `Server ${name} takes nothing but ${protocol}, and the scrape is HTTP/1: serve the metrics on a port of their own, or set proxyProtocol: unknown`;
}

function refusal(
  cluster: Cluster,
  { workload, port }: ScrapeTarget,
  traffic: Traffic,
  scraper: Scraper | undefined,
): Decision {
  const identity = workloadIdentity(USUAL.serviceAccount, USUAL.namespace, cluster.config);
  const client: ClientReference = scraper?.client ?? { tls: 'mesh', identity };
  const decision = decide(cluster, { ...workload, port }, client, traffic);
  return decision.outcomes?.find((one) => !mayLetIn(one.decision))?.decision ?? decision;
}

function admit(
  namespace: string,
  port: number,
  server: Server | undefined,
  scraper: Scraper | undefined,
): ScrapeFix {
  const { call, requirement } = clientOf(scraper);
  const exception = exceptionRule({ namespace, port: server?.port ?? port, clients: [call] });
  return {
    remedy:
      "let in Prometheus's ServiceAccount; if Prometheus is not meshed, it has no identity, so let in its network instead",
    snippets:
      server === undefined
        ? [exception]
        : [exception, authorizationYaml(server, `${server.name}-prometheus`, requirement)],
  };
}

/** A scraper as code for a jail and as code for policy. */
function clientOf(scraper: Scraper | undefined): {
  readonly call: string;
  readonly requirement: Requirement;
} {
  const { namespace, serviceAccount } = scraper ?? USUAL;
  if (scraper !== undefined && 'tls' in scraper.client && scraper.client.tls === 'none') {
    return {
      call: `Client.network('10.0.0.0/8')`,
      requirement: { kind: 'networks', name: 'prometheus', networks: ['10.0.0.0/8'] },
    };
  }
  return {
    call: `Client.serviceAccount(${stringLiteral(namespace)}, ${stringLiteral(serviceAccount)})`,
    requirement: { kind: 'account', namespace, name: serviceAccount },
  };
}
