import type { Cluster } from '../../cluster/cluster';
import { scrapers, type Scraper } from '../../traffic/scrapers';
import { scrapeTargets } from '../../traffic/scrape-targets';
import { accountClient, accountOf, type OutsideClient, type InitInput } from './outside-client';
import { meshEligibility, type MeshEligibility } from './mesh-eligibility';
import { workloadKey } from '../../cluster/workload';

type WhichClient = Pick<OutsideClient, 'client' | 'marks' | 'question'>;

/** Metrics readers, as clients of the ports that annotations and monitors point them to. */
export function scrapes(sources: InitInput): OutsideClient[] {
  const { cluster, workloads } = sources;
  const written = new Map(workloads.map((workload) => [workloadKey(workload), workload]));
  const clients = readers(sources);
  return scrapeTargets(cluster).flatMap(({ workload, port, isHttps, by }) => {
    const target = written.get(workloadKey(workload));
    const ofProxy: readonly number[] = Object.values(workload.pod.proxyPorts);
    if (target === undefined || ofProxy.includes(port)) return [];
    const evidence = { weight: 'scrape', protocol: isHttps ? 'TLS' : 'HTTP/1', from: by } as const;
    return clients.map((client) => ({
      ...client,
      workload: target,
      number: port,
      because: by,
      evidence,
      isScrape: true,
    }));
  });
}

/** Whoever reads metrics: the accounts the user named, else those in the input, else a question. */
function readers({ cluster, options }: InitInput): WhichClient[] {
  const given = (options.prometheus ?? []).map(accountOf).filter((client) => client !== undefined);
  if (given.length > 0) return given.map((client) => ({ client, marks: [] }));
  const known = new Map(
    scrapers(cluster).map((scraper) => [`${scraper.namespace}/${scraper.serviceAccount}`, scraper]),
  );
  if (known.size === 0) {
    const text =
      'the manifests have no Prometheus: fill in the ServiceAccount of the one that scrapes this port';
    return [{ marks: [], question: { text, client: "Client.serviceAccount('monitoring', 'prometheus')" } }];
  }
  return [...known.values()].map((scraper) =>
    accountClient(standingOfScraper(cluster, scraper), scraper.label, {
      namespace: scraper.namespace,
      name: scraper.serviceAccount,
    }),
  );
}

function standingOfScraper(cluster: Cluster, { client, label }: Scraper): MeshEligibility {
  const workload = 'workload' in client ? cluster.workload(client.workload) : undefined;
  if (workload !== undefined) return meshEligibility(cluster, workload);
  return 'tls' in client && client.tls === 'mesh'
    ? { kind: 'meshed', reason: `${label} asks for the proxy` }
    : { kind: 'injectable', reason: `${label} does not ask for the proxy` };
}
