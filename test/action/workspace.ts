import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { builtCommand } from '../helpers/command';
import { ROOT } from '../helpers/paths';

export const ACTION = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>> }[];
  };
};

export type Files = Readonly<Record<string, string>>;

export interface Outcome {
  readonly status: number | null;
  /** What stands in the log of the job. */
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A checkout with a base and a head, as a runner has it, and the Action run in it. */
export class Workspace {
  public readonly folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  private readonly runner = mkdtempSync(join(tmpdir(), 'runner-'));
  private readonly base: string;
  private head: string;

  public constructor(base: Files, head: Files = {}) {
    this.git('init', '--quiet', '--initial-branch=main');
    writeFileSync(join(this.folder, '.gitignore'), 'node_modules\n');
    this.base = this.commit(base);
    this.head = this.commit(head);
  }

  public commit(files: Files): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
    this.git('add', '--all');
    this.git(
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'c',
    );
    return (this.head = this.git('rev-parse', 'HEAD').trim());
  }

  /** Installs this package, as `npm ci` of a project does that depends on it. */
  public withPackage(): this {
    builtCommand();
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(ROOT, join(this.folder, 'node_modules', 'cdk8s-namespace-jail'));
    return this;
  }

  /** Installs a package whose command is this script. */
  public withCommand(script: string): this {
    const folder = join(this.folder, 'node_modules', 'cdk8s-namespace-jail');
    mkdirSync(folder, { recursive: true });
    const manifest = { name: 'cdk8s-namespace-jail', version: '0.0.0', bin: { 'namespace-jail': 'bin.js' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'bin.js'), script);
    return this;
  }

  public has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  public read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs the step of action.yml as a runner does: inputs in its environment, files for what it tells the runner. */
  public async run(event: string, inputs: Files, api: string, env: Files = {}): Promise<Outcome> {
    const at = (name: string): string => join(this.runner, name);
    const text = readFileSync(join(ROOT, 'test/action/events', `${event}.json`), 'utf8');
    writeFileSync(at('event.json'), text.replaceAll('HEAD_SHA', this.head).replaceAll('BASE_SHA', this.base));
    for (const file of ['summary.md', 'output.txt']) writeFileSync(at(file), '');
    const [step] = ACTION.runs.steps;
    const child = spawn('bash', ['-e', '-c', step?.run ?? 'exit 9'], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.runner,
        GITHUB_ACTION_PATH: ROOT,
        GITHUB_WORKSPACE: this.folder,
        GITHUB_EVENT_PATH: at('event.json'),
        GITHUB_STEP_SUMMARY: at('summary.md'),
        GITHUB_OUTPUT: at('output.txt'),
        GITHUB_SHA: this.head,
        GITHUB_REPOSITORY: 'acme/shop',
        GITHUB_SERVER_URL: 'https://github.test',
        GITHUB_RUN_ID: '42',
        GITHUB_API_URL: api,
        RUNNER_TEMP: this.runner,
        ...Object.fromEntries(
          Object.entries(step?.env ?? {}).map(([name, value]) => [name, evaluate(value, inputs)]),
        ),
        ...env,
      },
    });
    const log: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => log.push(chunk));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const outputs = readFileSync(at('output.txt'), 'utf8').trim().split('\n').filter(Boolean);
    return {
      status,
      log: Buffer.concat(log).toString(),
      summary: readFileSync(at('summary.md'), 'utf8'),
      outputs: Object.fromEntries(
        outputs.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      ),
    };
  }

  private git(...args: string[]): string {
    return execFileSync('git', ['-C', this.folder, ...args], { encoding: 'utf8' });
  }
}

/** `${{ inputs.NAME }}`, the one kind of expression that the step's environment has. */
function evaluate(expression: string, inputs: Files): string {
  const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1];
  if (name === undefined) throw new Error(`unknown expression ${expression}`);
  const fallback = ACTION.inputs[name]?.default ?? '';
  return inputs[name] ?? fallback.replace('${{ github.token }}', 'the-token');
}
