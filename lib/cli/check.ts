import { Option, type Command } from 'commander';
import { FINDINGS_FORMATS, type FindingsFormat } from '../report/findings';
import { ruleList } from '../report/findings/rule-list';
import { SARIF_HOST } from './sarif-host';
import { ALL_RULES, findings, noteFindings, ruleNamed, withSeverities } from '../findings/run-rules';
import { RULES } from '../rules';
import {
  checkResult,
  FAIL_ON,
  fails,
  inNamespaces,
  withoutLinkerdsOwn,
  type FailOn,
} from '../findings/check-result';
import { unprotected } from '../findings/unprotected';
import { annotationSuppressions, type Suppression } from '../findings/suppression';
import { parseSuppressions } from '../findings/suppression-file';
import { readWritten } from '../input/files';
import { coverage } from '../cluster/coverage';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  notePassedOver,
  requireNamespaces,
  type InputOptions,
} from './cluster-input';
import { colorOf, UsageError, type Environment, say } from './environment';
import { settingsOf } from './settings';
import { collect } from './option-values';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';
import { version } from './version';
import { InputError } from '../basics/problem';
import { didYouMean, quote } from '../basics/words';

interface CheckOptions extends InputOptions {
  readonly output: FindingsFormat;
  readonly failOn: FailOn;
  readonly rule?: readonly string[];
  readonly listRules?: boolean;
  readonly suppressions?: readonly string[];
  readonly namespace?: readonly string[];
}

const EXAMPLES = `
Examples:
  $ namespace-jail check manifests/
  $ ${KUBECTL_GET} | namespace-jail check -
  $ namespace-jail check dist/ -o sarif --output-file check.sarif
  $ namespace-jail check dist/ --rule probe-refused --fail-on warning
  $ namespace-jail check dist/ --suppressions accepted.yaml

Accept a finding, with a reason, on its object:
  metadata:
    annotations:
      namespace-jail/ignore: 'unauthenticated-port: the public storefront'

Exit status: 0 no findings at or above --fail-on, 1 at least one, 2 bad input or usage.
`;

export function register(command: Command, io: Environment): void {
  command
    .description(
      'Checks manifests for policy that Linkerd would ignore or refuse, and for clients let in or kept out by mistake.',
    )
    .argument('[path...]', 'manifest files or folders, or - for standard input')
    .addOption(formatOption(FINDINGS_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 on findings of this severity or above')
        .choices(FAIL_ON)
        .default('error'),
    )
    .addOption(namespaceOption("only findings in this namespace; Linkerd's own are left out unless named"))
    .option('--rule <id>', 'only this rule (repeatable)', collect)
    .option('--suppressions <file>', 'a file of accepted findings with reasons (repeatable)', collect)
    .option('--list-rules', 'list all rules and exit')
    .addHelpText('after', EXAMPLES);
  addInputOptions(command).action(async (paths: string[], options: CheckOptions) => {
    if (options.listRules === true) writeResult(io, options, ruleList(ALL_RULES, colorOf(options, io)));
    else await check(paths, options, io);
  });
}

async function check(paths: readonly string[], options: CheckOptions, io: Environment): Promise<void> {
  const only = requireRules(options.rule ?? []);
  const accepted = settingsOf(options, io).suppressions.flatMap((file) => readSuppressions(file, io));
  const loaded = await loadCluster(paths, options, io);
  const { cluster, notes } = loaded;
  const { namespace: asked = [] } = options;
  requireNamespaces(cluster, asked);
  notePassedOver(loaded, io);
  const suppressions = [...annotationSuppressions(cluster), ...accepted];
  const rules = only.length === 0 ? RULES : RULES.filter(({ id }) => only.includes(id));
  const found = [...noteFindings(notes), ...findings(cluster, rules)];
  const whole = checkResult(withSeverities(found, loaded.settings.severities), suppressions, only);
  const { result, leftOut } =
    asked.length === 0
      ? withoutLinkerdsOwn(whole, cluster.config)
      : { result: inNamespaces(whole, asked), leftOut: [] };
  for (const name of leftOut)
    say(io, `note: findings in ${name}, which is Linkerd's own, are left out; -n ${name} shows them`);
  const covered = coverage(cluster, { namespaces: asked });
  const alone = unprotected(cluster, covered.workloads);
  const settings = {
    color: colorOf(options, io),
    version: version(),
    host: SARIF_HOST,
    coverage: covered,
  };
  writeResult(
    io,
    options,
    FINDINGS_FORMATS[options.output](
      alone === undefined ? result : { ...result, unprotected: alone },
      settings,
    ),
  );
  if (fails(result, options.failOn)) io.setExit(1);
}

/** The current ids of the rules asked for. */
function requireRules(asked: readonly string[]): string[] {
  const ids = ALL_RULES.map(({ id }) => id);
  const unknown = asked.filter((id) => ruleNamed(id) === undefined);
  if (unknown.length === 0) return asked.map((id) => ruleNamed(id)?.id ?? id);
  const words = unknown.map((id) => `there is no rule ${quote(id)}${didYouMean(id, ids)}`);
  throw new UsageError(...words, 'run check --list-rules to see all rules');
}

function readSuppressions(file: string, { cwd }: Environment): Suppression[] {
  const read = readWritten(file, cwd);
  if ('problem' in read)
    throw new InputError([
      { ...read.problem, message: `cannot read the suppressions: ${read.problem.message}` },
    ]);
  return parseSuppressions(read.text, file);
}
