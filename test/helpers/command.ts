import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { FIXTURES, ROOT } from './paths';

export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly isTty?: boolean;
  readonly isFile?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: Date;
}

/** Runs the command inside this process. */
export async function run(argv: readonly string[], surroundings: Surroundings = {}): Promise<Run> {
  const {
    cwd = FIXTURES,
    stdin = '',
    isTty = false,
    isFile = false,
    env = {},
    now = new Date(),
  } = surroundings;
  const [out, err]: [string[], string[]] = [[], []];
  const status = await main(argv, {
    stdin: () => stdin,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    cwd,
    isTty,
    isFile,
    env,
    now: () => now,
  });
  return { status, out: out.join(''), err: err.join('') };
}

/** A text without the line that says that everything was judged, for tests of what comes before it. */
export function withoutCoverage(out: string): string {
  return out.replace(/^\n?judged .*; not judged: 0\n$/m, '');
}

/** The words of a command line that our reports quote. */
export function wordsOf(line: string): string[] {
  const found = line.match(/(?:[^\s']|'[^']*')+/g) ?? [];
  return found.map((word) => word.replace(/'([^']*)'/g, '$1')).slice(1);
}

/** Runs the built command as a process of its own, building it first where the sources are newer. */
export function runProcess(argv: readonly string[], { cwd = FIXTURES, stdin = '' }: Surroundings = {}): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [builtCommand(), ...argv], {
    cwd,
    input: stdin,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { status, out: stdout, err: stderr };
}

let built: string | undefined;

/** The built command, fresh. */
export function builtCommand(): string {
  if (built !== undefined) return built;
  const command = join(ROOT, 'build', 'lib', 'cli', 'main.js');
  if (!existsSync(command) || statSync(command).mtimeMs < newest(join(ROOT, 'lib'))) {
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
  }
  built = command;
  return command;
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
