import type { Cluster } from '../../cluster/cluster';
import { RAW_CONNECTION, type Traffic } from '../../verdict/request';
import type { Observation, Rule } from '../rule';
import { scrapeTargets, type ScrapeTarget } from '../../traffic/scrape-targets';
import { admitsOutsiders, readersOf, refusedScrapers, scrapers, type Scraper } from '../../traffic/scrapers';
import { fixScrape } from './scrape-fix';
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
  const traffic = isHttps ? RAW_CONNECTION : plainScrape(path);
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
  const { because, remedy, snippets } = fixScrape(cluster, target, traffic, refused[0]);
  return [
    {
      object,
      path: place,
      severity: readers.length === 0 ? 'warning' : 'error',
      text: `Metrics of ${workloadLabel(workload)} in namespace ${workload.namespace} should be scraped from port ${port}${path} (according to ${by}), but ${who}${because === undefined ? '' : `: ${because}`}.`,
      remedy,
      ...(snippets.length === 0 ? {} : { snippets }),
    },
  ];
}

/** As Prometheus asks, which finds pods by their addresses. */
function plainScrape(path: string): Traffic {
  const request = { path, headers: { host: '10.1.2.3' }, version: 'HTTP/1' } as const;
  return { kind: 'request', request };
}
