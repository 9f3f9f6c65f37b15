import { Option, type Command } from 'commander';
import { FINDINGS_FORMATS, type FindingsFormat } from '../report/findings';
import { ruleList } from '../report/findings/rule-list';
import { SARIF_HOST } from './sarif-host';
import { ALL_RULES, findings, noteFindings } from '../findings/run-rules';
import { RULES } from '../rules';
import { checkResult, FAIL_ON, fails, inNamespace, type FailOn } from '../findings/check-result';
import { annotationSuppressions, type Suppression } from '../findings/suppression';
import { parseSuppressions } from '../findings/suppression-file';
import { readWritten } from '../input/files';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  notePassedOver,
  requireNamespaces,
  type InputOptions,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';
import { collect } from './option-values';
import { formatOption } from './format-option';
import { version } from './version';
import { InputError } from '../basics/problem';
import { didYouMean, quote } from '../basics/words';

interface CheckOptions extends InputOptions {
  readonly output: FindingsFormat;
  readonly failOn: FailOn;
  readonly rule?: readonly string[];
  readonly listRules?: boolean;
  readonly suppressions?: readonly string[];
  readonly namespace?: string;
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
      namespace-jail/ignore: 'unauthenticated-port: the public shop window'

Exit status: 0 nothing as grave as --fail-on was found, 1 something was, 2 bad input or usage.
`;

export function register(command: Command, io: Environment): void {
  command
    .description(
      'Checks manifests for what Linkerd would ignore, refuse, let in or keep out against intention.',
    )
    .argument('[path...]', 'files or folders of manifests, or - for standard input')
    .addOption(formatOption(FINDINGS_FORMATS))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(FAIL_ON)
        .default('error'),
    )
    .option('-n, --namespace <name>', 'only findings of this namespace')
    .option('--rule <id>', 'only this rule (repeatable)', collect)
    .option('--suppressions <file>', 'a list of accepted findings with reasons (repeatable)', collect)
    .option('--list-rules', 'print all rules and do nothing else')
    .addHelpText('after', EXAMPLES);
  addInputOptions(command).action(async (paths: string[], options: CheckOptions) => {
    if (options.listRules === true) writeResult(io, options, ruleList(ALL_RULES, colorOf(options, io)));
    else await check(paths, options, io);
  });
}

async function check(paths: readonly string[], options: CheckOptions, io: Environment): Promise<void> {
  const only = options.rule ?? [];
  requireRules(only);
  const accepted = (options.suppressions ?? []).flatMap((file) => readSuppressions(file, io));
  const loaded = await loadCluster(paths, options, io);
  const { cluster, notes } = loaded;
  if (options.namespace !== undefined) requireNamespaces(cluster, [options.namespace]);
  notePassedOver(loaded, io);
  const suppressions = [...annotationSuppressions(cluster), ...accepted];
  const rules = only.length === 0 ? RULES : RULES.filter(({ id }) => only.includes(id));
  const found = [...noteFindings(notes), ...findings(cluster, rules)];
  const whole = checkResult(found, suppressions, only);
  const result = options.namespace === undefined ? whole : inNamespace(whole, options.namespace);
  const settings = { color: colorOf(options, io), version: version(), host: SARIF_HOST };
  writeResult(io, options, FINDINGS_FORMATS[options.output](result, settings));
  if (fails(result, options.failOn)) io.setExit(1);
}

function requireRules(only: readonly string[]): void {
  const ids = ALL_RULES.map(({ id }) => id);
  const unknown = only.filter((id) => !ids.includes(id));
  if (unknown.length === 0) return;
  const words = unknown.map((id) => `there is no rule ${quote(id)}${didYouMean(id, ids)}`);
  throw new UsageError(`${words.join('\n')}\n--list-rules prints all rules`);
}

function readSuppressions(file: string, { cwd }: Environment): Suppression[] {
  const read = readWritten(file, cwd);
  if ('problem' in read)
    throw new InputError([
      { ...read.problem, message: `the suppressions cannot be read: ${read.problem.message}` },
    ]);
  return parseSuppressions(read.text, file);
}
