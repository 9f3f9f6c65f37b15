/* eslint-disable @typescript-eslint/no-require-imports -- a verb loads what it needs when it is asked for, so that
   --version and one verb's --help do not wait for the parsers and schemas of all */
import type { Command } from 'commander';
import type { Environment } from './environment';

/** A file in this folder that gives a verb its arguments, options and action. */
export interface VerbModule {
  readonly register: (command: Command, io: Environment) => void;
}

export interface Verb {
  readonly name: string;
  /** One line, for the list of verbs in `--help` and in shell completion. */
  readonly summary: string;
  readonly load: () => VerbModule;
}

/** All verbs, in the order `--help` lists them. */
export const VERBS: readonly Verb[] = [
  {
    name: 'can',
    summary: "whether a client reaches a workload's port, and which objects decide",
    load: () => require('./can') as typeof import('./can'),
  },
  {
    name: 'init',
    summary: 'write a cdk8s app with a jail for each namespace in the manifests',
    load: () => require('./init') as typeof import('./init'),
  },
  {
    name: 'check',
    summary: 'what is wrong with the policy in these manifests, and how to fix it',
    load: () => require('./check') as typeof import('./check'),
  },
  {
    name: 'break-in',
    summary: 'every way into a jail from outside, with a client to try and the object that lets it in',
    load: () => require('./break-in') as typeof import('./break-in'),
  },
  {
    name: 'map',
    summary: 'who reaches what, by classes of clients and ports',
    load: () => require('./map') as typeof import('./map'),
  },
  {
    name: 'diff',
    summary: 'what opened and what closed between two sets of manifests, with a client to try',
    load: () => require('./diff') as typeof import('./diff'),
  },
  {
    name: 'rollout',
    summary: 'the step-by-step plan: audit, restart, watch, enforce, and how to go back',
    load: () => require('./rollout') as typeof import('./rollout'),
  },
  {
    name: 'authz',
    summary: "Linkerd's table of who may reach a workload, from files and complete",
    load: () => require('./authz') as typeof import('./authz'),
  },
  {
    name: 'test',
    summary: 'run policy suites: tests of a policy, written as data',
    load: () => require('./test') as typeof import('./test'),
  },
  {
    name: 'denied',
    summary: 'who was denied, by logs and metrics of proxies, and what would let them in',
    load: () => require('./denied') as typeof import('./denied'),
  },
  {
    name: 'alerts',
    summary: 'Prometheus rules and a Grafana dashboard for denials, and for what audit alone lets in',
    load: () => require('./alerts') as typeof import('./alerts'),
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

/** Adds a verb to the command. Its summary is its description, unless its file sets a longer one. */
export function addVerb({ name, summary, load }: Verb, program: Command, io: Environment): void {
  load().register(program.command(name).summary(summary).description(summary), io);
}
