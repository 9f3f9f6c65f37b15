import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtCommand, runProcess } from '../helpers/command';
import { DOCS_FIXTURES, ROOT } from '../helpers/paths';

const SHOP = ['shop.yaml', 'jail.yaml'];
const API = 'shop/deploy/api:8080';

beforeAll(() => void builtCommand(), 120_000);

describe('the built command', () => {
  it.each([
    [0, ['--version']],
    [0, ['--help']],
    [2, []],
    [2, ['cann']],
    [0, ['can', 'shop/deploy/web', API, ...SHOP]],
    [1, ['can', 'unmeshed', API, ...SHOP]],
    [2, ['can', 'nobody', API, ...SHOP]],
    [2, ['can', 'unmeshed', API, 'nowhere.yaml']],
    [0, ['authz', ...SHOP]],
    [2, ['authz', 'deploy/gone', ...SHOP]],
    [0, ['test', 'suite.yaml']],
    [1, ['test', 'wishful-suite.yaml']],
    [2, ['test', 'shop.yaml']],
    [2, ['test', 'nowhere.yaml']],
    [0, ['completion', 'bash']],
    [2, ['completion', 'tcsh']],
  ])('exits with %d from %j', (status, argv) => {
    const run = runProcess(argv, { cwd: DOCS_FIXTURES });
    expect(run).toMatchObject({ status });
    expect(status === 2 ? run.out : run.err).toBe('');
    expect(run.err).not.toMatch(/\n +at /);
  });

  it('colours no file of the shell, whatever is wished', () => {
    const folder = mkdtempSync(join(tmpdir(), 'colour-'));
    const file = openSync(join(folder, 'out'), 'w');
    const env = { PATH: process.env.PATH, FORCE_COLOR: '1' };
    const call = [builtCommand(), 'can', 'unmeshed', API, ...SHOP];
    const piped = spawnSync(process.execPath, call, { cwd: DOCS_FIXTURES, env, encoding: 'utf8' });
    spawnSync(process.execPath, call, { cwd: DOCS_FIXTURES, env, stdio: ['ignore', file, 'inherit'] });
    closeSync(file);
    const written = readFileSync(join(folder, 'out'), 'utf8');
    rmSync(folder, { recursive: true, force: true });
    expect(piped.stdout).toContain('\u001b[');
    expect(written).toContain('deny: unmeshed may not reach');
    expect(written).not.toContain('\u001b[');
  });

  it('reads standard input', () => {
    const stdin = SHOP.map((file) => readFileSync(join(DOCS_FIXTURES, file), 'utf8')).join('---\n');
    const { status, out } = runProcess(['can', 'unmeshed', API, '-'], { stdin });
    expect([status, out]).toEqual([1, expect.stringMatching(/^deny: unmeshed may not reach /)]);
  });

  it('is quiet when its reader leaves early', () => {
    const line = `"${process.execPath}" "${builtCommand()}" authz --wide shop.yaml jail.yaml | true; exit "\${PIPESTATUS[0]}"`;
    const { stderr } = spawnSync('bash', ['-c', line], { cwd: DOCS_FIXTURES, encoding: 'utf8' });
    expect(stderr).toBe('');
  });

  it('can be called by its name', () => {
    expect(readFileSync(builtCommand(), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('says its version without loading a parser or a schema', () => {
    const script = `process.argv.push('--version'); require(process.env.COMMAND).main(['--version'], {
      out: () => {}, err: () => {}, stdin: () => '', cwd: '.', isTty: false, env: {},
    }).then(() => console.log(JSON.stringify(Object.keys(require.cache))));`;
    const out = execFileSync(process.execPath, ['-e', script], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, COMMAND: builtCommand() },
    });
    const packages = (JSON.parse(out) as string[]).flatMap(
      (file) => /node_modules\/([^/]+)/.exec(file)?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(['commander', 'picocolors']);
  });

  it('completes in bash', () => {
    const script = `source <("${process.execPath}" "${builtCommand()}" completion bash)
      complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _namespace_jail; echo "\${COMPREPLY[@]}"; }
      complete_words namespace-jail aut
      complete_words namespace-jail can --expl
      complete_words namespace-jail test -o ''
      complete_words namespace-jail completion ''
      complete_words namespace-jail can shop.y`;
    const out = execFileSync('bash', ['-c', script], { cwd: DOCS_FIXTURES, encoding: 'utf8' });
    expect(out.split('\n')).toEqual([
      'authz',
      '--explain',
      'text json junit',
      'bash zsh fish',
      'shop.yaml',
      '',
    ]);
  });
});
