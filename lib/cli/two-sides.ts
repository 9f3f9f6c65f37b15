import type { InputOptions } from './cluster-input';
import { UsageError } from './environment';

/** One of the two inputs of a comparison: what to read, and with which options. */
export interface Side<Options extends InputOptions> {
  readonly paths: readonly string[];
  readonly options: Options;
}

export interface TwoSides<Options extends InputOptions> {
  readonly old?: Side<Options>;
  readonly now: Side<Options>;
}

/**
 * OLD and NEW of a verb that compares; with `--context`, OLD is that cluster and only NEW is a path.
 *
 * @throws UsageError if they cannot be told apart
 */
export function twoSides<Options extends InputOptions>(
  verb: string,
  paths: readonly string[],
  options: Options,
): TwoSides<Options> {
  const { context, filename } = options;
  if (filename !== undefined) {
    throw new UsageError(`${verb} takes OLD and NEW as paths, and no --filename`);
  }
  if (paths.length > 2) {
    const got = `got ${paths.length}: ${paths.join(', ')}`;
    throw new UsageError(`${verb} takes OLD and NEW; ${got}; put files that belong together into a folder`);
  }
  const [first = '', second] = paths;
  if (context === undefined) {
    if (second === undefined) return { now: { paths: [first], options } };
    if (first === '-' && second === '-')
      throw new UsageError('only one of OLD and NEW can be standard input');
    return { old: { paths: [first], options }, now: { paths: [second], options } };
  }
  if (second !== undefined) {
    throw new UsageError(
      `with --context, OLD is the cluster, so ${verb} takes NEW alone; leave out ${first}, or --context`,
    );
  }
  const { context: _context, ...here } = options;
  return { old: { paths: [], options }, now: { paths: [first], options: here as Options } };
}
