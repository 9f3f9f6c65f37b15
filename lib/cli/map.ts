import { Option, type Command } from 'commander';
import { workloadKey, type WorkloadId } from '../cluster/workload';
import type { Cluster } from '../cluster/cluster';
import {
  focusText,
  mapCsv,
  mapDot,
  mapJson,
  mapMarkdown,
  mapMermaid,
  mapText,
  pairsCsv,
  pairsText,
} from '../report/map/map';
import { focus, accessMap, type AccessMap, type Focus } from '../questions/map/access-map';
import { parseKind } from '../verdict/references';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, UsageError, type Environment } from './environment';

type Format = 'text' | 'json' | 'csv' | 'markdown' | 'mermaid' | 'dot';

const WITH_PAIRS: readonly Format[] = ['text', 'json', 'csv'];

interface Options extends InputOptions {
  readonly output: Format;
  readonly focus?: string;
  readonly pairs?: boolean;
}

const HELP = `
Clients that the manifests do not have are always rows: any other namespace, unmeshed pods, and outside the cluster.

Examples:
  $ namespace-jail map manifests/
  $ namespace-jail map manifests/ --focus shop/deployment/api
  $ namespace-jail map manifests/ -o mermaid --output-file map.mmd

Exit status: 0 it was drawn, 2 bad input or usage.
`;

/** `map`: who reaches what. */
export function register(command: Command, io: Environment): void {
  command
    .argument('[path...]', 'files or folders of manifests, or -')
    .option('--focus <workload>', 'only the callers and callees of namespace/kind/name')
    .option('--pairs', 'one line for each client workload and port (text, json, csv)')
    .addOption(
      new Option('-o, --output <format>', 'how to print')
        .choices(['text', 'json', 'csv', 'markdown', 'mermaid', 'dot'])
        .default('text'),
    );
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      if (options.pairs === true && !WITH_PAIRS.includes(options.output)) {
        throw new UsageError(
          `-o ${options.output} draws classes of clients, not pairs; --pairs takes -o ${WITH_PAIRS.join(', -o ')}`,
        );
      }
      const loaded = await loadCluster(paths, options, io);
      const { cluster } = loaded;
      const all = accessMap(cluster);
      if (all.namespaces.length === 0)
        throw new UsageError('the manifests have no workload, so there is nothing to draw');
      const found = options.focus === undefined ? undefined : focused(cluster, all, options.focus);
      warnAboutInput(loaded, io);
      writeResult(io, options, print(all, found, options, cluster, colorOf(options, io)));
    });
}

function print(
  all: AccessMap,
  found: Focus | undefined,
  options: Options,
  cluster: Cluster,
  color: boolean,
): string {
  const shown = found?.callers ?? all;
  const { pairs = false, output } = options;
  switch (output) {
    case 'json':
      return mapJson(all, cluster.config, { pairs, ...(found === undefined ? {} : { focus: found }) });
    case 'csv':
      return pairs ? pairsCsv(shown) : mapCsv(shown);
    case 'markdown':
      return mapMarkdown(shown);
    case 'mermaid':
      return mapMermaid(shown);
    case 'dot':
      return mapDot(shown);
    case 'text':
      if (pairs) return pairsText(shown);
      return found === undefined ? mapText(all, { color }) : focusText(found, { color });
  }
}

function focused(cluster: Cluster, all: AccessMap, text: string): Focus {
  const [namespace = '', word = '', name = '', ...rest] = text.split('/');
  const id: WorkloadId = { namespace, kind: parseKind(word), name };
  const found = rest.length > 0 || name === '' ? undefined : focus(all, id);
  if (found !== undefined) return found;
  const known = cluster.workloads.map(workloadKey);
  const some = `${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`;
  throw new UsageError(
    `--focus ${JSON.stringify(text)} names no workload; write namespace/kind/name: the manifests have ${some}`,
  );
}
