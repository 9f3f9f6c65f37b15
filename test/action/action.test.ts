import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtCommand } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { StandInApi } from './stand-in-api';
import { Workspace, type Outcome } from './workspace';
import { JAILED_NAMESPACE } from '../helpers/shop';

/** The GitHub Action, run as a runner does, on events as GitHub sends them, against a stand-in for the API. */

const COMMENTS = '/repos/acme/shop/issues/7/comments';
const MARKER = '<!-- namespace-jail:default -->';
const NAMESPACE = `${JAILED_NAMESPACE}
`;
const APP = `apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: api, labels: { app: api } }
spec: { serviceAccountName: api, containers: [{ name: api, image: api, ports: [{ name: http, containerPort: 80 }] }] }
`;
const server = (policy: string): string => `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, accessPolicy: ${policy} }
`;
const manifests = (policy: string): string => [NAMESPACE, APP, server(policy)].join('---\n');
const CLOSED = { 'jail/shop.yaml': manifests('deny') };
const OPENED = { 'jail/shop.yaml': manifests('all-unauthenticated') };
const ALL = { paths: 'jail', commands: 'check break-in diff' };

/** A command that says what a test wants it to say. */
const saying = (status: number, out: string): string =>
  `process.stdout.write(${JSON.stringify(out)}); process.exitCode = ${status};`;

// Compiling takes longer than a test may
beforeAll(() => void builtCommand(), 600_000);

let api: StandInApi;
let url: string;
beforeEach(async () => {
  api = new StandInApi();
  url = await api.start();
});
afterEach(() => api.stop());

const shown = (text: string): string => text.replace(/[0-9a-f]{40}/g, 'SHA');

describe('a pull request that opens a jail', () => {
  let outcome: Outcome;
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace(CLOSED, OPENED).withPackage();
    outcome = await workspace.run('pull-request', ALL, url);
  });

  it('fails the job, posts one comment, and updates it when the next commit mends it', async () => {
    expect(outcome.status).toBe(1);
    expect(outcome.outputs).toEqual({ result: 'failed', 'comment-url': 'https://github.test/comment/1000' });
    expect(api.calls).toEqual([`GET ${COMMENTS}?per_page=100&page=1`, `POST ${COMMENTS}`]);
    expect(api.requests.map(({ token }) => token)).toEqual(['Bearer the-token', 'Bearer the-token']);
    const body = shown(api.requests[1]?.body ?? '');
    expect(body.split('\n').slice(0, 8)).toMatchInlineSnapshot(`
      [
        "<!-- namespace-jail:default -->",
        "## namespace-jail: failed",
        "",
        "| Command | Result |",
        "| --- | --- |",
        "| \`break-in\` | failed |",
        "| \`diff\` | failed |",
        "| \`check\` | passed |",
      ]
    `);
    expect(body).toContain('opened to anyone');
    expect(body).toContain('1 undeclared way in');
    expect(body).not.toContain('runner-');
    expect(body.trimEnd().split('\n').slice(-2)).toMatchInlineSnapshot(`
      [
        "For commit SHA.",
        "[The whole report](https://github.test/acme/shop/actions/runs/42)",
      ]
    `);
    expect(outcome.summary).toContain('opened to anyone');

    workspace.commit(CLOSED);
    const next = await workspace.run('pull-request', ALL, url);
    expect(next.status).toBe(0);
    expect(api.calls.slice(2)).toEqual([
      `GET ${COMMENTS}?per_page=100&page=1`,
      'PATCH /repos/acme/shop/issues/comments/1000',
    ]);
    expect(api.comments).toHaveLength(1);
    expect(api.comments[0]?.body).toContain('## namespace-jail: passed');
    expect(api.comments[0]?.body).toContain('nothing differs in who gets in');
  });
});

