import { enumerate } from '../../basics/words';
import { readersOf, scrapers, type Scraper } from '../../traffic/scrapers';
import { scrapeTargets, type ScrapeTarget } from '../../traffic/scrape-targets';
import { accountClient, accountOf, standingOf, type OutsideClient, type InitInput } from './outside-client';
import type { MeshEligibility } from './mesh-eligibility';
import type { ReviewMark } from './plan';
import { workloadKey } from '../../cluster/workload';

type WhichClient = Pick<OutsideClient, 'client' | 'marks' | 'question'>;

/** Metrics readers, as clients of the ports that annotations and monitors point them to. */
export function scrapes(sources: InitInput): OutsideClient[] {
  const { cluster, workloads } = sources;
  const written = new Map(workloads.map((workload) => [workloadKey(workload), workload]));
  const readers = readersFor(sources);
  return scrapeTargets(cluster).flatMap((target) => {
    const { workload, port, isHttps, by } = target;
    const own = written.get(workloadKey(workload));
    const ofProxy: readonly number[] = Object.values(workload.pod.proxyPorts);
    if (own === undefined || ofProxy.includes(port)) return [];
    const evidence = { weight: 'scrape', protocol: isHttps ? 'TLS' : 'HTTP/1', from: by } as const;
    return readers(target).map((client) => ({
      ...client,
      workload: own,
      number: port,
      because: by,
      evidence,
      isScrape: true,
    }));
  });
}

/** Whoever reads a target: the accounts the user named, else those in the input that do, else a question. */
function readersFor(sources: InitInput): (target: ScrapeTarget) => readonly WhichClient[] {
  const { cluster, options } = sources;
  const given = (options.prometheus ?? []).map(accountOf).filter((client) => client !== undefined);
  if (given.length > 0) return () => given.map((client) => ({ client, marks: [] }));
  const known = scrapers(cluster);
  const none = [askedFor(known)];
  const clients = new Map(known.map((scraper) => [scraper, clientOf(sources, scraper)]));
  return (target) => {
    const readers = readersOf(known, target);
    if (readers.length === 0) return none;
    return readers.map((scraper) => {
      const { marks = [], ...client } = clients.get(scraper) ?? {};
      return { ...client, marks: [...marks, ...assumed(scraper, target)] };
    });
  };
}

function clientOf(sources: InitInput, scraper: Scraper): WhichClient {
  const { label, namespace, serviceAccount } = scraper;
  return accountClient(standingOfScraper(sources, scraper), label, { namespace, name: serviceAccount });
}

function assumed({ label, reads }: Scraper, target: ScrapeTarget): ReviewMark[] {
  if (reads(target) === 'yes') return [];
  const what = target.told === 'pod' || target.told === 'service' ? 'prometheus.io annotations' : 'monitors';
  return [
    { kind: 'GUESS', text: `the manifests do not have what ${label} scrapes; it is taken to follow ${what}` },
  ];
}

function askedFor(known: readonly Scraper[]): WhichClient {
  const labels = enumerate(known.map(({ label }) => label));
  const none =
    known.length === 0
      ? 'the manifests have no Prometheus'
      : `by its configuration, ${known.length === 1 ? `${labels} does not scrape it` : `none of ${labels} scrapes it`}`;
  const text = `${none}: fill in the ServiceAccount of the one that scrapes this port`;
  return { marks: [], question: { text, client: "Client.serviceAccount('monitoring', 'prometheus')" } };
}

function standingOfScraper(sources: InitInput, { client, label, namespace }: Scraper): MeshEligibility {
  const workload = 'workload' in client ? sources.cluster.workload(client.workload) : undefined;
  if (workload !== undefined) return standingOf(sources, workload);
  return sources.injected.has(namespace) || ('tls' in client && client.tls === 'mesh')
    ? { kind: 'meshed', reason: `${label} asks for the proxy` }
    : { kind: 'injectable', reason: `${label} does not ask for the proxy` };
}
