import { Option, type Command } from 'commander';
import { DIFF_FORMATS, type DiffFormat } from '../report/diff';
import { diff, isEmpty } from '../questions/diff/diff';
import { appliedCluster } from '../questions/rollout/applied-cluster';
import { rolloutCoverage } from '../questions/rollout/rollout';
import type { Cluster } from '../cluster/cluster';
import { coverage, differing } from '../cluster/coverage';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespacesOf,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';
import { replayWords } from './replay-arguments';
import { twoSides } from './two-sides';

interface Options extends InputOptions {
  readonly output: DiffFormat;
  readonly namespace?: readonly string[];
  readonly apply?: boolean;
  readonly failOn: 'any' | 'opened' | 'never';
}

const HELP = `
OLD and NEW are each a manifest file or folder; one of them may be -. With --context, OLD is that
cluster, and NEW alone is named. What NEW lacks counts as gone; with --apply, NEW is first applied
onto OLD, as kubectl does.

Examples:
  $ namespace-jail diff main/dist dist
  $ namespace-jail diff main/dist dist -o markdown --fail-on opened
  $ ${KUBECTL_GET} | namespace-jail diff - dist --apply

Exit status: 0 no difference (or none that --fail-on names), 1 a difference or something not judged
on one side, 2 bad input or usage.
`;

/** `diff`: what opened and what closed between two sets of manifests. */
export function register(command: Command, io: Environment): void {
  command
    .argument('<paths...>', 'OLD NEW: manifest files or folders, or -; with --context, NEW alone')
    .addOption(namespaceOption('only the workloads of this namespace'))
    .option('--apply', 'compare OLD with NEW applied onto it: what NEW does not mention stays')
    .addOption(formatOption(DIFF_FORMATS))
    .addOption(
      new Option('--fail-on <what>', 'which differences set exit status 1')
        .choices(['any', 'opened', 'never'])
        .default('any'),
    );
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const sides = twoSides('diff', paths, options);
      if (sides.old === undefined)
        throw new UsageError('diff takes two paths, OLD and NEW, or --context and NEW');
      const old = await loadCluster(sides.old.paths, sides.old.options, io);
      const fresh = await loadCluster(sides.now.paths, sides.now.options, io);
      const isApplied = options.apply === true;
      const cluster = isApplied ? appliedCluster(old.cluster, fresh.cluster) : fresh.cluster;
      const { namespace: asked = [] } = options;
      requireNamespacesOf([old.cluster, fresh.cluster], asked);
      warnAboutInput(old, io);
      warnAboutInput(fresh, io);
      if (!isApplied) hintAtApply(old.cluster, fresh.cluster, io);
      const found = diff(old.cluster, cluster, asked);
      const subject = { withLinkerd: true, namespaces: asked };
      const rests = isApplied
        ? rolloutCoverage(old.cluster, fresh.cluster, subject)
        : { before: coverage(old.cluster, subject), after: coverage(cluster, subject) };
      const both = [...sides.old.paths, ...sides.now.paths];
      const settings = {
        coverage: rests,
        domain: cluster.config,
        before: replayWords(sides.old.paths, sides.old.options),
        after: isApplied
          ? replayWords(both, sides.old.options)
          : replayWords(sides.now.paths, sides.now.options),
        color: colorOf(options, io),
      };
      writeResult(io, options, DIFF_FORMATS[options.output](found, settings));
      const isDifferent = options.failOn === 'any' ? !isEmpty(found) : found.opened.length > 0;
      // What was not judged on one side alone may be the difference.
      const isWanted = isDifferent || differing(rests).length > 0;
      if (options.failOn !== 'never' && isWanted) io.setExit(1);
    });
}

/** Where most of OLD seems to be deleted, NEW is more likely a part of it. */
function hintAtApply(old: Cluster, fresh: Cluster, io: Environment): void {
  const before = old.workloads.filter(({ isMadeByInput }) => !isMadeByInput);
  const gone = before.filter((workload) => fresh.workload(workload) === undefined).length;
  if (gone === 0 || gone * 2 <= before.length) return;
  say(
    io,
    `note: NEW lacks ${gone} of the ${before.length} workloads of OLD, which therefore count as gone; if NEW is to be applied onto OLD, add --apply`,
  );
}