describe('the token of a fork, which may only read', () => {
  it.each([
    [403, 'Resource not accessible by integration'],
    [401, 'Bad credentials'],
    [404, 'Not Found'],
    [422, 'Validation Failed'],
    [500, 'Server Error'],
  ])(
    'gets %i for its comment, and the report is in the job summary; the verdict decides',
    async (status, message) => {
      api.refuse = (method) => (method === 'GET' ? undefined : [status, message]);
      const report = '**namespace-jail check:** 1 error\n';
      for (const verdict of [1, 0]) {
        const workspace = new Workspace({}).withCommand(saying(verdict, report));
        const outcome = await workspace.run('fork', { commands: 'check' }, url);
        expect(outcome.status).toBe(verdict);
        expect(outcome.summary).toContain(report);
        expect(outcome.summary).toContain('No comment was written on the pull request.');
        expect(outcome.log).toContain(
          `::warning title=namespace-jail::no comment was written (${status} ${message})`,
        );
        expect(outcome.outputs).toEqual({ result: verdict === 1 ? 'failed' : 'passed' });
        expect(workspace.has('pwned')).toBe(false);
      }
      const calls = [
        'GET /repos/acme/shop/issues/8/comments?per_page=100&page=1',
        'POST /repos/acme/shop/issues/8/comments',
      ];
      expect(api.calls).toEqual([...calls, ...calls]);
    },
  );

  it('or no answer at all', async () => {
    await api.stop();
    const outcome = await new Workspace({})
      .withCommand(saying(1, 'x'))
      .run('fork', { commands: 'check' }, url);
    expect([outcome.status, outcome.outputs]).toEqual([1, { result: 'failed' }]);
    expect(outcome.log).toContain('no comment was written (no answer (ECONNREFUSED))');
    api = new StandInApi();
    await api.start();
  });

  it('asks again once where the API is out of order', async () => {
    let failures = 1;
    api.refuse = () => (failures-- > 0 ? [502, 'Bad Gateway'] : undefined);
    await new Workspace({}).withCommand(saying(0, 'x')).run('pull-request', { commands: 'check' }, url);
    expect(api.calls.map((call) => call.split(' ')[0])).toEqual(['GET', 'GET', 'POST']);
  });
});

