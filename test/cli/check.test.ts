import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { RULES } from '../../lib/rules';

const OPEN = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: api }
spec: { podSelector: {}, port: 80, accessPolicy: all-unauthenticated }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: api, annotations: { linkerd.io/inject: enabled } }
spec: { serviceAccountName: api, containers: [{ name: api, image: api, ports: [{ containerPort: 80 }] }] }
`;
const QUOTED = OPEN.replace('80', '"80"');

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly folder: string;
}

/** Runs the command in a folder of its own, with these files in it. */
async function run(
  argv: readonly string[],
  files: Readonly<Record<string, string>> = {},
  stdin = '',
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  let out = '';
  let err = '';
  const status = await main(['check', ...argv], {
    stdin: () => stdin,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    cwd: folder,
    isTty: false,
    env: {},
  });
  return { status, out, err, folder };
}

describe('the exit status', () => {
  it('is 0 when nothing as grave as --fail-on is found', async () => {
    expect((await run(['a.yaml'], { 'a.yaml': OPEN })).status).toBe(0);
    expect((await run(['a.yaml', '--fail-on', 'never'], { 'a.yaml': QUOTED })).status).toBe(0);
  });

  it('is 1 when something is', async () => {
    expect((await run(['a.yaml'], { 'a.yaml': QUOTED })).status).toBe(1);
    expect((await run(['a.yaml', '--fail-on', 'warning'], { 'a.yaml': OPEN })).status).toBe(1);
  });

  it.each([
    ['no manifests', [], 'no manifests to read'],
    ['a file that is not there', ['nowhere.yaml'], 'nowhere.yaml'],
    ['an unknown rule', ['a.yaml', '--rule', 'udp-prot'], 'did you mean "udp-port"?'],
    ['an unknown format', ['a.yaml', '-o', 'xml'], 'text, json, sarif, markdown'],
    ['an unknown severity', ['a.yaml', '--fail-on', 'panic'], 'error, warning, never'],
    [
      'suppressions that are not there',
      ['a.yaml', '--suppressions', 'b.yaml'],
      'b.yaml: cannot read the suppressions',
    ],
  ])('is 2 for %s, and says what is allowed', async (_, argv, message) => {
    const { status, out, err } = await run(argv, { 'a.yaml': OPEN });
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('is 2 for a suppression without a reason', async () => {
    const files = { 'a.yaml': OPEN, 's.yaml': '- { rule: unauthenticated-port, object: server/shop/api }' };
    const { status, err } = await run(['a.yaml', '--suppressions', 's.yaml'], files);
    expect(status).toBe(2);
    expect(err).toContain('s.yaml:1:3: this suppression gives no reason');
  });
});

describe('what is found', () => {
  it('is printed with its file as the user typed it, and counted', async () => {
    const { out } = await run(['./a.yaml', '--rule', 'server-port-quoted'], { 'a.yaml': QUOTED });
    expect(out).toMatchInlineSnapshot(`
      "error  server-port-quoted  1  https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/rules/server-port-quoted.md

      ./a.yaml
        4:26  error  server-port-quoted  server/shop/api
          Server shop/api has port: "80". A port in quotes is a name, and a container port's name needs a
          letter, so the Server never applies.
          fix: remove the quotes: port: 80

      1 error
      judged 1 workload of 1 namespace; not judged: 0
      "
    `);
  });

  it('can come from standard input', async () => {
    const { out } = await run(['-', '-o', 'json'], {}, QUOTED);
    expect(JSON.parse(out).findings[0].place).toEqual({ file: '-', line: 4, column: 26 });
  });

  it('goes to a file when it is asked to, without a word on the terminal', async () => {
    const { out, folder } = await run(['a.yaml', '-o', 'sarif', '--output-file', 'x.sarif'], {
      'a.yaml': OPEN,
    });
    expect(out).toBe('');
    expect(JSON.parse(readFileSync(join(folder, 'x.sarif'), 'utf8')).version).toBe('2.1.0');
  });

  it('can be narrowed to a namespace', async () => {
    const files = { 'a.yaml': `${OPEN}---\n${OPEN.replace('shop', 'front')}` };
    const { out } = await run(['a.yaml', '-n', 'front', '-o', 'json'], files);
    const namespaces = JSON.parse(out).findings.map(
      (found: { object: { namespace: string } }) => found.object.namespace,
    );
    expect([...new Set(namespaces)]).toEqual(['front']);
  });

  it('is accepted with a reason, and still counted', async () => {
    const files = {
      'a.yaml': QUOTED,
      's.yaml': '- { rule: server-port-quoted, object: server/shop/api, reason: to be repaired in May }',
    };
    const { status, out } = await run(['a.yaml', '--suppressions', 's.yaml'], files);
    expect(status).toBe(0);
    expect(out.trim().split('\n').at(-2)).toBe('2 warnings, 1 suppressed');
  });

  it('is asked for by the former id of its rule as well', async () => {
    const files = { 'a.yaml': OPEN.replace('all-unauthenticated', 'deny') };
    const former = await run(['a.yaml', '--rule', 'server-dark', '--rule', 'reader-note'], files);
    const current = await run(['a.yaml', '--rule', 'server-admits-nobody', '--rule', 'input-note'], files);
    expect(current.out).toContain('server-admits-nobody');
    expect(former).toEqual({ ...current, folder: former.folder });
  });

  it('includes what the reader noticed, such as an object given twice', async () => {
    const { out } = await run(['.'], { 'a.yaml': OPEN, 'b.yaml': QUOTED });
    expect(out).toContain('input-note');
    expect(out).toContain('is also in a.yaml:1 with different content');
  });
});

it('--list-rules names every rule with its severity and sentence', async () => {
  const { status, out } = await run(['--list-rules']);
  expect(status).toBe(0);
  for (const { id, severity, title } of RULES) {
    expect(out.split('\n').find((line) => line.startsWith(`${id} `))).toMatch(new RegExp(`${severity} +`));
    expect(out).toContain(title);
  }
});

it('--help shows examples', async () => {
  expect((await run(['--help'])).out).toContain('namespace-jail check dist/ -o sarif');
});
