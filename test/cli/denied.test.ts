import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectGolden } from '../helpers/golden';
import { run } from '../helpers/command';
import { DOCS_FIXTURES } from '../helpers/paths';
import { metricLine, plainLines, type Denial } from '../helpers/signals';

const SHOP = ['shop.yaml', 'jail.yaml'];
const CASE: Denial = {
  namespace: 'shop',
  pod: 'api-7d4b9c6f5d-x2x9q',
  port: 8080,
  server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
  route: { group: '', kind: 'default', name: 'default' },
  client: {
    tls: 'mesh',
    identity: 'invoices.billing.serviceaccount.identity.linkerd.cluster.local',
    ip: '10.42.0.9',
  },
};
const prefixed = (denial: Denial): string[] =>
  plainLines(denial).map((line) => `[pod/${denial.pod}/linkerd-proxy] ${line}`);
const ask = (stdin: string, ...more: string[]): ReturnType<typeof run> =>
  run(['denied', ...SHOP, '--from', '-', '-n', 'shop', ...more], { cwd: DOCS_FIXTURES, stdin });

it.each(['text', 'json', 'yaml'])('prints what a log says as %s', async (format) => {
  const argv = ['denied', ...SHOP, '--from', 'shop.log', '-n', 'shop', '-o', format];
  const { status, out } = await run(argv, { cwd: DOCS_FIXTURES });
  expect(status).toBe(1);
  expectGolden(`denied/shop.${format === 'text' ? 'txt' : format}`, out);
});

it('the objects that -o yaml prints let the client in, and are no way in that nobody declared', async () => {
  const { out } = await ask(prefixed(CASE).join('\n'), '-o', 'yaml');
  const asked = await run(['can', 'billing/deploy/invoices', 'shop/api:80', ...SHOP, '-'], {
    cwd: DOCS_FIXTURES,
    stdin: out,
  });
  expect(asked.out).toMatch(/^allow: /);
  const ways = await run(['break-in', ...SHOP, '-'], { cwd: DOCS_FIXTURES, stdin: out });
  expect(ways.out).toContain('0 undeclared ways in, 1 declared exception');
});

it('reads from standard input, which can be only one of manifests and signals', async () => {
  expect(await ask(prefixed(CASE).join('\n'))).toMatchObject({ status: 1 });
  const both = await run(['denied', '-', '--from', '-'], { cwd: DOCS_FIXTURES });
  expect(both.status).toBe(2);
  expect(both.err).toMatchInlineSnapshot(`
    "error: standard input can be either the manifests or the signals, and once: write the other to a file
    "
  `);
});

