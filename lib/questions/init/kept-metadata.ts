import type { Cluster } from '../../cluster/cluster';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import { valueAt, asTextMap } from '../../kubernetes/fields';
import type { NamespacePlan } from './plan';
import { isLabelKey } from './distinguishing-selectors';
import { compareText } from '../../basics/collections';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Metadata set by the cluster itself, or by the jail. */
const NOT_OURS = [LAST_APPLIED, 'kubernetes.io/metadata.name', DEFAULT_INBOUND_POLICY];

/**
 * The labels and annotations that the Namespace must keep: `kubectl apply` removes what it applied before and no longer
 * finds. For an object read from a cluster, these are the ones that were applied, and Linkerd's.
 */
export function keptMetadata(cluster: Cluster, namespace: string): Pick<NamespacePlan, 'object'> {
  const source = cluster.namespaceObject(namespace);
  if (source === undefined) return {};
  const { metadata } = source.object;
  const applied = appliedMetadata(asTextMap(metadata.annotations)[LAST_APPLIED]);
  const labels = kept(
    asTextMap(metadata.labels),
    applied === undefined ? undefined : asTextMap(valueAt(applied, 'labels')),
  );
  const annotations = kept(
    asTextMap(metadata.annotations),
    applied === undefined ? undefined : asTextMap(valueAt(applied, 'annotations')),
  );
  const isPlain = Object.entries(annotations).every(([key, value]) => key === INJECT && value === 'enabled');
  return isPlain && Object.keys(labels).length === 0 ? {} : { object: { labels, annotations } };
}

function appliedMetadata(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return valueAt(JSON.parse(text), 'metadata') ?? {};
  } catch {
    return undefined;
  }
}

function kept(
  words: Readonly<Record<string, string>>,
  applied: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const entries = Object.entries(words)
    .filter(([key]) => isLabelKey(key) && !NOT_OURS.includes(key))
    .filter(
      ([key]) => applied === undefined || Object.hasOwn(applied, key) || /(^|[.])linkerd[.]io[/]/.test(key),
    )
    .sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries);
}