describe('its own comment', () => {
  const others = (count: number): void => {
    for (let id = 1; id <= count; id++)
      api.comments.push({ id, user: { login: 'mira' }, body: 'Looks good' });
  };
  const runs = (inputs: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    new Workspace({})
      .withCommand(saying(0, 'nothing found'))
      .run('pull-request', { commands: 'check', ...inputs }, url);

  it('is found behind many others', async () => {
    others(230);
    api.comments.push({ id: 900, user: { login: 'github-actions[bot]' }, body: `${MARKER}\nold` });
    await runs();
    expect(api.calls).toEqual([
      `GET ${COMMENTS}?per_page=100&page=1`,
      `GET ${COMMENTS}?per_page=100&page=2`,
      `GET ${COMMENTS}?per_page=100&page=3`,
      'PATCH /repos/acme/shop/issues/comments/900',
    ]);
  });

  it('is none that somebody else begins with its mark, quotes it, or that is of another use', async () => {
    api.comments.push(
      { id: 1, user: { login: 'stranger' }, body: `${MARKER}\nmine` },
      { id: 2, user: { login: 'github-actions[bot]' }, body: `> ${MARKER}` },
      { id: 3, user: { login: 'github-actions[bot]' }, body: '<!-- namespace-jail:staging -->' },
    );
    await runs();
    expect(api.calls.at(-1)).toBe(`POST ${COMMENTS}`);
    await runs({ 'comment-key': 'staging' });
    expect(api.calls.at(-1)).toBe('PATCH /repos/acme/shop/issues/comments/3');
  });

  it('can be that of an app whose token is used', async () => {
    api.comments.push({ id: 5, user: { login: 'jailer[bot]' }, body: MARKER });
    await runs({ 'comment-author': 'jailer[bot]', token: 'of-the-app' });
    expect(api.requests.at(-1)).toMatchObject({ method: 'PATCH', token: 'Bearer of-the-app' });
  });

  it('is not begun where nothing is found, if that is wished, nor ever where none is wished', async () => {
    await runs({ comment: 'findings' });
    await runs({ comment: 'never' });
    expect(api.calls).toEqual([`GET ${COMMENTS}?per_page=100&page=1`]);
  });
});

it('objects of the base are called so, not by where it was checked out', async () => {
  const without = { 'jail/shop.yaml': [NAMESPACE, APP].join('---\n') };
  const workspace = new Workspace(OPENED, without).withPackage();
  const { status } = await workspace.run('pull-request', { paths: 'jail', commands: 'diff' }, url);
  const body = api.requests.at(-1)?.body ?? '';
  expect([status, body.includes('closed to anyone')]).toEqual([0, true]);
  expect(body).toContain('base:jail/shop.yaml:10');
  expect(body).not.toContain('runner-');
});

it('a push has no pull request: the report is in the job summary alone, and diff needs to be told the base', async () => {
  const workspace = new Workspace(CLOSED, OPENED).withPackage();
  const outcome = await workspace.run('push', { paths: 'jail', commands: 'diff' }, url);
  expect([outcome.status, api.calls]).toEqual([0, []]);
  expect(outcome.summary).toContain('neither `old` nor `base` is set');
  const told = await workspace.run('push', { paths: 'jail', commands: 'diff', base: 'HEAD~1' }, url);
  expect(told.status).toBe(2);
  const branch = await workspace.run('push', { paths: 'jail', commands: 'diff', base: 'main' }, url);
  expect([branch.status, branch.summary.includes('nothing differs')]).toEqual([0, true]);
});

describe('size', () => {
  const block = '- <details><summary>Code</summary>\n\n  ```yaml\n  a: b\n  ```\n\n  </details>\n';
  const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length;

  it.each([
    ['blocks of code that can be folded', block.repeat(4000)],
    ['one block without an end', `\`\`\`\`text\n${'`` `\n'.repeat(40_000)}\`\`\`\`\n`],
    ['letters that take several bytes', 'ü – 木\n'.repeat(400_000)],
    ['one endless line', 'x'.repeat(2_000_000)],
  ])(
    'a report of %s is cut: 65,536 characters in the comment, 1 MiB in the summary, and nothing left open',
    async (_, out) => {
      const outcome = await new Workspace({})
        .withCommand(saying(1, out))
        .run('pull-request', { commands: 'check' }, url);
      const body = api.requests.at(-1)?.body ?? '';
      expect(api.calls.at(-1)).toBe(`POST ${COMMENTS}`);
      expect(body.length).toBeLessThanOrEqual(65_536);
      expect(body).toMatch(
        /_\d+ more lines are in the \[job summary\]\(https:\/\/github\.test\/acme\/shop\/actions\/runs\/42\)\._/,
      );
      expect(count(body, /^ *- <details>/gm)).toBe(count(body, /^ *<\/details>$/gm));
      expect(count(body, /^ *```+\w*$/gm) % 2).toBe(0);
      expect(Buffer.byteLength(outcome.summary)).toBeLessThanOrEqual(1_048_576);
      expect(outcome.outputs['comment-url']).toBeDefined();
    },
  );

  it('a short report of one command is whole beside a long one of another', async () => {
    const script = `const verb = process.argv[2];
process.stdout.write(verb === 'check' ? 'line\\n'.repeat(100000) : '0 undeclared ways in'); process.exitCode = verb === 'check' ? 1 : 0;`;
    await new Workspace({}).withCommand(script).run('pull-request', { commands: 'break-in check' }, url);
    const body = api.requests.at(-1)?.body ?? '';
    expect(body.length).toBeGreaterThan(60_000);
    expect(body).toContain('0 undeclared ways in');
    expect(body.indexOf('### check')).toBeLessThan(body.indexOf('### break-in'));
  });
});

describe('what a stranger writes', () => {
  const RECORDS = `require('node:fs').writeFileSync('seen.json', JSON.stringify([process.argv.slice(2), process.env]));`;

  it.each(['$(touch pwned)', '`touch pwned`', '"; touch pwned; "', "'; touch pwned; '", 'a && touch pwned'])(
    'in an input reaches no shell: %s',
    async (text) => {
      const workspace = new Workspace({}).withCommand(RECORDS);
      await workspace.run('fork', { paths: `${text}\nb c`, commands: 'check' }, url);
      expect((JSON.parse(workspace.read('seen.json')) as [string[]])[0].slice(0, 3)).toEqual([
        'check',
        text,
        'b c',
      ]);
      expect(workspace.has('pwned')).toBe(false);
    },
  );

  it.each([
    ['paths', '--output-file=/etc/passwd', 'write one path, which does not begin with a dash'],
    ['old', '--config=x', 'write one path'],
    ['sarif', '-x', 'write one path'],
    ['base', '--upload-pack=touch pwned', 'write a commit, a branch or a tag'],
    ['version', '1 && touch pwned', 'write a version such as'],
    ['comment-key', '--> <img>', 'write a word'],
    ['commands', 'check init', 'write words of check, break-in, diff'],
    ['fail-on', 'panic', 'write one of error, warning, never'],
    ['comment', 'yes', 'write one of always, findings, never'],
  ])('in the input %s is refused if it is no such thing', async (name, value, remedy) => {
    const workspace = new Workspace({}).withCommand(RECORDS);
    const { status, log, outputs } = await workspace.run('fork', { [name]: value }, url);
    expect([status, outputs]).toEqual([2, { result: 'unknown' }]);
    expect(log).toContain(`::error title=namespace-jail::the input ${name} is `);
    expect(log).toContain(remedy);
    expect([workspace.has('seen.json'), workspace.has('pwned'), api.calls]).toEqual([false, false, []]);
  });

  it('runs without the token', async () => {
    const workspace = new Workspace({}).withCommand(RECORDS);
    await workspace.run('fork', { commands: 'check' }, url, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret' });
    expect(api.requests[0]?.token).toBe('Bearer the-token');
    expect(workspace.read('seen.json')).not.toMatch(/the-token|"secret"/);
  });

  it('in a report ends no block of code, and is no command of the log or output of the step', async () => {
    const out = '```\n````\n::set-output name=x::y\nresult=passed\n<!-- namespace-jail:default -->';
    const workspace = new Workspace({}).withCommand(saying(1, out));
    const { log, outputs } = await workspace.run('fork', { commands: 'break-in' }, url);
    expect(log).toBe('');
    expect(outputs.result).toBe('failed');
    expect(api.requests.at(-1)?.body).toContain(`\`\`\`\`\`text\n${out}\n\`\`\`\`\``);
  });
});

describe('a command that gives no answer', () => {
  it('is no verdict: exit status 2, with what it said, whatever the others say', async () => {
    const script = `if (process.argv[2] === 'check') process.stdout.write('nothing found');
else { process.stderr.write('error: no namespace in these manifests is a jail'); process.exitCode = 2; }`;
    const { status, outputs, summary } = await new Workspace({})
      .withCommand(script)
      .run('pull-request', { commands: 'check break-in' }, url);
    expect([status, outputs.result]).toEqual([2, 'unknown']);
    expect(api.requests.at(-1)?.body).toContain('| `break-in` | could not tell |');
    expect(summary).toContain('error: no namespace in these manifests is a jail');
  });

  it.each([
    ['is killed', 'process.kill(process.pid)'],
    ['has an exit status of its own', 'process.exitCode = 7'],
  ])('nor where it %s', async (_, script) => {
    const { status } = await new Workspace({}).withCommand(script).run('push', { commands: 'check' }, url);
    expect(status).toBe(2);
  });

  it('but a base that lacks the manifests is nothing to compare with', async () => {
    const workspace = new Workspace({}, OPENED).withPackage();
    const { status } = await workspace.run('pull-request', { paths: 'jail', commands: 'diff' }, url);
    expect(status).toBe(0);
    expect(api.requests.at(-1)?.body).toContain('The base does not have these manifests yet.');
  });
});

describe('thresholds and files', () => {
  it('each command has its own threshold, and never reports all the same', async () => {
    const workspace = new Workspace(CLOSED, OPENED).withPackage();
    const inputs = {
      ...ALL,
      'fail-on': 'never',
      'fail-on-break-in': 'never',
      'fail-on-diff': 'never',
      sarif: 'x.sarif',
    };
    const { status, outputs } = await workspace.run('pull-request', inputs, url);
    expect([status, outputs.result, outputs.sarif]).toEqual([0, 'passed', 'x.sarif']);
    expect(api.requests.at(-1)?.body).toContain('| `break-in` | reported |');
    const sarif = JSON.parse(workspace.read('x.sarif')) as { runs: { results: { ruleId: string }[] }[] };
    expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('unauthenticated-port');
  });
});

describe('the command', () => {
  const NPM = `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
writeFileSync('PLACE/npm.json', JSON.stringify(args));
const folder = args[args.indexOf('--prefix') + 1] + '/node_modules/cdk8s-namespace-jail';
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/package.json', JSON.stringify({ bin: { 'namespace-jail': 'bin.js' } }));
writeFileSync(folder + '/bin.js', "process.stdout.write('installed')");
`;

  it.each([
    ['the version asked for, though the project has one', { version: '0.9.0' }, '0.9.0'],
    ["this action's own version where the project has none", {}, undefined],
  ])('is installed: %s', async (_, inputs, version) => {
    const workspace = new Workspace({});
    if (version !== undefined) workspace.withCommand(saying(0, 'of the project'));
    workspace.commit({ 'bin/npm': NPM.replace('PLACE', workspace.folder) });
    const { chmodSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
    chmodSync(join(workspace.folder, 'bin/npm'), 0o755);
    const path = { PATH: `${join(workspace.folder, 'bin')}:${process.env.PATH}` };
    const { status, summary } = await workspace.run('push', { commands: 'check', ...inputs }, url, path);
    expect([status, summary.includes('installed')]).toEqual([0, true]);
    const own = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
    const args = JSON.parse(workspace.read('npm.json')) as string[];
    expect(args.at(-1)).toBe(`cdk8s-namespace-jail@${version ?? own}`);
    expect(args).toContain('--ignore-scripts');
  });
});
