import { Option, type Command } from 'commander';
import { coverage, isWhole } from '../cluster/coverage';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { CAN_FORMATS, type CanFormat } from '../report/can';
import { workloadKey } from '../cluster/workload';
import { areLetIn, canReach, canSubject } from '../questions/can/can';
import type { ClientReference } from '../verdict/client';
import { canOnlyAdmit } from '../cluster/not-judged';
import { parseAddress } from '../linkerd/network';
import { parseClient } from '../verdict/references';
import { parseTarget } from '../verdict/target-reference';
import { podsAt, spokenTarget } from '../verdict/spoken-names';
import { VERDICTS, type Verdict } from '../verdict/decision';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../verdict/request';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespaces,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { address, header, requestPath } from './option-values';
import { append } from '../basics/collections';
import { formatOption } from './format-option';
import { homeOf, homeOption } from './namespace-option';

interface CanOptions extends InputOptions {
  readonly namespace?: readonly string[];
  readonly ip?: string;
  readonly method?: string;
  readonly path?: string;
  readonly header?: readonly string[];
  readonly httpVersion?: '1' | '2';
  readonly connection?: boolean;
  readonly any?: boolean;
  readonly expect?: Verdict;
  readonly explain?: boolean;
  readonly output: CanFormat;
}

const HELP = `
FROM is a workload (shop/deployment/web), a ServiceAccount (shop/serviceaccount/web), a mesh
identity (web.shop.serviceaccount.identity.linkerd.cluster.local), an IP address, "unmeshed", or
"unauthenticated-tls".
TO is a workload's port (shop/deployment/api:8080, shop/deploy/api:http) or a Service's
(shop/api:80, api.shop:80, http://api.shop.svc.cluster.local/cart). In a dump, it can also be the
address of a pod or Service (10.42.0.5:8080). Without a port, the ports to choose from are listed.

Without --method, --path, --header, --http-version and --connection, every class of traffic meant
for the port is judged: each route's requests, and non-HTTP connections unless the port is
HTTP-only.

Examples:
  $ namespace-jail can shop/deployment/web shop/deployment/api:http manifests/
  $ namespace-jail can 203.0.113.7 shop/api:80 --path /admin --explain manifests/
  $ namespace-jail can other/sa/bot shop/api:80 --any -f manifests/         # 1: nothing gets in
  $ namespace-jail can unmeshed shop/api:80 --expect deny -f manifests/     # 0: surely denied
  $ ${KUBECTL_GET} | namespace-jail can unmeshed shop/api:80 -

The verdict "depends" means that the manifests do not settle it; the answer says what it turns on.

Exit status: 0 surely let in (allow, audit), with --any possibly let in, with --expect surely that
verdict; 1 otherwise, even if only for some traffic or at some targets; 2 bad input.
What was not judged makes it 1, with --any 0.
`;

