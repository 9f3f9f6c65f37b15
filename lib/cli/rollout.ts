import type { Command } from 'commander';
import { ROLLOUT_FORMATS, type RolloutFormat } from '../report/rollout';
import { observed } from '../questions/rollout/observed';
import { rollout, rolloutCoverage, type Rollout } from '../questions/rollout/rollout';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespacesOf,
  warnAboutInput,
  type InputOptions,
  type LoadedCluster,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';
import { collect } from './option-values';
import { replayWords } from './replay-arguments';
import { readSignalInput } from './signal-input';
import { twoSides } from './two-sides';

interface Options extends InputOptions {
  readonly output: RolloutFormat;
  readonly namespace?: readonly string[];
  readonly full?: boolean;
  readonly observed?: readonly string[];
}

const HELP = `
With OLD, the plan restarts only workloads whose pods get a different default policy; without it,
every meshed workload. Several namespaces are rolled out one after the other: without -n a summary
says in which order, and how to print the plan of each.

Examples:
  $ namespace-jail rollout dist
  $ ${KUBECTL_GET} > today.yaml
  $ namespace-jail rollout today.yaml dist -n shop
  $ namespace-jail rollout today.yaml dist -o markdown --output-file ROLLOUT.md
  $ namespace-jail rollout today.yaml dist --observed audit.log --observed audit.prom -n shop

Exit status: 0 plan printed, 2 bad input or usage.
`;

/** `rollout`: the step-by-step plan from what runs today to the jail. */
export function register(command: Command, io: Environment): void {
  command
    .argument('<paths...>', '[OLD] NEW: manifest files or folders; with --context, NEW alone')
    .addOption(namespaceOption('only the plan of this namespace; observed signals that name none are of it'))
    .option('--full', 'all plans one after the other, not a summary of several')
    .option(
      '--observed <file>',
      'logs or metrics of the audit phase: who would be lost (repeatable)',
      collect,
    )
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
      const { namespace: asked = [] } = options;
      requireNamespacesOf(old === undefined ? [now.cluster] : [old.cluster, now.cluster], asked);
      const plan = await withObserved(
        rollout(old?.cluster, now.cluster, asked),
        { old, now },
        paths,
        options,
        io,
      );
      const none = asked.length === 0 ? plan.jails.length === 0 : plan.noJails.length > 0;
      if (none) {
        const after = sides.now.paths.join(' ');
        const which =
          asked.length === 0
            ? `no namespace in ${after} is a jail`
            : `${plan.noJails.join(', ')} is no jail in ${after}`;
        throw new UsageError(
          `${which} (it has no deny default and no policy of its own), so there is nothing to roll out`,
        );
      }
      const words = {
        now: sides.now.paths,
        ...(sides.old === undefined ? {} : { old: contextOr(sides.old.paths, options.context) }),
        isLive: options.context !== undefined,
        options: replayWords([], sides.now.options),
      };
      const settings = {
        sides: words,
        domain: now.cluster.config,
        color: colorOf(options, io),
        coverage: rolloutCoverage(old?.cluster, now.cluster, { namespaces: asked }),
        inFull: asked.length > 0 || options.full === true,
      };
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
  if (files.length === 0) return plan;
  const manifests = [...paths, ...(options.filename ?? [])];
  const { namespace: [namespace, ...others] = [] } = options;
  // Of several namespaces, nothing says which of them such signals are of.
  const home = namespace === undefined || others.length > 0 ? {} : { namespace };
  const reading = await readSignalInput(files, manifests, home, io);
  if (reading.notUnderstood > 0)
    say(
      io,
      `note: ${reading.notUnderstood} of ${reading.lines} observed lines were not understood; namespace-jail denied shows them`,
    );
  return { ...plan, observed: observed(old?.cluster, now.cluster, plan, reading) };
}

/** How to name what runs today to another verb. */
function contextOr(paths: readonly string[], context: string | undefined): readonly string[] {
  return context === undefined ? paths : ['--context', context];
}
