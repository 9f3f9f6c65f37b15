import { Option, type Command } from 'commander';
import { coverage, isWhole } from '../cluster/coverage';
import { acceptedCoverage, notJudgedPath } from '../questions/break-in/accepted-coverage';
import { BREAK_IN_FORMATS, type BreakInFormat } from '../report/break-in';
import { baselineFile } from '../report/break-in/baseline-file';
import { printable } from '../report/wording/printable';
import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { EXCEPTION_CLIENTS, EXCEPTION_FROM } from '../linkerd/exception-terms';
import { breakIn } from '../questions/break-in/break-in';
import { newEntries } from '../questions/break-in/new-entries';
import {
  BREAK_IN_FAIL_ON,
  breakInFails,
  staleEntries,
  type BreakInFailOn,
} from '../questions/break-in/outcome';
import { parseBaseline, withoutEntries } from '../questions/break-in/baseline';
import type { JailSurface } from '../questions/break-in/jail-surface';
import { leftToLinkerd } from '../questions/jail';
import { noteStale, readBaselines, requireWritable, type BaselineOptions } from './baseline-files';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespaces,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { collect } from './option-values';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';
import { replayWords } from './replay-arguments';

interface Options extends InputOptions, BaselineOptions {
  readonly namespace?: readonly string[];
  readonly output: BreakInFormat;
  readonly failOn: BreakInFailOn;
}

const HELP = `
A jail is a namespace whose default is deny (or audit), or that has its own Servers or
authorizations. It means to let in its own ServiceAccounts, anyone on the proxy's admin port, and
whoever an AuthorizationPolicy or ServerAuthorization declares with the annotation
  ${EXCEPTION_ANNOTATION}: ${EXCEPTION_CLIENTS.join(' |\n    ')}
Each may add "${EXCEPTION_FROM}"; separate several with commas.

Examples:
  $ namespace-jail break-in manifests/
  $ namespace-jail break-in -n shop manifests/
  $ ${KUBECTL_GET} | namespace-jail break-in -
  $ namespace-jail break-in manifests/ --write-baseline accepted.yaml --reason 'as found in May'
  $ namespace-jail break-in manifests/ --baseline accepted.yaml --fail-on anonymous
  $ namespace-jail break-in manifests/ -o annotate > declare.sh

What --fail-on means:
  undeclared  a way in that nobody declared and no baseline accepts
  anonymous   also one that is declared or accepted, and lets in clients without an identity
  any         also every other one that is declared or accepted
An exception for the proxy's admin port alone is listed, and never fails.

Exit status: 0 none of these, 1 at least one or something that was not judged, 2 bad input or no
jail to judge.
`;

/** `break-in`: every way into a jail from outside. */
export function register(command: Command, io: Environment): void {
  command
    .argument('[path...]', 'manifest files or folders, or -')
    .addOption(namespaceOption('judge this namespace even if it does not look like a jail'))
    .addOption(formatOption(BREAK_IN_FORMATS))
    .addOption(
      new Option('--fail-on <openings>', 'exit with 1 on these')
        .choices(BREAK_IN_FAIL_ON)
        .default('undeclared'),
    )
    .option('--baseline <file>', 'a file of ways in that are accepted, with reasons (repeatable)', collect)
    .option('--write-baseline <file>', 'write a baseline that accepts the ways in as they are')
    .option('--reason <text>', 'why, for --write-baseline');
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const loaded = await loadCluster(paths, options, io);
      const files = options.baseline ?? loaded.settings.baseline;
      const target = requireWritable({ ...options, baseline: files }, io.cwd);
      const baseline = readBaselines(files, io);
      const { cluster } = loaded;
      const { namespace: asked = [], output, failOn } = options;
      requireNamespaces(cluster, asked);
      const found = breakIn(cluster, asked, baseline);
      warnAboutInput(loaded, io);
      requireJudged(found, leftToLinkerd(cluster, asked));
      const all = coverage(cluster, { namespaces: asked });
      let rests = acceptedCoverage(all, baseline);
      const unjudged = all.notJudged.map(notJudgedPath);
      const stale = staleEntries(baseline, found, unjudged, asked);
      noteStale(stale, io);
      let surfaces = found;
      if (target !== undefined) {
        const added = {
          openings: newEntries(cluster, found),
          unjudged: [...new Set(rests.notJudged.map(notJudgedPath))],
        };
        const text = baselineFile(withoutEntries(baseline, stale), added, target.reason);
        writeResult(io, { outputFile: target.file }, printable(text.split('\n')));
        // What has just been written counts at once.
        const written = parseBaseline(text, target.file);
        surfaces = breakIn(cluster, asked, written);
        rests = acceptedCoverage(all, written);
      }
      const settings = {
        domain: cluster.config,
        coverage: rests,
        input: replayWords(paths, options),
        color: colorOf(options, io),
        failOn,
        leftOut: leftToLinkerd(cluster, asked),
      };
      writeResult(io, options, BREAK_IN_FORMATS[output](surfaces, settings));
      if (breakInFails(surfaces, failOn) || !isWhole(rests)) io.setExit(1);
    });
}

/**
 * A jail without workloads looks closed, but nothing was judged: it must not pass.
 *
 * @throws UsageError if there is nothing to judge
 */
function requireJudged(surfaces: readonly JailSurface[], leftOut: readonly string[]): void {
  if (surfaces.length === 0) {
    const own =
      leftOut.length === 0 ? '' : ` (Linkerd's own are judged only when named: ${leftOut.join(', ')})`;
    throw new UsageError(
      `no namespace in these manifests is a jail${own}: none has a deny default or its own policy, so there is ` +
        'nothing to judge; pass the namespace that should be one with -n, or add its Namespace object',
    );
  }
}
