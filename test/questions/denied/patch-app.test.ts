import { Cluster } from '../../../lib/cluster/cluster';
import { denied } from '../../../lib/questions/denied/denied';
import { patchApp } from '../../../lib/questions/denied/patch-app';
import { decide } from '../../../lib/verdict/decide';
import { plainLines, readSignals } from '../../helpers/signals';
import { codeOf, enforced, jailed, manifestsOf, typeErrors } from '../init/init-app';

const SHOP = manifestsOf('test/docs-fixtures/shop.yaml');
const API = { namespace: 'shop', kind: 'deployment', name: 'api', port: 8080 };
const CALLER = {
  tls: 'mesh' as const,
  identity: 'invoices.billing.serviceaccount.identity.linkerd.cluster.local',
  ip: '10.42.0.9',
};
const LINES = plainLines({
  namespace: 'shop',
  pod: 'api-7d4b9c6f5d-x2x9q',
  port: 8080,
  server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
  route: { group: '', kind: 'default', name: 'default' },
  client: CALLER,
}).map((line) => `[pod/api-7d4b9c6f5d-x2x9q/linkerd-proxy] ${line}`);

it('an app that init wrote, with the exception added, compiles and lets the client in', () => {
  const inject = { inject: true };
  const before = jailed(SHOP, inject, enforced);
  expect(decide(before.cluster, API, CALLER).verdict).toBe('deny');
  const { proposals } = denied(before.cluster, readSignals(LINES));
  const additions = proposals.map((proposal) => ({ proposal, why: 'seen once' }));
  expect(additions).toHaveLength(1);
  const after = jailed(SHOP, inject, (code) => {
    const [patched] = patchApp([{ path: 'main.ts', text: enforced(code) }], additions).files;
    return patched?.text ?? enforced(code);
  });
  expect(decide(after.cluster, API, CALLER, { kind: 'request', request: { path: '/' } }).verdict).toBe(
    'allow',
  );
  const files = codeOf(before.files);
  const patched = patchApp(files, additions);
  const texts = new Map(patched.files.map(({ path, text }) => [path, text]));
  const all = before.files.map((file) => ({ ...file, text: texts.get(file.path) ?? file.text }));
  expect(typeErrors(all)).toEqual([]);
  expect(patched.added).toHaveLength(1);
});

it('what no construct can say, or no file has a place for, is left, with the reason', () => {
  const cluster = Cluster.fromObjects([...SHOP, ...manifestsOf('test/docs-fixtures/jail.yaml')]);
  const [proposal] = denied(cluster, readSignals(LINES)).proposals;
  if (proposal === undefined) throw new Error('nothing is proposed');
  const { code: _, ...objectsAlone } = proposal;
  const additions = [proposal, objectsAlone].map((one) => ({ proposal: one, why: 'seen once' }));
  const { left, files } = patchApp([{ path: 'main.ts', text: 'export {};\n' }], additions);
  expect(files).toEqual([]);
  expect(left.map(({ because }) => because)).toMatchInlineSnapshot(`
    [
      "no file has a NamespaceJail for shop with a list of exceptions, as init writes them",
      "a construct opens whole ports, so it cannot say this; apply the objects",
    ]
  `);
});
