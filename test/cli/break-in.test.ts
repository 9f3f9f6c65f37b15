import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import type { KubeObject } from '../../lib/kubernetes/object';
import { run as runCommand, type Run } from '../helpers/command';
import { DOCS_FIXTURES, FIXTURES } from '../helpers/paths';
import { JAILED_NAMESPACE, JAILED_POD } from '../helpers/shop';

const JAIL = `
${JAILED_NAMESPACE}
---
${JAILED_POD}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: admin }
spec: { podSelector: {}, port: linkerd-admin, proxyProtocol: HTTP/1 }
---
`;
const policy = (name: string, server: string, refs: string, exception?: string): string => `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: ${name}${exception === undefined ? '' : `, annotations: { namespace-jail/exception: '${exception}' }`} }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: ${server} }
  requiredAuthenticationRefs: ${refs}
---
`;
const INVOICES = '[{ kind: ServiceAccount, name: invoices, namespace: billing }]';
const ADMIN = policy('admin-everyone', 'admin', '[]', 'everyone');
const UNDECLARED = policy('partner', 'http', INVOICES);
const DECLARED = policy('partner', 'http', INVOICES, 'serviceaccount billing/invoices');
const PUBLIC = policy('public', 'http', '[]', 'everyone');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'break-in-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (stdin: string, words: readonly string[] = [], now?: Date): Promise<Run> =>
  runCommand(['break-in', '-', ...words], { cwd: folder, stdin, ...(now === undefined ? {} : { now }) });
/** The line before the one that says what the answer rests on. */
const last = ({ out }: Run): string => out.trim().split('\n').at(-2) ?? '';

describe('what fails', () => {
  it.each([
    ['nothing', '', '0 undeclared ways in, 0 declared exceptions', [0, 0, 0]],
    [
      'the admin port alone',
      ADMIN,
      '0 undeclared ways in, 0 declared exceptions, and 1 for the admin port alone',
      [0, 0, 0],
    ],
    [
      'a declared exception with an identity',
      ADMIN + DECLARED,
      '0 undeclared ways in, 1 declared exception, and 1 for the admin port alone',
      [0, 0, 1],
    ],
    [
      'a declared exception without one',
      PUBLIC,
      '0 undeclared ways in, 1 declared exception, without an identity',
      [0, 1, 1],
    ],
    [
      'one of each',
      ADMIN + DECLARED + PUBLIC,
      '0 undeclared ways in, 2 declared exceptions, 1 of them without an identity, and 1 for the admin port alone',
      [0, 1, 1],
    ],
    ['an undeclared way in', UNDECLARED, '1 undeclared way in, 0 declared exceptions', [1, 1, 1]],
    [
      'an exception that opens the admin port and another one',
      policy('partner', 'http', INVOICES, 'everyone').replace(
        '{ group: policy.linkerd.io, kind: Server, name: http }',
        '{ kind: Namespace, name: shop }',
      ),
      '0 undeclared ways in, 1 declared exception',
      [0, 0, 1],
    ],
  ])('%s', async (_, more, words, statuses) => {
    const failOn = ['undeclared', 'anonymous', 'any'].map((kind) => run(JAIL + more, ['--fail-on', kind]));
    const runs = await Promise.all(failOn);
    expect(runs.map(last)).toEqual([words, words, words]);
    expect(runs.map(({ status }) => status)).toEqual(statuses);
    expect((await run(JAIL + more)).status).toBe(statuses[0]);
  });
});

