/* eslint-disable @typescript-eslint/no-require-imports -- a verb loads what it needs when it is asked for, so that
   --version and --help of one verb do not wait for the parsers and schemas of all */
import type { Command } from 'commander';
import type { Environment } from './environment';

/** A file of this folder that gives a verb its arguments, its options and what it does. */
export interface VerbModule {
  readonly register: (command: Command, io: Environment) => void;
}

export interface Verb {
  readonly name: string;
  /** One line, for the list of verbs in `--help` and for the shells. */
  readonly summary: string;
  readonly load: () => VerbModule;
}

/** All verbs, in the order in which `--help` lists them. */
export const VERBS: readonly Verb[] = [
  {
    name: 'can',
    summary: "whether a client reaches a workload's port, and by which objects",
    load: () => require('./can') as typeof import('./can'),
  },
  {
    name: 'init',
    summary: 'write a cdk8s app with a jail for each namespace of the manifests',
    load: () => require('./init') as typeof import('./init'),
  },
  {
    name: 'check',
    summary: 'what is wrong with the policy of these manifests, and how to put it right',
    load: () => require('./check') as typeof import('./check'),
  },
  {
    name: 'break-in',
    summary: 'every way into a jail from outside, with a client to try and the object that lets it in',
    load: () => require('./break-in') as typeof import('./break-in'),
  },
  {
    name: 'map',
    summary: 'who reaches what, by classes of clients and of ports',
    load: () => require('./map') as typeof import('./map'),
  },
  {
    name: 'diff',
    summary: 'what opened and what closed between two sets of manifests, with a client to try',
    load: () => require('./diff') as typeof import('./diff'),
  },
  {
    name: 'rollout',
    summary: 'the ordered plan: audit, restart, watch, enforce, and how to go back',
    load: () => require('./rollout') as typeof import('./rollout'),
  },
  {
    name: 'authz',
    summary: "Linkerd's table of who is authorized for a workload, from files and complete",
    load: () => require('./authz') as typeof import('./authz'),
  },
  {
    name: 'test',
    summary: 'run policy suites: tests of a policy, as data',
    load: () => require('./test') as typeof import('./test'),
  },
  {
    name: 'kinds',
    summary: 'the kinds to read from a cluster, for kubectl get',
    load: () => require('./kinds') as typeof import('./kinds'),
  },
  {
    name: 'completion',
    summary: 'print a completion script for your shell',
    load: () => require('./completion') as typeof import('./completion'),
  },
];

/** Adds a verb to the command; what it says of itself is its summary, unless its file has more to say. */
export function addVerb({ name, summary, load }: Verb, program: Command, io: Environment): void {
  load().register(program.command(name).summary(summary).description(summary), io);
}
