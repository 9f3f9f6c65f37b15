import { stringLiteral } from '../../basics/typescript';
import type { Cluster } from '../../cluster/cluster';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import type { Observation, Rule, Snippet } from '../rule';
import { scrapeTargets, type ScrapeTarget } from '../../traffic/scrape-targets';
import { admitsOutsiders, readersOf, refusedScrapers, scrapers, type Scraper } from '../../traffic/scrapers';
import { authorizationYaml, exceptionRule, type Requirement } from '../fix-snippets';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';

export const scrapeRefused: Rule = {
  id: 'scrape-refused',
  severity: 'error',
  title: 'A metrics scrape will be refused.',
  check(cluster) {
    const known = scrapers(cluster);
    const targets = scrapeTargets(cluster).filter(({ workload }) => workload.injection.meshed);
    const unique = groupBy(
      targets,
      ({ workload, port, path }) => `${workload.namespace}/${workloadLabel(workload)}:${port}${path}`,
    );
    return [...unique.values()].flatMap(([target]) =>
      target === undefined ? [] : observe(cluster, known, target),
    );
  },
};

function observe(cluster: Cluster, known: readonly Scraper[], target: ScrapeTarget): Observation[] {
  const { workload, port, path, isHttps, by, object, place } = target;
  const traffic: Traffic = isHttps ? RAW_CONNECTION : { kind: 'request', request: { path } };
  const readers = readersOf(known, target);
  const refused = refusedScrapers(cluster, readers, workload, port, traffic);
  // Of several that may read it, it is enough if one gets in
  const isSure = readers.some(({ reads }) => reads(target) === 'yes');
  const isRefused =
    readers.length === 0
      ? !admitsOutsiders(cluster, workload, port, traffic)
      : refused.length > 0 && (isSure || refused.length === readers.length);
  if (!isRefused) return [];
  const who =
    readers.length === 0
      ? `nobody from outside its namespace gets in (${known.length === 0 ? 'there is no Prometheus' : 'no Prometheus that scrapes it is'} in the input)`
      : `${enumerate(refused.map(({ label }) => label))} ${refused.length === 1 ? 'does' : 'do'} not get in`;
  return [
    {
      object,
      path: place,
      severity: readers.length === 0 ? 'warning' : 'error',
      text: `Metrics of ${workloadLabel(workload)} in namespace ${workload.namespace} should be scraped from port ${port}${path} (according to ${by}), but ${who}.`,
      remedy:
        "let in Prometheus's ServiceAccount; if Prometheus is not meshed, it has no identity, so let in its network instead",
      snippets: snippets(cluster, target, refused[0]),
    },
  ];
}

function snippets(cluster: Cluster, target: ScrapeTarget, scraper: Scraper | undefined): Snippet[] {
  const { workload, port } = target;
  const server = cluster.portOwnership(workload).owners.get(port);
  const account = scraper ?? { namespace: 'monitoring', serviceAccount: 'prometheus-k8s' };
  const isPlain = scraper !== undefined && 'tls' in scraper.client && scraper.client.tls === 'none';
  const client = isPlain
    ? `Client.network('10.0.0.0/8')`
    : `Client.serviceAccount(${stringLiteral(account.namespace)}, ${stringLiteral(account.serviceAccount)})`;
  const requirement: Requirement = isPlain
    ? { kind: 'networks', name: 'prometheus', networks: ['10.0.0.0/8'] }
    : { kind: 'account', namespace: account.namespace, name: account.serviceAccount };
  const exception = exceptionRule({
    namespace: workload.namespace,
    port: server?.port ?? port,
    clients: [client],
  });
  return server === undefined
    ? [exception]
    : [exception, authorizationYaml(server, `${server.name}-prometheus`, requirement)];
}
