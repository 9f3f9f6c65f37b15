import type { Cluster } from '../cluster/cluster';
import { placeOf } from '../manifests/positions';
import type { Origin, SourceObject } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
import { namespaceOf } from '../cluster/inventory';
import type { Severity, Snippet, Observation, Rule } from '../rules/rule';

/** An observation with its rule and its place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Absent for what the reader of the manifests noticed about a file. */
  readonly object?: SourceObject;
  /** Namespace of the object; absent for objects that have none. */
  readonly namespace?: string;
  readonly place: Origin & { readonly column?: number };
  readonly path?: Path;
  readonly text: string;
  readonly remedy: string;
  readonly snippets?: readonly Snippet[];
}

/** A rule's observation becomes a finding: the place of the field is looked up in the text that was read. */
export function toFinding(rule: Rule, observation: Observation, cluster: Cluster): Finding {
  const { object, path, text, remedy, snippets, severity } = observation;
  const namespace = namespaceOf(cluster, object);
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    object,
    place: path === undefined ? { ...originOf(object) } : placeOf(object.origin, path),
    text,
    remedy,
    ...(namespace === undefined ? {} : { namespace }),
    ...(path === undefined ? {} : { path }),
    ...(snippets === undefined ? {} : { snippets }),
  };
}

function originOf({ origin }: SourceObject): Origin {
  return { file: origin.file, line: origin.line };
}
