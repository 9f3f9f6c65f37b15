import { Option, type Command } from 'commander';
import { DIFF_FORMATS, type DiffFormat } from '../report/diff';
import { diff, isEmpty } from '../questions/diff/diff';
import { coverage, differing } from '../cluster/coverage';
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

interface Options extends InputOptions {
  readonly output: DiffFormat;
  readonly failOn: 'any' | 'opened' | 'never';
}

const HELP = `
OLD and NEW are each a manifest file or folder; one of them may be -.

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
    .argument('<old>', 'a manifest file or folder, or -')
    .argument('<new>', 'a manifest file or folder, or -')
    .addOption(formatOption(DIFF_FORMATS))
    .addOption(
      new Option('--fail-on <what>', 'which differences set exit status 1')
        .choices(['any', 'opened', 'never'])
        .default('any'),
    );
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (before: string, after: string, options: Options) => {
      if (options.filename !== undefined)
        throw new UsageError('diff takes exactly two paths, and no --filename');
      if (before === '-' && after === '-')
        throw new UsageError('only one of OLD and NEW can be standard input');
      const old = await loadCluster([before], options, io);
      const now = await loadCluster([after], options, io);
      warnAboutInput(old, io);
      warnAboutInput(now, io);
      const found = diff(old.cluster, now.cluster);
      const everything = { withLinkerd: true };
      const rests = { before: coverage(old.cluster, everything), after: coverage(now.cluster, everything) };
      const settings = {
        coverage: rests,
        domain: now.cluster.config,
        before: replayWords([before], options),
        after: replayWords([after], options),
        color: colorOf(options, io),
      };
      writeResult(io, options, DIFF_FORMATS[options.output](found, settings));
      const isDifferent = options.failOn === 'any' ? !isEmpty(found) : found.opened.length > 0;
      // What was not judged on one side alone may be the difference.
      const isWanted = isDifferent || differing(rests).length > 0;
      if (options.failOn !== 'never' && isWanted) io.setExit(1);
    });
}