it('exits with 0 if nobody was denied', async () => {
  const { status, out } = await ask('[     0.1s]  INFO ThreadId(01) linkerd2_proxy: release 2.359.0\n');
  expect(status).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "nobody was denied
    read 1 line (proxy-log 1); not understood: 0
    judged 3 workloads of 2 namespaces; not judged: 0
    "
  `);
});

it('exits with 1 if a line that speaks of a denial was not understood', async () => {
  const { status, out } = await ask('[ 0.1s]  INFO ThreadId(01) x: y\nRequest denied, somehow\n');
  expect(status).toBe(1);
  expect(out).toContain(
    '1 of them speak of denials: an answer may be missing\n  -:2: Request denied, somehow\n',
  );
});

it('refuses what has no signals, and says what it got', async () => {
  const { status, err } = await ask('apiVersion: v1\nkind: Namespace\n');
  expect(status).toBe(2);
  expect(err).toMatchInlineSnapshot(`
    "error: none of the 2 lines of - is a line of a proxy's log, a metric, a row of linkerd viz authz or of an access log
    the first is "apiVersion: v1"
    pass the output of kubectl logs -c linkerd-proxy --prefix, linkerd diagnostics proxy-metrics, or a query of Prometheus or Loki
    "
  `);
});

it.each([
  [[], 'no signals to read; pass a log or metrics with --from FILE, or --from -'],
  [['--from', 'nowhere.log'], 'nowhere.log: there is no such file; name a file of logs or metrics'],
  [['--from', 'manifests'], 'manifests: this is a folder; name the files of logs or metrics in it'],
])('denied shop.yaml %j is refused', async (argv, message) => {
  const { status, err } = await run(['denied', 'shop.yaml', ...argv], { cwd: DOCS_FIXTURES });
  expect(status).toBe(2);
  expect(err).toContain(message);
});

it('counts what two scrapes have between them', async () => {
  const metric = { pod: CASE.pod };
  const { out } = await run(
    ['denied', ...SHOP, '--from', '-', '--before', 'shop.prom', '-n', 'shop', '-o', 'json'],
    { cwd: DOCS_FIXTURES, stdin: metricLine(CASE, 9, metric) },
  );
  expect(JSON.parse(out)).toMatchObject({ cases: [{ count: 7, sources: ['metrics'], exception: 0 }] });
});

describe('--write', () => {
  const folder = mkdtempSync(join(tmpdir(), 'denied-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const suite = join(folder, 'suite.yaml');
  const write = (stdin: string): ReturnType<typeof run> => {
    for (const file of SHOP) copyFileSync(join(DOCS_FIXTURES, file), join(folder, file));
    return run(['denied', ...SHOP, '--from', '-', '-n', 'shop', '--write', 'suite.yaml'], {
      cwd: folder,
      stdin,
    });
  };

  it('adds a case that fails until the exception is there, and a denial that must stay', async () => {
    const stranger: Denial = { ...CASE, client: { tls: 'none', ip: '203.0.113.7' } };
    const { err } = await write([...prefixed(CASE), ...prefixed(stranger)].join('\n'));
    expect(err).toBe('note: wrote case denied to suite.yaml: 2 queries\n');
    expect(readFileSync(suite, 'utf8')).toMatchInlineSnapshot(`
      "- id: denied
        manifests:
          - shop.yaml
          - jail.yaml
        queries:
          - id: billing-serviceaccount-invoices-shop-deployment-api-8080
            note: denied, still so, once
            workload: shop/deployment/api
            port: 8080
            client:
              tls: mesh
              identity: invoices.billing.serviceaccount.identity.linkerd.cluster.local
              ip: 10.42.0.9
            request:
              method: GET
              path: /
              headers: {}
            expect: allow
          - id: 203-0-113-7-shop-deployment-api-8080
            note: denied, still so, once
            workload: shop/deployment/api
            port: 8080
            client:
              tls: none
              ip: 203.0.113.7
            request:
              method: GET
              path: /
              headers: {}
            expect: deny
      "
    `);
    const { status, out } = await run(['test', 'suite.yaml'], { cwd: folder });
    expect(status).toBe(1);
    expect(out).toContain('expected allow, got deny');
    expect(out).toContain('1 passed, 1 failed');
  });

  it('keeps what the suite has, and adds to it once more', async () => {
    const before = readFileSync(suite, 'utf8');
    const { err } = await write(prefixed(CASE).join('\n'));
    expect(err).toBe('note: wrote case denied-2 to suite.yaml: 1 query\n');
    expect(readFileSync(suite, 'utf8').startsWith(before)).toBe(true);
  });

  it('refuses a file that is no suite, and leaves it as it is', async () => {
    writeFileSync(suite, 'kind: Namespace\n');
    expect(await write(prefixed(CASE).join('\n'))).toMatchObject({ status: 2 });
    expect(readFileSync(suite, 'utf8')).toBe('kind: Namespace\n');
  });
});

describe('--patch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'denied-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const patch = (to: string): ReturnType<typeof run> =>
    run(['denied', ...SHOP, '--from', '-', '-n', 'shop', '--patch', to], {
      cwd: DOCS_FIXTURES,
      stdin: prefixed(CASE).join('\n'),
    });

  it('adds the exception to the app that init wrote, marked, and only once', async () => {
    const app = join(folder, 'app');
    const made = await run(['init', 'shop.yaml', '--out', app, '--inject'], { cwd: DOCS_FIXTURES });
    expect(made.status).toBe(0);
    const file = join(app, 'jails', 'shop.ts');
    const before = readFileSync(file, 'utf8').split('\n');
    const { err } = await patch(app);
    expect(err).toContain(
      "added jail.addException({ port: 'http', clients: [Client.serviceAccount('billing', 'invoices')] });",
    );
    const after = readFileSync(file, 'utf8').split('\n');
    expect(after.filter((line) => !before.includes(line)).join('\n')).toMatchInlineSnapshot(`
      "      // DENIED: billing/serviceaccount/invoices -> shop/deployment/api:8080, once. Review it.
            { port: 'http', clients: [Client.serviceAccount('billing', 'invoices')] },"
    `);
    const again = await patch(app);
    expect(again.err).toContain('has it already');
    expect(readFileSync(file, 'utf8').split('\n')).toEqual(after);
  });

  it.each([
    ['nowhere', 'is no folder'],
    ['manifests', 'has no app with a NamespaceJail'],
  ])('refuses %s', async (to, message) => {
    const { status, err } = await patch(to);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

it('proposes no more exceptions than people review, and says of the rest that it proposes none', async () => {
  const identity = (index: number): string =>
    `sa-${index}.billing.serviceaccount.identity.linkerd.cluster.local`;
  const denials = Array.from({ length: 203 }, (_, index): Denial => {
    const ip = `10.42.${index >> 8}.${index & 255}`;
    return { ...CASE, client: { tls: 'mesh', identity: identity(index), ip } };
  });
  const log = denials.flatMap(prefixed).join('\n');
  const { out } = await ask(log, '-o', 'json');
  const { cases } = JSON.parse(out) as { cases: readonly { advice: { kind: string; because?: string } }[] };
  expect(cases.filter(({ advice }) => advice.kind === 'exception')).toHaveLength(200);
  const rest = cases.flatMap(({ advice }) => (advice.kind === 'exception' ? [] : [advice]));
  const because =
    'there are 200 exceptions for other clients already: that many are not reviewed one by one; read the signals of one workload at a time';
  expect(rest).toEqual(Array(3).fill({ kind: 'unwritten', because }));
  // Whoever may be let in is not to be denied for good
  const suite = join(mkdtempSync(join(tmpdir(), 'denied-')), 'suite.yaml');
  await ask(log, '--write', suite);
  expect(readFileSync(suite, 'utf8')).not.toContain('expect: deny');
  rmSync(suite);
});
