import { UserError } from '../basics/problem';
import { didYouMean, firstOf, quote } from '../basics/words';
import { KUBECTL_GET } from '../linkerd/dump-kinds';
import { TOO_MUCH, type KubectlRun } from './kubectl';

/** A cluster cannot be read at all. */
class LiveClusterError extends UserError {
  /** @param message a line each */
  public constructor(...message: readonly string[]) {
    super(message);
    this.name = 'LiveClusterError';
  }
}

const DUMP = `or read a dump that somebody else made: ${KUBECTL_GET} > cluster.yaml`;

/** What failed, and what to do about it, by what kubectl says. */
const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /Unauthorized|must be logged in|provide credentials|getting credentials|token .*expired/i,
    'does not know you',
    'log in again, as for kubectl itself',
  ],
  [
    /timed? ?out|deadline exceeded|request-timeout/i,
    'does not answer in time',
    'try again, and check the network or VPN',
  ],
  [
    /refused|no such host|unable to connect|unreachable|no route to host|server was unable|x509|certificate/i,
    'cannot be reached',
    'check that kubectl get namespaces works with this context',
  ],
  [/forbidden/i, 'does not allow it', 'ask for get and list on these kinds'],
];

/** Why kubectl could not be run, or stopped. */
function faultWords(fault: string): readonly [what: string, remedy: string] {
  switch (fault) {
    case 'ENOENT':
      return ['kubectl is not installed, or not in a folder of PATH', `install it, ${DUMP}`];
    case 'EACCES':
      return ['kubectl is there but may not be run', 'make it executable'];
    case TOO_MUCH:
      return ['the cluster has more than can be read at once', 'make a dump by namespace, and read that'];
    default:
      return [`kubectl did not end by itself (${fault})`, 'run it by hand to see why'];
  }
}

/** The last thing that kubectl said, short. */
function lastSaid({ said, status }: Pick<KubectlRun, 'said' | 'status'>): string {
  const text = said.at(-1) ?? `no word, exit status ${status}`;
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** Why a run of kubectl gave nothing. */
export function failureWords(run: KubectlRun): string {
  if (run.fault !== undefined) return faultWords(run.fault)[0];
  return `kubectl says: ${lastSaid(run)}`;
}

export function isForbidden({ said }: KubectlRun): boolean {
  return said.some((line) => /\(Forbidden\)|is forbidden/i.test(line));
}

export function isUnknownContext({ said }: KubectlRun): boolean {
  return said.some((line) => /context .*(?:does not exist|not exist)|no context exists/i.test(line));
}

/** There is no such context. */
export function unknownContext(context: string, known: readonly string[]): LiveClusterError {
  if (known.length === 0) {
    return new LiveClusterError(
      `kubectl has no context ${quote(context)}, nor any other; set KUBECONFIG to the file that has it`,
    );
  }
  const meant = didYouMean(context, known);
  return new LiveClusterError(
    `kubectl has no context ${quote(context)}${meant === '' ? '' : `${meant.replace(/\?$/, '')}?`}`,
    `it has ${firstOf(known)}`,
  );
}

/** Nothing of the cluster could be read. */
export function unreadable(context: string, run: KubectlRun): LiveClusterError {
  if (run.fault !== undefined) {
    const [what, remedy] = faultWords(run.fault);
    return new LiveClusterError(`${what}; ${remedy}`);
  }
  const text = run.said.join('\n');
  const [, what, remedy] = KNOWN.find(([pattern]) => pattern.test(text)) ?? [
    undefined,
    'cannot be read',
    'check that kubectl get namespaces works with this context',
  ];
  return new LiveClusterError(
    `the cluster of context ${quote(context)} ${what}; ${remedy}`,
    `kubectl says: ${lastSaid(run)}`,
  );
}
