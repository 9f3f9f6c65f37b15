import { load } from 'js-yaml';
import { asList, asText, isFields, valueAt } from '../kubernetes/fields';

/** What the configuration of a scraper says about prometheus.io annotations. */
export interface ScrapeJobs {
  /** Whether a job keeps what the annotations of a pod, or of a Service, ask for, in this namespace. */
  readonly followAnnotations: (of: 'pod' | 'service', namespace: string) => boolean;
}

interface Job {
  readonly keepsBy: ReadonlySet<unknown>;
  /** If absent, all. */
  readonly namespaces?: readonly string[];
}

/**
 * The scrape jobs of a configuration: of Prometheus itself, or of a collector that has one inside. `undefined` if the
 * text is none.
 */
export function scrapeJobs(text: string, own: string): ScrapeJobs | undefined {
  if (!text.includes('scrape_configs')) return undefined;
  const configs = scrapeConfigs(parsed(text));
  if (configs === undefined) return undefined;
  const jobs = configs.flatMap((config) => jobsOf(config, own));
  return {
    followAnnotations: (of, namespace) =>
      jobs.some(
        ({ keepsBy, namespaces }) =>
          keepsBy.has(annotationLabel(of)) && (namespaces === undefined || namespaces.includes(namespace)),
      ),
  };
}

/** The label that service discovery gives to `prometheus.io/scrape`. */
export function annotationLabel(of: 'pod' | 'service'): string {
  return `__meta_kubernetes_${of}_annotation_prometheus_io_scrape`;
}

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function scrapeConfigs(config: unknown): readonly unknown[] | undefined {
  const receivers = valueAt(config, 'receivers');
  const nested = isFields(receivers) ? Object.values(receivers).map((one) => valueAt(one, 'config')) : [];
  const found = [config, ...nested].map((one) => valueAt(one, 'scrape_configs')).filter(Array.isArray);
  return found.length === 0 ? undefined : [...new Set(found.flat() as unknown[])];
}

function jobsOf(config: unknown, own: string): Job[] {
  const kept = asList(valueAt(config, 'relabel_configs')).filter(
    (rule) => valueAt(rule, 'action') === 'keep',
  );
  const keepsBy = new Set(kept.flatMap((rule) => asList(valueAt(rule, 'source_labels'))));
  return asList(valueAt(config, 'kubernetes_sd_configs')).map((discovery): Job => {
    const names = asList(valueAt(discovery, 'namespaces', 'names')).flatMap((name) => asText(name) ?? []);
    const isOwn = valueAt(discovery, 'namespaces', 'own_namespace') === true;
    const namespaces = isOwn ? [...names, own] : names;
    return { keepsBy, ...(namespaces.length === 0 ? {} : { namespaces }) };
  });
}
