import type { Cluster } from '../cluster/cluster';
import { placeOf } from '../manifests/positions';
import type { Origin, SourceObject } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
import { namespaceOf } from '../cluster/inventory';
import type { Severity, Snippet, Observation, Rule } from '../rules/rule';

interface AlsoAbout {
  readonly object: SourceObject;
  readonly namespace?: string;
}

/** An observation with the rule that made it and its place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Absent if the finding is about a file. */
  readonly object?: SourceObject;
  /** More objects that it is as much about. */
  readonly also?: readonly AlsoAbout[];
  /** The object's namespace; absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly place: Origin & { readonly column?: number };
  readonly path?: Path;
  readonly text: string;
  readonly remedy: string;
  readonly snippets?: readonly Snippet[];
}

/** Turns an observation into a finding, with the field's place in the source text. */
export function toFinding(rule: Rule, observation: Observation, cluster: Cluster): Finding {
  const { object, also, path, text, remedy, snippets, severity } = observation;
  const inNamespace = (source: SourceObject): { namespace?: string } => {
    const namespace = namespaceOf(cluster, source);
    return namespace === undefined ? {} : { namespace };
  };
  return {
    rule: rule.id,
    severity: severity ?? rule.severity,
    object,
    place: path === undefined ? { ...originOf(object) } : placeOf(object.origin, path),
    text,
    remedy,
    ...inNamespace(object),
    ...(also === undefined ? {} : { also: also.map((one) => ({ object: one, ...inNamespace(one) })) }),
    ...(path === undefined ? {} : { path }),
    ...(snippets === undefined ? {} : { snippets }),
  };
}

function originOf({ origin }: SourceObject): Origin {
  return { file: origin.file, line: origin.line };
}
