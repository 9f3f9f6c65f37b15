import type { Cluster } from '../cluster/cluster';
import { namespaceDefault } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { isDefaultPolicy, isMeantAsJail } from '../linkerd/default-policy';
import { keyMeant } from '../linkerd/known-annotations';
import { asTextMap, ownValue } from '../kubernetes/fields';
import type { Labels } from '../kubernetes/selector';
import { quote } from '../basics/words';

/** Where somebody may have put the policy, right or wrong. */
type Place = readonly [entries: Labels, suffix: string];

/**
 * What stands in a Namespace where its policy should, and closes nothing because it is spelt or placed so that Linkerd
 * does not read it: `default-inbound-policy: Deny`, a key with a slip, a label.
 */
export function namespaceSlip(cluster: Cluster, namespace: string): string | undefined {
  // A valid policy under its own name is what was meant.
  if (isDefaultPolicy(namespaceDefault(cluster, namespace))) return undefined;
  const { annotations, labels } = cluster.namespaceMeta(namespace);
  return slipIn([
    [annotations, ''],
    [labels, ', as a label'],
  ]);
}

/** The same of a workload: in its pod template, or beside it on the workload's own object. */
export function workloadSlip({ pod, source, kind }: Workload): string | undefined {
  if (isDefaultPolicy(ownValue(pod.annotations, DEFAULT_INBOUND_POLICY))) return undefined;
  const beside = kind === 'pod' ? {} : asTextMap(source.object.metadata.annotations);
  return slipIn([
    [pod.annotations, ''],
    [pod.labels, ', as a label'],
    [beside, ', beside the pod template'],
  ]);
}

/** What the slip says of the intent, as the end of a sentence. */
export function slipWords(slip: string): string {
  return `${slip}, which Linkerd ignores, but which can only be meant as ${DEFAULT_INBOUND_POLICY}: deny or audit`;
}

function slipIn(places: readonly Place[]): string | undefined {
  for (const [entries, suffix] of places) {
    const found = Object.entries(entries).find(([key, value]) => isMeantKey(key) && isMeantAsJail(value));
    if (found !== undefined) return `${found[0]}: ${quote(found[1])}${suffix}`;
  }
  return undefined;
}

/** Few slips leave none of the three words whole; to compare every annotation of a cluster would cost too much. */
function isMeantKey(key: string): boolean {
  return (
    key === DEFAULT_INBOUND_POLICY ||
    (/default|inbound|polic/i.test(key) && keyMeant(key) === DEFAULT_INBOUND_POLICY)
  );
}
