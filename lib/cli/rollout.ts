import type { Command } from 'commander';
import { ROLLOUT_FORMATS, type RolloutFormat } from '../report/rollout';
import { observed } from '../questions/rollout/observed';
import { rollout, rolloutCoverage, type Rollout } from '../questions/rollout/rollout';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  warnAboutInput,
  type InputOptions,
  type LoadedCluster,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { collect, namespaceName } from './option-values';
import { replayWords } from './replay-arguments';
import { readSignalInput, type SignalOptions } from './signal-input';
import { twoSides } from './two-sides';

interface Options extends InputOptions, SignalOptions {
  readonly namespace?: string;
  readonly output: RolloutFormat;
  readonly observed?: readonly string[];
}

const HELP = `
With OLD, the plan restarts only workloads whose pods get a different default policy; without it,
every meshed workload.

Examples:
  $ namespace-jail rollout dist
  $ ${KUBECTL_GET} > today.yaml
  $ namespace-jail rollout today.yaml dist -o markdown --output-file ROLLOUT.md
  $ namespace-jail rollout today.yaml dist --observed audit.log --observed audit.prom -n shop

Exit status: 0 plan printed, 2 bad input or usage.
`;

/** `rollout`: the step-by-step plan from what runs today to the jail. */
export function register(command: Command, io: Environment): void {
  command
    .argument('<paths...>', '[OLD] NEW: manifest files or folders; with --context, NEW alone')
    .option(
      '--observed <file>',
      'logs or metrics of the audit phase: who would be lost (repeatable)',
      collect,
    )
    .option('-n, --namespace <name>', 'the namespace of observed signals that name none', namespaceName)
    .addOption(formatOption(ROLLOUT_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const { namespace: _, ...input } = options;
      const sides = twoSides('rollout', paths, input);
      const now = await loadCluster(sides.now.paths, sides.now.options, io);
      const old = sides.old && (await loadCluster(sides.old.paths, sides.old.options, io));
      if (old !== undefined) warnAboutInput(old, io);
      warnAboutInput(now, io);
      const plan = await withObserved(rollout(old?.cluster, now.cluster), { old, now }, paths, options, io);
      if (plan.jails.length === 0) {
        throw new UsageError(
          `no namespace in ${sides.now.paths.join(' ')} is a jail (none has a deny default or its own policy), so there is nothing to roll out`,
        );
      }
      const words = {
        now: sides.now.paths,
        // What runs in a cluster is no file that could be applied again.
        ...(sides.old === undefined || sides.old.paths.length === 0 ? {} : { old: sides.old.paths }),
        options: replayWords([], sides.now.options),
      };
      const rests = rolloutCoverage(old?.cluster, now.cluster);
      const settings = { sides: words, color: colorOf(options, io), coverage: rests };
      writeResult(io, options, ROLLOUT_FORMATS[options.output](plan, settings));
    });
}

/** The plan together with what was seen in audit mode. */
async function withObserved(
  plan: Rollout,
  { old, now }: { readonly old: LoadedCluster | undefined; readonly now: LoadedCluster },
  paths: readonly string[],
  options: Options,
  io: Environment,
): Promise<Rollout> {
  const { observed: files = [] } = options;
  if (files.length === 0) {
    if (options.namespace !== undefined)
      throw new UsageError(
        '-n is for --observed FILE: it says of which namespace signals are that name none',
      );
    return plan;
  }
  const manifests = [...paths, ...(options.filename ?? [])];
  const reading = await readSignalInput(files, manifests, options, io);
  if (reading.notUnderstood > 0)
    say(
      io,
      `note: ${reading.notUnderstood} of ${reading.lines} observed lines were not understood; namespace-jail denied shows them`,
    );
  return { ...plan, observed: observed(old?.cluster, now.cluster, plan, reading) };
}
