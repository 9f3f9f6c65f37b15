import type { Cluster } from '../cluster/cluster';
import type { SourceObject } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
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
  /** Ids it had before, oldest first. Suppressions and `--rule` still accept them. @default none */
  readonly formerIds?: readonly string[];
  readonly severity: Severity;
  /** One sentence: what is found. */
  readonly title: string;
  readonly check: (cluster: Cluster) => readonly Observation[];
}
