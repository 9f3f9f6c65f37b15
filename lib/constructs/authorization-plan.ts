import type { Client } from './client';
import type { Declaration } from './declaration';
import type { PropProblem } from './problems';

/** Admits one client to one Server, or to one of its routes. */
export interface AuthorizationPlan {
  readonly name: string;
  readonly client: Client;
  /** Whether the user gave the name. */
  readonly isNamed: boolean;
  readonly declaration: Declaration;
}

/** A conflict between declarations; `declaration` is the later one. */
export interface Conflict {
  readonly declaration: Declaration;
  readonly problem: PropProblem;
}
