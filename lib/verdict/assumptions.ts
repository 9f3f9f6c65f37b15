import type { Cluster } from '../cluster/cluster';
import type { ShadowedServer } from '../cluster/server';
import type { Workload } from '../cluster/workload';

/** What an answer takes for granted because the manifests do not say it, as a sentence. */
export type Assumption = string;

/** How a question puts its assumptions. */
export interface AssumptionWords {
  /** A Namespace that is not in the input is taken as one without annotations. */
  readonly namespace: (name: string) => Assumption;
  /** Of two Servers for one port the older one owns it, and the manifests do not say which that is. */
  readonly owner: (shadowed: ShadowedServer) => Assumption;
}

/** What any answer about a workload, or about one of its ports, takes for granted. */
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
