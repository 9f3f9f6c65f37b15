import { existsSync } from 'node:fs';
import { expectGolden } from '../helpers/golden';
import { DOCS_FIXTURES, FIXTURES, ROOT, SHARED } from '../helpers/paths';
import { run } from '../helpers/command';

interface Example {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly status: number;
}

const SHOP = ['shop.yaml', 'jail.yaml'];
const EMOJIVOTO = ['emojivoto-app.yaml', 'emojivoto-jail.yaml'];
const API = 'shop/deploy/api:8080';
const WEB = 'emojivoto/deploy/web:8080';
const VOTE_BOT = 'emojivoto/deploy/vote-bot';

const ours: readonly Example[] = [
  {
    name: 'can/allowed',
    argv: ['can', 'shop/deploy/web', 'shop/api:80', ...SHOP],
    cwd: DOCS_FIXTURES,
    status: 0,
  },
  {
    name: 'can/denied',
    argv: ['can', 'unmeshed', 'shop/deploy/web:http', ...SHOP],
    cwd: DOCS_FIXTURES,
    status: 1,
  },
  {
    name: 'can/partly',
    argv: ['can', 'billing/sa/invoices', API, 'shop.yaml', 'routes.yaml'],
    cwd: DOCS_FIXTURES,
    status: 1,
  },
  { name: 'can/unprotected', argv: ['can', '203.0.113.7', API, 'shop.yaml'], cwd: DOCS_FIXTURES, status: 0 },
  {
    name: 'can/emojivoto',
    argv: ['can', VOTE_BOT, WEB, '--explain', ...EMOJIVOTO],
    cwd: FIXTURES,
    status: 0,
  },
  {
    name: 'can/default-policy',
    argv: ['can', 'unmeshed', 'web/deploy/web:8080', 'manifests/web.yaml'],
    cwd: DOCS_FIXTURES,
    status: 1,
  },
  { name: 'authz/unmeshed', argv: ['authz', 'check/troubled.yaml'], cwd: FIXTURES, status: 0 },
  { name: 'authz/shop', argv: ['authz', ...SHOP], cwd: DOCS_FIXTURES, status: 0 },
  {
    name: 'authz/routes',
    argv: ['authz', '--wide', 'shop.yaml', 'routes.yaml'],
    cwd: DOCS_FIXTURES,
    status: 0,
  },
  {
    name: 'authz/overlap',
    argv: ['authz', '--wide', ...SHOP, 'overlap.yaml'],
    cwd: DOCS_FIXTURES,
    status: 0,
  },
  { name: 'authz/emojivoto', argv: ['authz', ...EMOJIVOTO], cwd: FIXTURES, status: 0 },
  {
    name: 'authz/emojivoto-2.11',
    argv: ['authz', 'emojivoto-app.yaml', 'emojivoto-jail-2.11.yaml'],
    cwd: FIXTURES,
    status: 0,
  },
  { name: 'test/passes', argv: ['test', 'suite.yaml'], cwd: DOCS_FIXTURES, status: 0 },
  { name: 'test/fails', argv: ['test', 'suite.yaml', 'wishful-suite.yaml'], cwd: DOCS_FIXTURES, status: 1 },
];

const app = '../shared/manifests/emojivoto.yml';
const policy = '../shared/manifests/emojivoto-policy.yml';
const INJECTED = 'test/fixtures/emojivoto-injected.yaml';
const theirs: readonly Example[] = [
  { name: 'can/shared-before', argv: ['can', 'unmeshed', WEB, app], cwd: ROOT, status: 0 },
  {
    name: 'can/shared-policy',
    argv: ['can', VOTE_BOT, 'emojivoto/emoji-svc:grpc', '--explain', app, policy, INJECTED],
    cwd: ROOT,
    status: 1,
  },
  { name: 'authz/shared-before', argv: ['authz', app], cwd: ROOT, status: 0 },
  { name: 'authz/shared-policy', argv: ['authz', '--wide', app, policy, INJECTED], cwd: ROOT, status: 0 },
];

async function hold({ name, argv, cwd, status }: Example): Promise<void> {
  const text = await run(argv, { cwd });
  expect(text).toMatchObject({ status });
  expectGolden(`${name}.txt`, text.out);
  const json = await run([...argv.filter((word) => word !== '--wide'), '-o', 'json'], { cwd });
  expect(json.status).toBe(status);
  expect(JSON.parse(json.out)).toMatchObject({ apiVersion: 'namespace-jail/v1' });
  expectGolden(`${name}.json`, json.out);
}

it.each(ours)('prints the golden files $name.*', hold);

describe('on manifests of other projects', () => {
  if (!existsSync(SHARED)) {
    console.warn(`${SHARED} IS NOT THERE: ${theirs.length} golden outputs are not compared`);
    return;
  }
  it.each(theirs)('prints the golden files $name.*', hold);
});

it('reports failed questions as JUnit, for CI servers', async () => {
  const argv = ['test', 'suite.yaml', 'wishful-suite.yaml', '--format', 'junit'];
  const { status, out } = await run(argv, { cwd: DOCS_FIXTURES });
  expect(status).toBe(1);
  expectGolden('test/fails.xml', out);
});

it.each(['bash', 'zsh', 'fish'])('completion for %s offers every verb and its options', async (shell) => {
  const { status, out } = await run(['completion', shell]);
  expect(status).toBe(0);
  for (const word of ['can', 'authz', 'test', 'completion', 'explain', 'cluster-networks', 'junit']) {
    expect(out).toContain(word);
  }
});
