import type { Command } from 'commander';
import { coverage, isWhole } from '../cluster/coverage';
import { BREAK_IN_FORMATS, type BreakInFormat } from '../report/break-in';
import { waysIn } from '../report/break-in/sentences';
import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { EXCEPTION_CLIENTS, EXCEPTION_FROM } from '../linkerd/exception-terms';
import { breakIn } from '../questions/break-in/break-in';
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
import { replayWords } from './replay-arguments';

interface Options extends InputOptions {
  readonly namespace?: readonly string[];
  readonly output: BreakInFormat;
}

const HELP = `
A jail is a namespace whose default is deny (or audit), or that has its own Servers or authorizations. It means to let
in its own ServiceAccounts, anyone on the proxy's admin port, and whoever an AuthorizationPolicy or ServerAuthorization
declares with the annotation
  ${EXCEPTION_ANNOTATION}: ${EXCEPTION_CLIENTS.join(' | ')}
Each may add "${EXCEPTION_FROM}"; separate several with commas.

Examples:
  $ namespace-jail break-in manifests/
  $ namespace-jail break-in -n shop manifests/
  $ ${KUBECTL_GET} | namespace-jail break-in -

Exit status: 0 no way in, 1 at least one way in or something not judged, 2 bad input or no jail to judge.
`;

/** `break-in`: every way into a jail from outside. */
export function register(command: Command, io: Environment): void {
  command
    .argument('[path...]', 'manifest files or folders, or -')
    .option(
      '-n, --namespace <name>',
      'judge this namespace even if it does not look like a jail (repeatable)',
      collect,
    )
    .addOption(formatOption(BREAK_IN_FORMATS));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const loaded = await loadCluster(paths, options, io);
      const { cluster } = loaded;
      const { namespace: asked = [], output } = options;
      requireNamespaces(cluster, asked);
      const surfaces = breakIn(cluster, asked);
      warnAboutInput(loaded, io);
      if (surfaces.length === 0) {
        throw new UsageError(
          'no namespace in these manifests is a jail: none has a deny default or its own policy, so there is ' +
            'nothing to judge; pass the namespace that should be one with -n, or add its Namespace object',
        );
      }
      const rests = coverage(cluster, { namespaces: asked });
      const settings = {
        domain: cluster.config,
        coverage: rests,
        input: replayWords(paths, options),
        color: colorOf(options, io),
      };
      writeResult(io, options, BREAK_IN_FORMATS[output](surfaces, settings));
      if (waysIn(surfaces).length > 0 || !isWhole(rests)) io.setExit(1);
    });
}
