import type { Cluster } from '../cluster/cluster';
import { placeOf, type Path } from '../manifests/locate';
import type { Origin, SourceObject } from '../manifests/object';

/** `error`: it is open, closed or without effect against what is written. `warning`: likely so. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** From the mildest to the gravest. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

/** Code that does what a remedy says, ready to be copied. */
export interface Snippet {
  readonly language: 'typescript' | 'yaml';
  readonly code: string;
}

/** What a rule sees at one object. */
export interface Observation {
  readonly object: SourceObject;
  /** The field that it is about. */
  readonly path?: Path;
  /** What is so and what follows from it, with the value received, for somebody who is new to Linkerd. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly snippets?: readonly Snippet[];
  /** @default the rule's own */
  readonly severity?: Severity;
}

/** A rule as data: its page is `docs/rules/<id>.md`. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** One sentence: what is found. */
  readonly title: string;
  readonly check: (cluster: Cluster) => readonly Observation[];
}

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

/** Kinds without a namespace that this tool meets. */
const CLUSTER_SCOPED = [
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'APIService',
];

export function namespaceOf(cluster: Cluster, source: SourceObject): string | undefined {
  return CLUSTER_SCOPED.includes(source.object.kind) ? undefined : cluster.namespaceOf(source);
}

function originOf({ origin }: SourceObject): Origin {
  return { file: origin.file, line: origin.line };
}
