import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { counted, firstOf } from '../basics/words';
import type { Cluster } from '../cluster/cluster';
import { coverage } from '../cluster/coverage';
import type { Subject } from '../cluster/relevance';
import { workloadKey, type Workload } from '../cluster/workload';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { AUTHZ_FORMATS, type AuthzFormat } from '../report/authz';
import { atPort } from '../questions/authz/at-port';
import { authorizationTables, type AuthorizationTable } from '../questions/authz/authorization-table';
import { UnknownReferenceError } from '../verdict/references';
import { parseTarget, portNumbers } from '../verdict/target-reference';
import { parseArguments, type Resource } from './authz-arguments';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespaces,
  warnAboutInput,
  type InputOptions,
  type LoadedCluster,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { compareText } from '../basics/collections';
import { formatOption } from './format-option';
import { homeOf, namespaceOption } from './namespace-option';

export interface AuthzCommandOptions extends InputOptions {
  readonly namespace?: readonly string[];
  readonly port?: string;
  readonly wide?: boolean;
  readonly output: AuthzFormat;
}

const HELP = `
The resource is KIND (deploy), KIND/NAME (deploy/web), KIND NAME, or NAMESPACE/KIND/NAME; without
one, all workloads. The manifests follow it. If a word could be either, write
./WORD for the path, or use -f.

Examples:
  $ namespace-jail authz deploy/web -n shop manifests/
  $ namespace-jail authz deploy -n shop -f shop.yaml -f jail.yaml
  $ namespace-jail authz deploy/web -n shop --port http manifests/
  $ namespace-jail authz -o wide manifests/
  $ ${KUBECTL_GET} | namespace-jail authz -

Exit status: 0, or 2 for bad input.
`;

/** `authz [RESOURCE] [PATH…]`: Linkerd's table of authorizations, computed from files and complete. */
export function register(command: Command, io: Environment): void {
  command
    .description("Prints Linkerd's table of authorizations for workloads, computed from files and complete.")
    .argument('[resource-and-paths...]', 'a resource, then manifest files or folders, or -')
    .option('--port <port>', 'only what is about this port, a number or a name');
  addAuthzOptions(command)
    .addHelpText('after', HELP)
    .action((words: string[], options: AuthzCommandOptions) => authz(words, options, io));
}

/** The options of the table, however its workloads are named. */
export function addAuthzOptions(command: Command): Command {
  command
    .addOption(namespaceOption('only workloads in this namespace'))
    // Same as -o wide
    .addOption(new Option('--wide').hideHelp())
    .addOption(formatOption(AUTHZ_FORMATS));
  return addInputOptions(command);
}

async function authz(words: readonly string[], options: AuthzCommandOptions, io: Environment): Promise<void> {
  const exists = (path: string): boolean => existsSync(resolve(io.cwd, path));
  const { resource, paths } = parseArguments(words, options.filename !== undefined, exists);
  const wanted = within(resource, options.namespace);
  const loaded = await loadCluster(paths, options, io);
  const { cluster } = loaded;
  requireNamespaces(cluster, wanted.namespaces);
  const workloads = select(cluster, wanted);
  warnAboutInput(loaded, io);
  const tables = authorizationTables(cluster, workloads);
  const { port } = options;
  const shown =
    port === undefined
      ? tables
      : tables.flatMap((table) => portNumbers(table.workload, port).map((number) => atPort(table, number)));
  const isOne = wanted.name !== undefined && shown.length <= 1;
  print(loaded, { tables: shown, isOne, subject: subjectOf(wanted, workloads) }, options, io);
}

/** `who-can TO`: the same of one port, named as for `can`. */
export async function whoCan(
  to: string,
  paths: string[],
  options: AuthzCommandOptions,
  io: Environment,
): Promise<void> {
  const loaded = await loadCluster(paths, options, io);
  const { cluster } = loaded;
  const home = homeOf(options);
  requireNamespaces(cluster, options.namespace ?? []);
  const targets = parseTarget(cluster, to, home);
  warnAboutInput(loaded, io);
  const workloads = targets.flatMap((target) => cluster.workload(target) ?? []);
  const tables = authorizationTables(cluster, workloads).flatMap((table) =>
    targets
      .filter((target) => workloadKey(target) === workloadKey(table.workload))
      .map(({ port }) => atPort(table, port)),
  );
  print(loaded, { tables, isOne: false, subject: { withLinkerd: true, workloads } }, options, io);
}

interface Asked {
  readonly tables: readonly AuthorizationTable[];
  /** Whether the question names the one workload, so that no heading need do so. */
  readonly isOne: boolean;
  readonly subject: Subject;
}

function print(
  { cluster }: LoadedCluster,
  { tables, isOne, subject }: Asked,
  options: AuthzCommandOptions,
  io: Environment,
): void {
  for (const text of new Set(tables.flatMap(({ assumptions }) => assumptions))) say(io, `note: ${text}`);
  const settings = {
    domain: cluster.config,
    color: colorOf(options, io),
    wide: options.wide === true,
    headings: !isOne,
    coverage: coverage(cluster, subject),
  };
  writeResult(io, options, AUTHZ_FORMATS[options.output](tables, settings));
}

/** All workloads that were asked for, or all of the input. */
function subjectOf({ namespaces, kind, name }: Wanted, workloads: readonly Workload[]): Subject {
  return {
    withLinkerd: true,
    namespaces,
    ...(kind === undefined && name === undefined ? {} : { workloads }),
  };
}

/** A resource and where to look for it; everywhere, if no namespace is named. */
interface Wanted extends Omit<Resource, 'namespace'> {
  readonly namespaces: readonly string[];
}

function within({ namespace: own, ...resource }: Resource, asked: readonly string[] = []): Wanted {
  if (own === undefined) return { ...resource, namespaces: asked };
  if (asked.every((name) => name === own)) return { ...resource, namespaces: [own] };
  throw new UsageError(
    `--namespace ${asked.join(' and ')} contradicts the resource, which is in ${own}; give only one of them`,
  );
}

function select(cluster: Cluster, wanted: Wanted): Workload[] {
  const { namespaces, kind, name } = wanted;
  const found = cluster.workloads
    .filter(
      (workload) =>
        (namespaces.length === 0 || namespaces.includes(workload.namespace)) &&
        (kind === undefined || workload.kind === kind) &&
        (name === undefined || workload.name === name),
    )
    .sort((a, b) => compareText(workloadKey(a), workloadKey(b)));
  if (found.length > 0) return found;
  if (cluster.workloads.length === 0) throw new UnknownReferenceError('the manifests have no workloads');
  const what = [...(kind === undefined ? ['workload'] : [kind]), ...(name === undefined ? [] : [name])].join(
    ' ',
  );
  const where = namespaces.length === 0 ? '' : ` in ${counted(namespaces, 'namespace')}`;
  throw new UnknownReferenceError(`the manifests have no ${what}${where}; ${alternatives(cluster)}`);
}

function alternatives({ workloads }: Cluster): string {
  const keys = workloads.filter(({ isMadeByInput }) => !isMadeByInput).map(workloadKey);
  return `they have ${firstOf(keys)}`;
}