/** `can FROM TO [PATH…]`: whether a client reaches a workload's port, and which objects decide. */
export function register(command: Command, io: Environment): void {
  command
    .description("Says whether a client reaches a workload's port, and which objects decide.")
    .argument('<from>', 'the client')
    .argument('<to>', 'the target port')
    .argument('[paths...]', 'manifest files or folders, or - for standard input')
    .addOption(homeOption('the namespace of names that have none: deploy/web'))
    .option('--ip <address>', "the client's address, if FROM has none", address)
    .option('--method <method>', 'judge one HTTP request with this method (default GET)')
    .option('--path <path>', 'the request path, with query string (default /)', requestPath)
    .option('--header <name:value>', 'a request header (repeatable)', header)
    .addOption(
      new Option('--http-version <version>', 'the HTTP version the client speaks').choices(['1', '2']),
    )
    .option('--connection', 'judge a connection that is not HTTP')
    .option('--any', 'exit 0 if any traffic may get in, not only if all surely does')
    .addOption(
      new Option('--expect <verdict>', 'exit 0 if the verdict is surely this one')
        .choices(VERDICTS)
        .conflicts('any'),
    )
    .option('--explain', 'show the chain of objects behind the answer')
    .addOption(formatOption(CAN_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action((from: string, to: string, paths: string[], options: CanOptions) =>
      can(from, to, paths, options, io),
    );
}

async function can(
  from: string,
  to: string,
  paths: string[],
  options: CanOptions,
  io: Environment,
): Promise<void> {
  const loaded = await loadCluster(paths, options, io);
  const { cluster } = loaded;
  const home = homeOf(options);
  requireNamespaces(cluster, options.namespace ?? []);
  const client = withAddress(parseClient(cluster, from, home), from, options.ip);
  const targets = parseTarget(cluster, to, home);
  warnAboutInput(loaded, io);
  for (const pod of parseAddress(from) === undefined ? [] : podsAt(cluster, from)) {
    say(io, `note: ${from} is the address of ${workloadKey(pod)}; as FROM, that name has its identity too`);
  }
  const traffic = trafficOf(withPathOf(to, options));
  const reaches = targets.map((target) => canReach(cluster, target, client, traffic));
  for (const text of new Set(reaches.flatMap(({ assumptions }) => assumptions))) say(io, `note: ${text}`);
  const letIn = areLetIn(reaches, options.any === true ? 'any' : 'all');
  const { expect: expected } = options;
  const holds = expected === undefined ? letIn : reaches.every(({ verdict }) => verdict === expected);
  const answer = { cluster, client, from, reaches, letIn };
  const rests = coverage(cluster, canSubject(targets));
  const settings = { color: colorOf(options, io), explain: options.explain === true, coverage: rests };
  writeResult(io, options, CAN_FORMATS[options.output](answer, settings));
  // 0 says that the client surely gets in, or that the verdict is surely the expected one; with --any, 1 that surely nothing does.
  const isAnswered =
    options.any === true
      ? letIn || !isWhole(rests)
      : holds && (expected === undefined ? rests.notJudged.every(canOnlyAdmit) : isWhole(rests));
  io.setExit(isAnswered ? 0 : 1);
}

function withAddress(client: ClientReference, from: string, ip: string | undefined): ClientReference {
  if (ip === undefined) return client;
  if (client.ip === undefined || client.ip === ip) return { ...client, ip };
  throw new UsageError(`--ip ${ip} contradicts FROM, which is the address ${from}; give only one of them`);
}

/** A URL may say which request is meant. */
function withPathOf(to: string, options: CanOptions): CanOptions {
  const path = spokenTarget(to)?.path;
  if (path === undefined || options.connection === true) return options;
  if (options.path !== undefined && options.path !== path)
    throw new UsageError(`--path ${options.path} contradicts TO, which has ${path}; give only one of them`);
  return { ...options, path };
}

function trafficOf(options: CanOptions): Traffic | undefined {
  const request = requestOf(options);
  if (options.connection !== true) return request === undefined ? undefined : { kind: 'request', request };
  if (request === undefined) return RAW_CONNECTION;
  throw new UsageError(
    '--connection is about bytes that are not HTTP, and --method, --path, --header and --http-version about a request; give only one of them',
  );
}

function requestOf({ method, path, header, httpVersion }: CanOptions): HttpRequest | undefined {
  if ([method, path, header, httpVersion].every((option) => option === undefined)) return undefined;
  const headers = new Map<string, string[]>();
  for (const line of header ?? []) {
    const colon = line.indexOf(':', 1);
    const name = line.slice(0, colon).trim();
    append(headers, name, line.slice(colon + 1).trim());
  }
  return {
    path: path ?? '/',
    ...(method === undefined ? {} : { method }),
    ...(headers.size === 0 ? {} : { headers: Object.fromEntries(headers) }),
    ...(httpVersion === undefined ? {} : { version: httpVersion === '1' ? 'HTTP/1' : 'HTTP/2' }),
  };
}
