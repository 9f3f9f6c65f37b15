import type { Command } from 'commander';
import { ROLLOUT_FORMATS, type RolloutFormat } from '../report/rollout';
import { rollout, rolloutCoverage } from '../questions/rollout/rollout';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { replayWords } from './replay-arguments';
import { twoSides } from './two-sides';

interface Options extends InputOptions {
  readonly output: RolloutFormat;
}

const HELP = `
With OLD, the plan restarts only workloads whose pods get a different default policy; without it,
every meshed workload.

Examples:
  $ namespace-jail rollout dist
  $ ${KUBECTL_GET} > today.yaml
  $ namespace-jail rollout today.yaml dist -o markdown --output-file ROLLOUT.md

Exit status: 0 plan printed, 2 bad input or usage.
`;

/** `rollout`: the step-by-step plan from what runs today to the jail. */
export function register(command: Command, io: Environment): void {
  command
    .argument('<paths...>', '[OLD] NEW: manifest files or folders; with --context, NEW alone')
    .addOption(formatOption(ROLLOUT_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const sides = twoSides('rollout', paths, options);
      const now = await loadCluster(sides.now.paths, sides.now.options, io);
      const old = sides.old && (await loadCluster(sides.old.paths, sides.old.options, io));
      if (old !== undefined) warnAboutInput(old, io);
      warnAboutInput(now, io);
      const plan = rollout(old?.cluster, now.cluster);
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
