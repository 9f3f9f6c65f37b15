import { Option, type Command } from 'commander';
import { breakInJson, breakInText, waysIn } from '../report/break-in/break-in';
import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { EXCEPTION_CLIENTS, EXCEPTION_FROM } from '../linkerd/exception-terms';
import { breakIn } from '../questions/break-in/break-in';
import {
  addInputOptions,
  collect,
  writeResult,
  loadCluster,
  warnAboutInput,
  type InputOptions,
} from './cluster-input';
import { UsageError, useColor, type Environment } from './environment';
import { replayWords } from './replay-arguments';

interface Options extends InputOptions {
  readonly namespace?: readonly string[];
  readonly output: 'text' | 'json';
}

const HELP = `
A jail is a namespace whose default is deny (or audit), or that has Servers or authorizations of its own. What it means
to let in: its own ServiceAccounts; what an AuthorizationPolicy or ServerAuthorization declares by the annotation
  ${EXCEPTION_ANNOTATION}: ${EXCEPTION_CLIENTS.join(' | ')}
each with an optional "${EXCEPTION_FROM}", separated by commas; and the proxy's admin port.

Examples:
  $ namespace-jail break-in manifests/
  $ namespace-jail break-in -n shop manifests/
  $ kubectl get ns,deploy,pods,svc,servers,authorizationpolicies,meshtlsauthentications,networkauthentications -A -o yaml | namespace-jail break-in -

Exit status: 0 there is no way in, 1 there is one, 2 bad input or no jail to judge.
`;

/** `break-in`: every way into a jail from outside. */
export function register(program: Command, io: Environment): void {
  const command = program
    .command('break-in')
    .description('every way into a jail from outside, with a client to try and the object that lets it in')
    .argument('[path...]', 'files or folders of manifests, or -')
    .option('-n, --namespace <name>', 'judge this namespace, whatever it looks like (repeatable)', collect)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'));
  addInputOptions(command)
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: Options) => {
      const loaded = await loadCluster(paths, options, io);
      const { cluster } = loaded;
      const { namespace: asked = [], output } = options;
      const missing = asked.filter((name) => !cluster.namespaceNames().includes(name));
      if (missing.length > 0) {
        const known = cluster.namespaceNames().join(', ');
        throw new UsageError(
          `the manifests have no namespace ${missing.join(', ')}; they have ${known || 'none'}`,
        );
      }
      const surfaces = breakIn(cluster, asked);
      warnAboutInput(loaded, io);
      if (surfaces.length === 0) {
        throw new UsageError(
          'no namespace of these manifests is a jail: none has a deny default or policy of its own, so there is ' +
            'nothing to judge; name the namespace that should be one with -n, or add its Namespace object',
        );
      }
      // A jail without workloads looks closed from afar: it must not pass for one that was judged.
      if (surfaces.every(({ jail }) => jail.workloads.length === 0)) {
        throw new UsageError(
          'none of the jails has a workload in these manifests; add them, so that there are ports to judge',
        );
      }
      const settings = { domain: cluster.config, input: replayWords(paths, options), color: useColor(io) };
      const print = output === 'json' ? breakInJson : breakInText;
      writeResult(io, options, print(surfaces, settings));
      if (waysIn(surfaces).length > 0) io.setExit(1);
    });
}
