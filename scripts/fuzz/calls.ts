import { main } from '../../lib/cli/main';

/** A call of the command, and how it ended. */
export interface Call {
  readonly argv: readonly string[];
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly stdin?: Buffer | string;
  readonly isTty?: boolean;
}

/** Runs the command inside this process. */
export async function call(
  argv: readonly string[],
  { cwd, stdin = '', isTty = false }: Surroundings,
): Promise<Call> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await main(argv, {
    stdin: () => stdin,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    cwd,
    isTty,
    env: isTty ? { FORCE_COLOR: '1' } : {},
  });
  return { argv, status, out: out.join(''), err: err.join('') };
}

/** What a call must not do, whatever the input. */
export function fault({ argv, status, err }: Call): string | undefined {
  if (![0, 1, 2].includes(status)) return `${argv.join(' ')} ends with status ${status}`;
  if (err.includes('internal error')) return `${argv.join(' ')}: ${err}`;
  return undefined;
}

/**
 * Every verb that reads manifests, in every format.
 *
 * @param input arguments that name the manifests
 * @param old a file with other manifests, to compare them with
 */
export function everyCall(input: readonly string[], old: string, target: string): string[][] {
  const [path = '-', ...flags] = input;
  const of = (verb: readonly string[], formats: readonly string[], words: readonly string[]): string[][] =>
    formats.map((format) => [...verb, '-o', format, ...words]);
  return [
    ...of(['check'], ['text', 'json', 'sarif', 'markdown'], input),
    ...of(['break-in'], ['text', 'json'], input),
    ...of(['map'], ['text', 'json', 'csv', 'markdown', 'mermaid', 'dot'], input),
    ...of(['map', '--pairs'], ['text', 'json', 'csv'], input),
    ...of(['authz'], ['text', 'wide', 'json'], ['-f', path, ...flags]),
    ...of(['can'], ['text', 'json'], ['unmeshed', target, ...input]),
    ['can', '--explain', 'billing/serviceaccount/web', target, ...input],
    ...of(['diff'], ['text', 'json', 'markdown'], [old, ...input]),
    ...of(['rollout'], ['text', 'json', 'markdown'], [old, ...input]),
    ...of(['init', '--dry-run'], ['text', 'json'], input),
  ];
}
