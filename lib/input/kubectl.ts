import { spawn } from 'node:child_process';
import { MAX_FILE_BYTES } from './decode-text';

/** Where kubectl runs. */
export interface KubectlSurroundings {
  readonly cwd: string;
  /** Among them PATH, where kubectl is, and KUBECONFIG. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What one run of kubectl left. */
export interface KubectlRun {
  /** `undefined` if it could not be started, or did not end by itself. */
  readonly status: number | undefined;
  readonly out: string;
  /** What it said beside its result, a line each, without blank ones. */
  readonly said: readonly string[];
  /** Why there is no status: the code of the system, or the signal. */
  readonly fault?: string;
}

/** The most that is read of one run, as of all manifests together. */
const MOST_BYTES = 2 * MAX_FILE_BYTES;
const MOST_SAID = 64 * 1024;

/** kubectl printed more than is read. */
export const TOO_MUCH = 'EFBIG';

/** Runs kubectl and takes what it prints as it comes; never more than the limit. */
export function runKubectl(
  argv: readonly string[],
  { cwd, env }: KubectlSurroundings,
  most: number = MOST_BYTES,
): Promise<KubectlRun> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    let size = 0;
    let said = '';
    let fault: string | undefined;
    // Plugins for credentials may ask at a terminal; a pipe is somebody else's.
    const stdin = process.stdin.isTTY ? 'inherit' : 'ignore';
    const child = spawn('kubectl', [...argv], { cwd, env, stdio: [stdin, 'pipe', 'pipe'] });
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= most) out.push(chunk);
      else if (fault === undefined) {
        fault = TOO_MUCH;
        child.kill();
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < MOST_SAID) said += chunk.toString('utf8');
    });
    const done = (status: number | undefined): void =>
      resolve({
        status: fault === undefined ? status : undefined,
        out: Buffer.concat(out).toString('utf8'),
        said: said
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
        ...(fault === undefined ? {} : { fault }),
      });
    child.on('error', (error: NodeJS.ErrnoException) => {
      fault ??= error.code ?? 'unknown reason';
      done(undefined);
    });
    child.on('close', (code, signal) => {
      if (code === null) fault ??= signal ?? 'unknown reason';
      done(code ?? undefined);
    });
  });
}
