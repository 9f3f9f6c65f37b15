import { readSignals } from '../input/signal-files';
import type { Reading } from '../signals/signal';
import { between } from '../signals/scrapes';
import { SignalReader } from '../signals/signal-reader';
import { UsageError, type Environment } from './environment';

export interface SignalOptions {
  /** Files of an earlier scrape. */
  readonly before?: readonly string[];
  /** The namespace of signals that name none. */
  readonly namespace?: string;
}

/**
 * Reads logs and metrics as streams.
 *
 * @param manifests the paths of the manifests: standard input can be only one of the two
 * @throws UsageError if standard input is asked for twice, or nothing that was read is a signal
 */
export async function readSignalInput(
  files: readonly string[],
  manifests: readonly string[],
  { before = [], namespace }: SignalOptions,
  io: Environment,
): Promise<Reading> {
  const uses = [...files, ...before, ...manifests].filter((path) => path === '-').length;
  if (uses > 1)
    throw new UsageError(
      'standard input can be either the manifests or the signals, and once: write the other to a file',
    );
  const read = async (paths: readonly string[]): Promise<Reading> => {
    const reader = new SignalReader();
    await readSignals(paths, { cwd: io.cwd, stdin: () => chunksOf(io) }, reader, namespace);
    return reader.reading();
  };
  const after = await read(files);
  requireSignals(after, files);
  if (before.length === 0) return after;
  const old = await read(before);
  requireSignals(old, before);
  return between(old, after);
}

/** A file of something else would be answered with "nobody was denied". */
function requireSignals({ lines, notUnderstood, samples }: Reading, files: readonly string[]): void {
  if (lines === 0 || notUnderstood < lines) return;
  const [sample] = samples;
  throw new UsageError(
    `none of the ${lines} lines of ${files.join(', ')} is a line of a proxy's log, a metric, a row of linkerd viz authz or of an access log`,
    ...(sample === undefined ? [] : [`the first is ${JSON.stringify(sample.text)}`]),
    'pass the output of kubectl logs -c linkerd-proxy --prefix, linkerd diagnostics proxy-metrics, or a query of Prometheus or Loki',
  );
}

async function* chunksOf(io: Environment): AsyncIterable<Buffer | string> {
  if (io.stdinChunks === undefined) yield await io.stdin();
  else yield* io.stdinChunks();
}
