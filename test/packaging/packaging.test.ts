import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { parse } from 'yaml';
import { program } from '../../lib/cli/main';
import { VERBS } from '../../lib/cli/verbs';
import { builtCommand, wordsOf } from '../helpers/command';
import { FIXTURES, ROOT } from '../helpers/paths';

/** The ways in which people get the command, beside the Action. */

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const PACKAGE = JSON.parse(read('package.json')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly publishConfig: object;
};

// Compiling takes longer than a test may
beforeAll(() => void builtCommand(), 600_000);

describe('the plugin of kubectl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugin-'));
  const called = (name: string, ...argv: string[]): ReturnType<typeof spawnSync> => {
    const link = join(folder, name);
    if (!existsSync(link)) symlinkSync(builtCommand(), link);
    return spawnSync(process.execPath, [link, ...argv], { cwd: FIXTURES, encoding: 'utf8' });
  };

  it('is the same file, so that npx still knows what to run of the package', () => {
    expect(new Set(Object.values(PACKAGE.bin)).size).toBe(1);
    expect(Object.keys(PACKAGE.bin)).toEqual(['namespace-jail', 'kubectl-namespace_jail']);
  });

  it.each([['--help'], ['check', '--help'], ['can', '--help']])('%s shows what one types', (...argv) => {
    const plugin = String(called('kubectl-namespace_jail', ...argv).stdout);
    const command = String(called('namespace-jail', ...argv).stdout);
    expect(plugin).toMatch(/^Usage: kubectl namespace-jail /);
    expect(plugin).toMatch(/^ {2}\$ kubectl namespace-jail /m);
    expect(plugin.replaceAll('kubectl namespace-jail', 'namespace-jail').split(/\s+/)).toEqual(
      command.replaceAll('npx ', '').split(/\s+/),
    );
    expect(plugin.replaceAll('kubectl namespace-jail', '')).not.toMatch(/(?<![\w./-])namespace-jail /);
  });

  it('answers as the command does', () => {
    const argv = ['check', 'check/troubled.yaml'];
    const [plugin, command] = ['kubectl-namespace_jail', 'namespace-jail'].map((name) =>
      called(name, ...argv),
    );
    expect([plugin?.status, plugin?.stdout]).toEqual([command?.status, command?.stdout]);
  });
});

describe('the hooks of pre-commit', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as {
    readonly id: string;
    readonly language: string;
    readonly entry: string;
    readonly args?: readonly string[];
    readonly pass_filenames: boolean;
  }[];

  it.each(hooks)(
    '$id runs a verb of the command on whole inputs',
    ({ id, language, entry, pass_filenames: passes }) => {
      const [bin = '', verb] = entry.split(' ');
      expect([language, passes, bin in PACKAGE.bin]).toEqual(['node', false, true]);
      expect(VERBS.map(({ name }) => name)).toContain(verb);
      expect(read('docs/in-pipelines.md')).toContain(`- id: ${id}\n`);
    },
  );

  it('namespace-jail-check without args reads the folder', () => {
    const [{ entry = '', args = [] } = {}] = hooks;
    const argv = [...wordsOf(entry), ...args];
    const { status, stdout } = spawnSync(process.execPath, [builtCommand(), ...argv], {
      cwd: join(ROOT, 'test/docs-fixtures/manifests'),
      encoding: 'utf8',
    });
    expect([status, /^judged [1-9]/m.test(stdout)]).toEqual([0, true]);
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => line.split(/ +/));
  const all = (instruction: string): string[][] => lines.filter(([first]) => first === instruction);
  const last = lines.slice(lines.map(([first]) => first).lastIndexOf('FROM'));

  it('begins with images of a known line, none of them the latest', () => {
    expect(all('FROM').map(([, image]) => image)).toEqual(all('FROM').map(() => 'node:22-alpine'));
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore').split('\n');
    const sources = all('COPY')
      .filter((words) => !words.some((word) => word.startsWith('--from')))
      .flatMap((words) => words.slice(1, -1));
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources)
      expect([source, existsSync(join(ROOT, source)), allowed.includes(`!${source}`)]).toEqual([
        source,
        true,
        true,
      ]);
  });

  it('runs the command as a user without rights', () => {
    const after = last.map(([first]) => first);
    expect(last.find(([first]) => first === 'USER')).toEqual(['USER', 'node']);
    expect(after.indexOf('USER')).toBeLessThan(after.indexOf('ENTRYPOINT'));
    expect(after.slice(after.indexOf('USER'))).not.toContain('RUN');
    expect(last).toContainEqual(['ENTRYPOINT', '["namespace-jail"]']);
    expect(last.flat().join(' ')).toContain(PACKAGE.bin['namespace-jail']);
  });
});

describe('the package', () => {
  const files = (): Set<string> => {
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return new Set((JSON.parse(told) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path));
  };

  it('holds the pages and the changelog, so that their links lead somewhere offline, and nothing of the workshop', () => {
    const packed = files();
    for (const page of readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }))
      if (page.endsWith('.md')) expect(packed).toContain(posix.join('docs', page));
    for (const page of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE'])
      expect(packed).toContain(page);
    const links = [...read('README.md').matchAll(/\]\((docs\/[^)#]+\.md)/g)].map(([, page = '']) => page);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((page) => !packed.has(page))).toEqual([]);
    const rooms = new Set([...packed].map((path) => path.split('/')[0]));
    expect([...rooms].filter((room) => room !== 'build').sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'analysis',
      'crds',
      'docs',
      'package.json',
    ]);
  });

  it('is published for everybody, with provenance', () => {
    expect(PACKAGE.publishConfig).toEqual({ access: 'public', provenance: true });
  });
});

describe('workflows', () => {
  interface Workflow {
    readonly on: unknown;
    readonly permissions: Readonly<Record<string, string>>;
    readonly jobs: Readonly<
      Record<
        string,
        {
          readonly permissions?: Readonly<Record<string, string>>;
          readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
        }
      >
    >;
  }
  const folder = join(ROOT, '.github/workflows');
  const workflow = (name: string): Workflow => parse(readFileSync(join(folder, name), 'utf8')) as Workflow;

  it.each(readdirSync(folder))('%s: no expression reaches a shell, and a job may do what it must', (name) => {
    const { permissions, jobs } = workflow(name);
    expect(permissions).toEqual({ contents: 'read' });
    for (const { run = '' } of Object.values(jobs).flatMap(({ steps }) => steps))
      expect(run).not.toContain('${{');
  });

  it('release.yml publishes a tag that all checks passed, and only the job that publishes has an identity', () => {
    const { on, jobs } = workflow('release.yml');
    expect(on).toEqual({ push: { tags: ['v*'] } });
    const runs = jobs.publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(runs.indexOf('.ci/run')).toBeGreaterThan(0);
    expect(runs.at(-1)).toBe('npm publish --provenance --access public');
    expect(
      Object.entries(jobs)
        .filter(([, job]) => 'id-token' in (job.permissions ?? {}))
        .map(([name]) => name),
    ).toEqual(['publish']);
    expect(read('RELEASING.md')).toContain('.github/workflows/release.yml');
  });
});

it('without being told, the command is called by its own name', () => {
  const io = {
    stdin: () => '',
    out: () => undefined,
    err: () => undefined,
    cwd: ROOT,
    isTty: false,
    env: {},
    setExit: () => undefined,
  };
  expect(program([], io).name()).toBe('namespace-jail');
});