describe('a baseline', () => {
  const writing = ['--write-baseline', 'b.yaml', '--reason', 'as found in May'];
  const baseline = (): string => readFileSync(join(folder, 'b.yaml'), 'utf8');

  it('is written, counts at once, and from then on', async () => {
    const first = await run(JAIL + UNDECLARED + ADMIN, writing);
    expect([first.status, first.err]).toEqual([0, '']);
    expect(last(first)).toBe(
      '0 undeclared ways in, 1 accepted by the baseline, 0 declared exceptions, and 1 for the admin port alone',
    );
    expect(baseline()).toMatchInlineSnapshot(`
      "# Ways into jails that are accepted as they are (namespace-jail break-in --baseline).
      # An entry accepts no other clients, ports or objects than it names. With until: 2027-01-31 it counts up to that day.
      - verb: break-in
        object: authorizationpolicy/shop/partner
        clients: serviceaccount billing/invoices
        ports:
          - pod/web:8080
        reason: as found in May
      "
    `);
    const again = await run(JAIL + UNDECLARED + ADMIN, ['--baseline', 'b.yaml']);
    expect(again).toEqual(first);
    expect((await run(JAIL + UNDECLARED, ['--baseline', 'b.yaml', '--fail-on', 'any'])).status).toBe(1);
    expect((await run(JAIL + UNDECLARED, ['--baseline', 'b.yaml', '--fail-on', 'anonymous'])).status).toBe(0);
  });

  it('that accepts clients without an identity is anonymous', async () => {
    const open = JAIL + policy('partner', 'http', '[]');
    expect(last(await run(open, writing))).toContain('1 accepted by the baseline, without an identity');
    expect((await run(open, ['--baseline', 'b.yaml', '--fail-on', 'anonymous'])).status).toBe(1);
  });

  it('keeps its entries and their reasons where it is written again', async () => {
    await run(JAIL + UNDECLARED, writing);
    writeFileSync(join(folder, 'b.yaml'), `${baseline()}  until: 2027-01-31\n`);
    const more = JAIL + UNDECLARED + policy('public', 'http', '[]');
    const { status } = await run(
      more,
      ['--baseline', 'b.yaml', '--write-baseline', 'b.yaml', '--reason', 'new'],
      new Date('2026-12-01'),
    );
    expect(status).toBe(0);
    expect(baseline().match(/(?<=^[- ] )(?:object|reason|until): .*/gm)).toEqual([
      'object: authorizationpolicy/shop/partner',
      'reason: as found in May',
      'until: 2027-01-31',
      'object: authorizationpolicy/shop/public',
      'reason: new',
    ]);
  });

  it('is told by a note where an entry is stale or over', async () => {
    await run(JAIL + UNDECLARED, writing);
    const stale = await run(JAIL, ['--baseline', 'b.yaml']);
    expect([stale.status, stale.err]).toEqual([
      0,
      'note: b.yaml:3:3: the entry for authorizationpolicy/shop/partner accepts nothing any more; remove it, or correct what it names\n',
    ]);
    writeFileSync(join(folder, 'b.yaml'), `${baseline()}  until: 2026-06-30\n`);
    const on = (date: string): Promise<Run> =>
      run(JAIL + UNDECLARED, ['--baseline', 'b.yaml'], new Date(`${date}T12:00:00Z`));
    expect(await on('2026-06-30')).toMatchObject({ status: 0, err: '' });
    expect(await on('2026-07-01')).toMatchObject({
      status: 1,
      err: 'note: b.yaml:3:3: the entry for authorizationpolicy/shop/partner ended on 2026-06-30 and no longer counts; remove it, or give it a later date if it should\n',
    });
  });

  it('accepts an object that is not judged, and says so no more once it is', async () => {
    writeFileSync(join(folder, 'b.yaml'), '- { not-judged: server/shop/odd, reason: known }\n');
    const refused = `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: odd }
spec: { podSelector: {}, port: http, proxyProtocol: TCP }
`;
    expect((await run(JAIL + refused, ['--baseline', 'b.yaml'])).err).not.toContain('accepts nothing');
    expect((await run(JAIL, ['--baseline', 'b.yaml'])).err).toContain(
      'the entry for server/shop/odd accepts nothing any more',
    );
  });

  it.each([
    ['without a reason', ['--write-baseline', 'b.yaml'], '--write-baseline needs --reason'],
    [
      'with an empty reason',
      ['--write-baseline', 'b.yaml', '--reason', ' '],
      '--write-baseline needs --reason',
    ],
    ['with a reason for nothing', ['--reason', 'x'], '--reason is for --write-baseline FILE'],
    [
      'over a file that is there',
      ['--write-baseline', 'there.yaml', '--reason', 'x'],
      'there.yaml is there already',
    ],
    ['from a file that is not there', ['--baseline', 'nowhere.yaml'], 'cannot read the baseline'],
    [
      'into a folder that is not there',
      ['--write-baseline', 'no/b.yaml', '--reason', 'x'],
      'cannot write the result',
    ],
    ['with another threshold', ['--fail-on', 'declared'], 'undeclared, anonymous, any'],
  ])('%s is 2', async (_, words, message) => {
    writeFileSync(join(folder, 'there.yaml'), '# mine\n');
    const { status, err, out } = await run(JAIL + UNDECLARED, words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(readFileSync(join(folder, 'there.yaml'), 'utf8')).toBe('# mine\n');
    expect(existsSync(join(folder, 'b.yaml'))).toBe(false);
  });
});

describe('-o annotate', () => {
  const read = (cwd: string, ...files: string[]): string =>
    files.map((file) => readFileSync(join(cwd, file), 'utf8')).join('\n---\n');
  const INPUTS: readonly (readonly [string, string])[] = [
    ['one more client', JAIL + UNDECLARED],
    ['routes', read(DOCS_FIXTURES, 'shop.yaml', 'routes.yaml')],
    ['more than is declared', read(DOCS_FIXTURES, 'shop.yaml', 'jail.yaml', 'opened.yaml')],
    ['a jail with many holes', read(FIXTURES, 'review/after.yaml')],
  ];

  /** The words that a shell makes of each line. */
  const shellWords = (script: string): string[][] =>
    script
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) =>
        execFileSync('sh', ['-c', `kubectl() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' })
          .trim()
          .split('\n'),
      );

  it.each(INPUTS)('declares what can be declared: %s', async (_, text) => {
    const { out } = await run(text, ['-o', 'annotate']);
    const lines = shellWords(out);
    expect(lines.length).toBeGreaterThan(0);
    const objects = (loadAll(text) as (KubeObject | undefined)[]).filter(
      (object): object is KubeObject => object !== null && object !== undefined,
    );
    const annotated = objects.map((object) => {
      const line = lines.find(
        ([, namespace, , , resource, name]) =>
          object.metadata.namespace === namespace &&
          resource?.startsWith(`${object.kind.toLowerCase()}.`) === true &&
          object.metadata.name === name,
      );
      const [key = '', ...value] = line?.[6]?.split('=') ?? [];
      const { metadata } = object;
      const annotations = line === undefined ? {} : { ...metadata.annotations, [key]: value.join('=') };
      return { ...object, metadata: { ...metadata, ...(line === undefined ? {} : { annotations }) } };
    });
    const after = await run(annotated.map((object) => dump(object)).join('---\n'));
    expect(after.err).toBe('');
    expect(after.out).not.toMatch(/by {4}(authorizationpolicy|serverauthorization)\//);
    // Nothing else has changed.
    const others = (answer: string): number =>
      answer.match(/by {4}(?!authorizationpolicy|serverauth)/g)?.length ?? 0;
    expect(others(after.out)).toBe(others((await run(text)).out));
  });

  it('proposes no network that nobody wrote', async () => {
    const text =
      JAIL +
      `
apiVersion: policy.linkerd.io/v1beta1
kind: ServerAuthorization
metadata: { namespace: shop, name: partner }
spec:
  server: { name: http }
  client: { meshTLS: { serviceAccounts: [{ name: invoices, namespace: billing }] } }
`;
    expect((await run(text, ['-o', 'annotate'])).out).toBe(
      [
        '# 1 undeclared way in, 0 declared exceptions',
        "kubectl -n shop annotate --overwrite serverauthorization.policy.linkerd.io partner 'namespace-jail/exception=serviceaccount billing/invoices'",
        '# judged 1 workload of 1 namespace; not judged: 0',
        '',
      ].join('\n'),
    );
  });

  it('says what no annotation can declare', async () => {
    const { out } = await run(JAIL.replace('linkerd.io/inject: enabled, ', ''), ['-o', 'annotate']);
    expect(out).toContain('# pod/web: no annotation can declare this; fix: ');
    expect(shellWords(out)).toEqual([]);
  });
});
