import type { Cluster } from '../cluster/cluster';
import { refusalWords } from '../cluster/refused-objects';
import type { Workload } from '../cluster/workload';

/** An assumption an answer makes because the manifests do not say, as a sentence. */
export type Assumption = string;

/** The assumptions of an answer about a workload and some further namespaces: what is not in the input has no annotations. */
export function assumptions(
  cluster: Cluster,
  workload: Workload,
  inWords: (lack: string) => Assumption,
  namespaces: readonly string[] = [],
): readonly Assumption[] {
  return [...new Set([workload.namespace, ...namespaces])]
    .filter((namespace) => !cluster.hasNamespace(namespace))
    .map((name) => {
      const refused = cluster.refusedObject('', 'Namespace', '', name);
      return inWords(
        refused === undefined
          ? `the input has no Namespace ${name}`
          : `of Namespace ${name} the input has only a document ${refusalWords(refused)}`,
      );
    });
}
