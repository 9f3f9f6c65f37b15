import type { Command } from 'commander';
import { firstOf } from '../basics/words';
import { workloadKey, type WorkloadId } from '../cluster/workload';
import type { Cluster } from '../cluster/cluster';
import { coverage, isWhole } from '../cluster/coverage';
import { shortCoverage } from '../report/wording/coverage';
import { MAP_FORMATS, PAIRS_FORMATS, type MapFormat } from '../report/map';
import { focus, accessMap, type AccessMap, type Focus } from '../questions/map/access-map';
import { pairs } from '../questions/map/pairs';
import { parseKind } from '../verdict/references';
import {
  addInputOptions,
  writeResult,
  loadCluster,
  requireNamespaces,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { colorOf, say, UsageError, type Environment } from './environment';
import { formatNames } from '../report/formats';
import { formatOption } from './format-option';
import { namespaceOption } from './namespace-option';

interface Options extends InputOptions {
  readonly output: MapFormat;
  readonly focus?: string;
  readonly namespace?: readonly string[];
  readonly pairs?: boolean;
}

const HELP = `
Some clients are always shown, though no manifest has them: other namespaces, unmeshed pods,
and outside the cluster.

Examples:
  $ namespace-jail map manifests/
  $ namespace-jail map manifests/ --focus shop/deployment/api
  $ namespace-jail map manifests/ -o mermaid --output-file map.mmd

Exit status: 0 map drawn, 2 bad input or usage.
`;

/** `map`: who reaches what. */
export function register(command: Command, io: Environment): void {
  command
    .argument('[path...]', 'manifest files or folders, or -')
    .addOption(namespaceOption('only the ports of this namespace'))
    .option('--focus <workload>', 'only the callers and callees of this workload (namespace/kind/name)')
    .option('--pairs', 'one line per client workload and port (text, json, csv)')
    .addOption(formatOption(MAP_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      if (options.pairs === true && !(options.output in PAIRS_FORMATS)) {
        throw new UsageError(
          `-o ${options.output} draws classes of clients, not pairs; --pairs takes -o ${formatNames(PAIRS_FORMATS).join(', -o ')}`,
        );
      }
      const loaded = await loadCluster(paths, options, io);
      const { cluster } = loaded;
      requireNamespaces(cluster, options.namespace ?? []);
      const all = accessMap(cluster, options.namespace);
      if (all.namespaces.length === 0)
        throw new UsageError('the manifests have no workloads, so there is nothing to draw');
      const found = options.focus === undefined ? undefined : focused(cluster, all, options.focus);
      warnAboutInput(loaded, io);
      const shown = found?.callers ?? all;
      const answer = {
        map: all,
        ...(found === undefined ? {} : { focus: found }),
        ...(options.pairs === true ? { pairs: pairs(cluster, shown) } : {}),
      };
      const table = options.pairs === true ? { ...MAP_FORMATS, ...PAIRS_FORMATS } : MAP_FORMATS;
      const rests = coverage(cluster, { namespaces: options.namespace ?? [], withLinkerd: true });
      const settings = { domain: cluster.config, color: colorOf(options, io), coverage: rests };
      // A table of nothing but values has no place for it.
      if (options.output === 'csv' && !isWhole(rests)) say(io, `note: ${shortCoverage(rests)}`);
      writeResult(io, options, table[options.output](answer, settings));
    });
}

function focused(cluster: Cluster, all: AccessMap, text: string): Focus {
  const [namespace = '', word = '', name = '', ...rest] = text.split('/');
  const asked: WorkloadId = { namespace, kind: parseKind(word), name };
  const id = cluster.workload(asked) ?? asked;
  const found = rest.length > 0 || name === '' ? undefined : focus(all, id);
  if (found !== undefined) return found;
  const known = cluster.workloads.map(workloadKey);
  throw new UsageError(
    `--focus ${JSON.stringify(text)} does not name a workload; write namespace/kind/name: the manifests have ${firstOf(known)}`,
  );
}
