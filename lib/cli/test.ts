import { Option, type Command } from 'commander';
import { formatNames } from '../report/formats';
import { SUITE_FORMATS, type SuiteFormat } from '../report/suite';
import type { SuiteReport } from '../report/suite/suite-report';
import { isWhole, together, type Coverage } from '../cluster/coverage';
import type { RefusedObject } from '../cluster/stored-objects';
import { loadSuite, type SuiteOptions } from '../input/suite-files';
import { aboutNamespaces, runSuite, suiteNamespaces, type Suite } from '../questions/suite';
import { noteSettings, requireKnown, warnAboutObjects, writeResult } from './cluster-input';
import { Progress, type Environment } from './environment';
import { allNamespacesOption, namespaceOption } from './namespace-option';
import { collect } from './option-values';
import { settingsOf } from './settings';
import { InputError, type Problem } from '../basics/problem';

interface TestOptions {
  readonly format?: SuiteFormat;
  readonly output?: SuiteFormat;
  readonly outputFile?: string;
  readonly namespace?: readonly string[];
  readonly allowOutside?: boolean;
  readonly exclude?: readonly string[];
  readonly config?: string | false;
}

const FORMATS = formatNames(SUITE_FORMATS);

const HELP = `
A suite is a list of cases that say what must and must not get in; see docs/test.md.

Examples:
  $ namespace-jail test policy-suite.yaml
  $ namespace-jail test -o junit --output-file report.xml suites/*.yaml

Exit status: 0 every question has the expected answer, 1 some do not or something was
not judged, 2 a suite or a manifest cannot be read, or no policy could change the answer to a
question.
`;

/** `test SUITE…`: runs policy suites. */
export function register(command: Command, io: Environment): void {
  command
    .description('Runs policy suites: YAML files that say what must and must not get in.')
    .argument('<suites...>', 'suite files')
    .addOption(
      new Option('-o, --output <format>', 'output format (default text)')
        .choices(FORMATS)
        .conflicts('format'),
    )
    // Its name before the other verbs got -o
    .addOption(new Option('--format <format>').choices(FORMATS).hideHelp())
    .addOption(namespaceOption('only questions about workloads of this namespace'))
    .addOption(allNamespacesOption())
    .option('--allow-outside', 'let suites name manifests outside their own folders')
    .option(
      '--exclude <glob>',
      'leave out manifests whose name, or path in the folder, matches (*, **, ?; repeatable)',
      collect,
    )
    .option('--config <file>', 'settings (default: namespace-jail.yaml here or in a folder above)')
    .option('--no-config', 'read no file of settings')
    .option('--output-file <path>', 'write the result to this file instead of standard output')
    .addHelpText('after', HELP)
    .action((files: string[], options: TestOptions) => test(files, options, io));
}

function test(files: readonly string[], options: TestOptions, io: Environment): void {
  const progress = new Progress(io);
  const notes: Problem[] = [];
  const settings = settingsOf(options, io);
  noteSettings(settings, io);
  const { exclude, cluster } = settings;
  const isExcludeGeneral = options.exclude === undefined;
  const allowOutside = options.allowOutside === true;
  const all = loadAll(files, { notes, allowOutside, exclude, isExcludeGeneral, cluster }, io, progress);
  const { namespace: asked = [] } = options;
  requireKnown(all.flatMap(suiteNamespaces), asked, 'the suites ask about');
  const suites = all.map((suite) => aboutNamespaces(suite, asked));
  const refused: RefusedObject[] = [];
  const covers: Coverage[] = [];
  const reports = suites.map((suite): SuiteReport => {
    progress.step(`running ${suite.file}`);
    const results = runSuite(suite, (manifests) => {
      refused.push(...manifests.refused);
      covers.push(manifests.coverage);
    });
    return { file: suite.file, results };
  });
  const rests = together(covers);
  progress.done();
  warnAboutObjects(notes, once(refused), io);
  writeResult(
    io,
    options,
    SUITE_FORMATS[options.format ?? options.output ?? 'text'](reports, { coverage: rests }),
  );
  const results = reports.flatMap((report) => report.results);
  if (results.some(({ passed }) => !passed) || !isWhole(rests)) io.setExit(1);
  if (results.some(({ fault }) => fault !== undefined)) io.setExit(2);
}

/** Cases of a suite share manifests, and each refuses the same objects of them. */
function once(refused: readonly RefusedObject[]): RefusedObject[] {
  const seen = new Set<string>();
  return refused.filter(({ source: { object, origin }, violations }) => {
    const key = JSON.stringify([origin.file, origin.line, object.kind, object.metadata.name, violations]);
    return !seen.has(key) && seen.add(key);
  });
}

/** Every problem of every suite at once. */
function loadAll(
  files: readonly string[],
  options: SuiteOptions,
  io: Environment,
  progress: Progress,
): Suite[] {
  const problems: Problem[] = [];
  const suites = files.flatMap((file) => {
    progress.step(`reading ${file}`);
    try {
      return [loadSuite(file, io.cwd, options)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) {
    progress.done();
    throw new InputError(problems);
  }
  return suites;
}
