import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALIASES } from '../../lib/cli/aliases';
import { VERBS } from '../../lib/cli/verbs';
import { ROOT } from '../helpers/paths';
import { run } from '../helpers/command';

const JAIL = ['emojivoto-app.yaml', 'emojivoto-jail.yaml'];

describe('namespace-jail', () => {
  it('says its version', async () => {
    const { status, out } = await run(['--version']);
    expect([status, out]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  it('lists all verbs in its help', async () => {
    const { status, out } = await run(['--help']);
    expect(status).toBe(0);
    const [, commands = ''] = out.split('\nCommands:\n');
    const listed = [...commands.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name);
    expect(listed).toEqual([...[...VERBS, ...ALIASES].map(({ name }) => name), 'help']);
  });

  it.each(VERBS.map(({ name }) => name))('%s --help ends in examples', async (verb) => {
    const { status, out, err } = await run([verb, '--help']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('Examples:\n  $ namespace-jail ');
  });

  it('without a verb shows what there is, and that this was no question', async () => {
    const { status, out, err } = await run([]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('Usage: namespace-jail');
  });

  it.each([
    [['authzz'], "error: unknown command 'authzz'\n(Did you mean authz?)"],
    [['can', '--explian'], "error: unknown option '--explian'\n(Did you mean --explain?)"],
    [['can', 'a'], "error: missing required argument 'to'"],
    [['can', 'a', 'b:1', '-o', 'xml'], "argument 'xml' is invalid. Allowed choices are text, json."],
    [['can', 'a', 'b:1'], 'error: no manifests to read; pass files, folders or - (standard input)'],
  ])('%j is bad usage', async (argv, message) => {
    const { status, out, err } = await run(argv);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('says of bad manifests where and what is wrong, everything at once', async () => {
    const stdin = 'apiVersion: v1\nkind: Pod\n---\nkind: [\n';
    const { status, out, err } = await run(['authz', '-', 'nowhere/'], { stdin });
    expect([status, out]).toEqual([2, '']);
    expect(err.split('\n').map((line) => line.replace(/: .*/, ''))).toEqual([
      'nowhere/',
      expect.stringMatching(/^-:\d+/),
      expect.stringMatching(/^-:\d+/),
      '',
    ]);
  });

  it('is silent about the stack of an internal error until it is asked', async () => {
    const env = { NAMESPACE_JAIL_DEBUG: '1' };
    const call = ['can', 'unmeshed', 'emojivoto/deploy/web:8080'];
    const quiet = await failing(call, {});
    expect(quiet).toEqual([
      2,
      'internal error: the disk is on fire; please report it, with the output of --debug\n',
    ]);
    const [status, said] = await failing(call, env);
    expect([status, said]).toEqual([2, expect.stringMatching(/on fire.*\nError: the disk[^]*\n +at /)]);
  });
});

/** Runs the command where standard input fails in a way that nobody foresaw. */
async function failing(argv: readonly string[], env: Record<string, string>): Promise<[number, string]> {
  const { main } = jest.requireActual<typeof import('../../lib/cli/main')>('../../lib/cli/main');
  const said: string[] = [];
  const status = await main([...argv, '-'], {
    stdin: () => {
      throw new Error('the disk\nis on fire');
    },
    out: () => undefined,
    err: (text) => said.push(text),
    cwd: __dirname,
    isTty: false,
    env,
  });
  return [status, said.join('')];
}

describe('options about the cluster', () => {
  const web = 'emojivoto/deploy/web:8080';
  const verdict = async (...argv: string[]): Promise<string> => {
    const { out, err } = await run(['can', ...argv]);
    return (out || err).split('\n', 1)[0] ?? '';
  };

  it.each([
    ['--cluster-networks', '10.0.0.0/8,pods', /Not a network: "pods"\. Use comma-separated CIDRs/],
    ['--probe-networks', '300.0.0.0/8', /Not a network: "300\.0\.0\.0\/8"/],
    ['--default-inbound-policy', 'denied', /Allowed choices are all-authenticated, .*\bdeny\b/],
    ['--trust-domain', 'Example.COM', /Use a lowercase DNS name/],
    ['--linkerd-namespace', 'a/b', /Use the name of a namespace/],
  ])('%s %s is refused with what is allowed', async (option, value, message) => {
    const { status, err } = await run(['can', 'unmeshed', web, ...JAIL, option, value]);
    expect(status).toBe(2);
    expect(err).toContain(`'${value}' is invalid`);
    expect(err).toMatch(message);
  });

  it('change the answers', async () => {
    const bot = 'vote-bot.emojivoto.serviceaccount.identity.l5d.example.org';
    const domain = ['--linkerd-namespace', 'l5d', '--trust-domain', 'example.org'];
    expect(await verdict(bot, web, ...JAIL)).toMatch(/^deny/);
    expect(await verdict(bot, web, ...JAIL, ...domain)).toMatch(/^allow/);
    expect(await verdict('unmeshed', web, 'emojivoto-app.yaml')).toMatch(/^allow/);
  });

  it('write the result to a file, or say why not', async () => {
    const { status, out, err } = await run([
      'can',
      'unmeshed',
      web,
      ...JAIL,
      '--output-file',
      'no/such/folder',
    ]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toBe(
      'no/such/folder: cannot write the result (ENOENT); pass a file in a folder that exists and is writable\n',
    );
  });
});

describe('colour', () => {
  const colored = async (isTty: boolean, env: Record<string, string> = {}): Promise<boolean> => {
    const { out } = await run(['can', 'unmeshed', 'emojivoto/deploy/web:8080', ...JAIL], { isTty, env });
    return out.includes('\u001b[');
  };

  it('is for terminals only, and not for those who do not want it', async () => {
    expect(await colored(true)).toBe(true);
    expect(await colored(false)).toBe(false);
    expect(await colored(true, { NO_COLOR: '1' })).toBe(false);
    expect(await colored(true, { TERM: 'dumb' })).toBe(false);
    expect(await colored(false, { FORCE_COLOR: '1' })).toBe(true);
  });

  const folder = mkdtempSync(join(tmpdir(), 'colour-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const web = 'emojivoto/deploy/web:8080';
  const calls: Readonly<Record<string, readonly string[]>> = {
    can: ['unmeshed', web, ...JAIL],
    init: ['emojivoto-app.yaml', '--inject', '--dry-run'],
    check: JAIL,
    'break-in': JAIL,
    map: JAIL,
    diff: ['emojivoto-app.yaml', 'emojivoto-jail.yaml'],
    rollout: ['emojivoto-injected.yaml', 'emojivoto-jail.yaml'],
    denied: [...JAIL, '--from', join(ROOT, 'examples', 'emojivoto', 'vote-bot.log')],
    authz: JAIL,
  };

  it('is tried below with every command that colours', () => {
    const colours = VERBS.map(({ name }) => name).filter((name) =>
      readFileSync(join(ROOT, 'lib', 'cli', `${name}.ts`), 'utf8').includes('colorOf('),
    );
    expect(Object.keys(calls).sort()).toEqual(colours.sort());
  });

  it.each(Object.keys(calls))(
    '%s leaves it out of pipes, and of files of the shell whatever is wished',
    async (verb) => {
      const argv = [verb, ...(calls[verb] ?? [])];
      const piped = await run(argv);
      const wished = await run(argv, { env: { FORCE_COLOR: '1' } });
      const written = await run(argv, { isFile: true, env: { FORCE_COLOR: '1' } });
      expect(wished.out).toContain('\u001b[');
      expect(piped.out).not.toContain('\u001b[');
      expect(written).toEqual(piped);
    },
  );

  const plain: readonly (readonly string[])[] = [
    ['test', join(ROOT, 'test', 'docs-fixtures', 'suite.yaml')],
    ['alerts', ...JAIL],
    ['kinds'],
    ['completion', 'bash'],
  ];

  it.each(plain)('%s has none anywhere', async (...argv) => {
    const { out, status } = await run(argv, { isTty: true, env: { FORCE_COLOR: '1' } });
    expect([status, out.includes('\u001b[')]).toEqual([0, false]);
  });

  it('is tried with every command', () => {
    const tried = [...Object.keys(calls), ...plain.map(([name]) => name)];
    expect(tried.sort()).toEqual(VERBS.map(({ name }) => name).sort());
  });

  it.each(Object.keys(calls))('%s colours a terminal, and never a file', async (verb) => {
    const file = join(folder, verb);
    const argv = [verb, ...(calls[verb] ?? [])];
    const shown = await run(argv, { isTty: true });
    const written = await run([...argv, '--output-file', file], { isTty: true, env: { FORCE_COLOR: '1' } });
    expect(shown.out).toContain('\u001b[');
    expect([shown.status, written.out]).toEqual([written.status, '']);
    expect(readFileSync(file, 'utf8')).not.toContain('\u001b[');
  });
});

it.each(['markdown', 'mermaid', 'dot'])('map --pairs -o %s is refused, not ignored', async (format) => {
  const { status, out, err } = await run(['map', ...JAIL, '--pairs', '-o', format]);
  expect([status, out]).toEqual([2, '']);
  expect(err).toBe(
    `error: -o ${format} draws classes of clients, not pairs; --pairs takes -o text, -o json, -o csv\n`,
  );
});

it('the former names of options still work', async () => {
  const [long, short] = [
    await run(['authz', ...JAIL, '--wide']),
    await run(['authz', ...JAIL, '-o', 'wide']),
  ];
  expect(long).toEqual(short);
  const cwd = join(ROOT, 'test', 'docs-fixtures');
  const [format, output] = ['--format', '-o'].map((flag) =>
    run(['test', 'suite.yaml', flag, 'junit'], { cwd }),
  );
  expect(await format).toEqual(await output);
  expect((await run(['test', 'suite.yaml', '--format', 'json', '-o', 'junit'], { cwd })).status).toBe(2);
});
