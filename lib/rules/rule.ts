import type { Cluster } from '../cluster/cluster';
import type { SourceObject } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
/** `error`: open, closed or without effect, contrary to what is written. `warning`: likely so. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** From mildest to most severe. */
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'error'];

/** Code that implements a remedy, ready to copy. */
export interface Snippet {
  readonly language: 'typescript' | 'yaml';
  readonly code: string;
}

/** What a rule found wrong with one object. */
export interface Observation {
  readonly object: SourceObject;
  /** More objects that it is as much about: it is accepted only where each of them accepts it. @default none */
  readonly also?: readonly SourceObject[];
  /** The field at fault. */
  readonly path?: Path;
  /** The fact, with the value received, and its effect, for a reader who is new to Linkerd. */
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
  /** Ids it had before, oldest first. Suppressions and `--rule` still accept them. @default none */
  readonly formerIds?: readonly string[];
  readonly severity: Severity;
  /** One sentence: what the rule finds. */
  readonly title: string;
  readonly check: (cluster: Cluster) => readonly Observation[];
}
