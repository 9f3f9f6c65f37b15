import type { Cluster } from '../cluster/cluster';
import type { ShadowedServer } from '../cluster/server';
import type { Workload } from '../cluster/workload';

/** An assumption an answer makes because the manifests do not say, as a sentence. */
export type Assumption = string;

/** How a question words its assumptions. */
export interface AssumptionWords {
  /** A Namespace that is not in the input is assumed to have no annotations. */
  readonly namespace: (name: string) => Assumption;
  /** The older of two Servers owns a shared port, and the manifests do not say which one is older. */
  readonly owner: (shadowed: ShadowedServer) => Assumption;
}

/** The assumptions of any answer about a workload, or about one of its ports. */
export function assumptions(
  cluster: Cluster,
  workload: Workload,
  words: AssumptionWords,
  { namespaces = [], port }: { readonly namespaces?: readonly string[]; readonly port?: number } = {},
): readonly Assumption[] {
  const absent = [...new Set([workload.namespace, ...namespaces])].filter(
    (namespace) => !cluster.hasNamespace(namespace),
  );
  const shadowed = workload.injection.meshed ? cluster.portOwnership(workload).shadowed : [];
  return [
    ...absent.map(words.namespace),
    ...shadowed.filter((one) => one.ambiguous && (port === undefined || one.port === port)).map(words.owner),
  ];
}
