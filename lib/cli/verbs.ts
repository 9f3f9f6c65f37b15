/* eslint-disable @typescript-eslint/no-require-imports -- a verb loads what it needs when it is asked for, so that
   --version and --help of one verb do not wait for the parsers and schemas of all */
import type { Command } from 'commander';
import type { Environment } from './environment';

/** A file of this folder that adds one verb to the command. */
export interface VerbModule {
  readonly register: (program: Command, io: Environment) => void;
}

/** All verbs, in the order in which `--help` lists them. */
export const VERBS: ReadonlyMap<string, () => VerbModule> = new Map<string, () => VerbModule>([
  ['can', () => require('./can') as typeof import('./can')],
  ['init', () => require('./init') as typeof import('./init')],
  ['check', () => require('./check') as typeof import('./check')],
  ['break-in', () => require('./break-in') as typeof import('./break-in')],
  ['map', () => require('./map') as typeof import('./map')],
  ['diff', () => require('./diff') as typeof import('./diff')],
  ['rollout', () => require('./rollout') as typeof import('./rollout')],
  ['authz', () => require('./authz') as typeof import('./authz')],
  ['test', () => require('./test') as typeof import('./test')],
  ['completion', () => require('./completion') as typeof import('./completion')],
]);
