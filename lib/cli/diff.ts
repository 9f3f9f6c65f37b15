import { Option, type Command } from 'commander';
import { DIFF_FORMATS, type DiffFormat } from '../report/diff';
import { diff, isEmpty } from '../questions/diff/diff';
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
import { colorOf, UsageError, type Environment } from './environment';
import { formatOption } from './format-option';
import { collect } from './option-values';
import { replayWords } from './replay-arguments';
import { twoSides } from './two-sides';

interface Options extends InputOptions {
  readonly output: DiffFormat;
  readonly namespace?: readonly string[];
  readonly failOn: 'any' | 'opened' | 'never';
}

const HELP = `
OLD and NEW are each a manifest file or folder; one of them may be -. With --context, OLD is that
cluster, and NEW alone is named.

Examples:
  $ namespace-jail diff main/dist dist
  $ namespace-jail diff main/dist dist -o markdown --fail-on opened
  $ ${KUBECTL_GET} | namespace-jail diff - dist

Exit status: 0 no difference (or none that --fail-on names), 1 a difference or something not judged
on one side, 2 bad input or usage.
`;

/** `diff`: what opened and what closed between two sets of manifests. */
export function register(command: Command, io: Environment): void {
  command
    .argument('<paths...>', 'OLD NEW: manifest files or folders, or -; with --context, NEW alone')
    .option('-n, --namespace <name>', 'only the workloads of this namespace (repeatable)', collect)
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
      const now = await loadCluster(sides.now.paths, sides.now.options, io);
      const { namespace: asked = [] } = options;
      requireNamespacesOf([old.cluster, now.cluster], asked);
      warnAboutInput(old, io);
      warnAboutInput(now, io);
      const found = diff(old.cluster, now.cluster, asked);
      const subject = { withLinkerd: true, namespaces: asked };
      const rests = { before: coverage(old.cluster, subject), after: coverage(now.cluster, subject) };
      const settings = {
        coverage: rests,
        domain: now.cluster.config,
        before: replayWords(sides.old.paths, sides.old.options),
        after: replayWords(sides.now.paths, sides.now.options),
        color: colorOf(options, io),
      };
      writeResult(io, options, DIFF_FORMATS[options.output](found, settings));
      const isDifferent = options.failOn === 'any' ? !isEmpty(found) : found.opened.length > 0;
      // What was not judged on one side alone may be the difference.
      const isWanted = isDifferent || differing(rests).length > 0;
      if (options.failOn !== 'never' && isWanted) io.setExit(1);
    });
}
