import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run as runIn, type Run } from '../helpers/command';

/** C2, C3 and C5 of the field report: what somebody on call has in hand is a name that a log or a configuration shows. */
const DUMP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, uid: n1, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop, uid: d1 }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { containerPort: 9000 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v2, namespace: shop, uid: d2 }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { containerPort: 9000 }] }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, uid: d3 }
spec:
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: a, image: x, ports: [{ containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: lone, namespace: shop, uid: p1, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: a, image: x, ports: [{ containerPort: 7000 }] }] }
status: { podIP: 10.42.0.5, podIPs: [{ ip: 10.42.0.5 }, { ip: 'fd00::5' }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, uid: s1 }
spec: { clusterIP: 10.96.0.12, selector: { app: orders }, ports: [{ name: web, port: 80, targetPort: http }, { port: 9000 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop, uid: s2 }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'names-'));
  writeFileSync(join(folder, 'dump.yaml'), DUMP);
});
afterAll(() => rmSync(folder, { recursive: true }));

function can(to: string, ...more: string[]): Promise<Run> {
  return runIn(['can', 'unmeshed', to, 'dump.yaml', ...more], { cwd: folder });
}

/** The workloads and ports that a target was taken for. */
async function targets(to: string, ...more: string[]): Promise<string[]> {
  const { out, err } = await can(to, '-o', 'json', ...more);
  expect(err).toBe('');
  const { answers } = JSON.parse(out) as { answers: { target: { workload: string; port: number } }[] };
  return answers.map(({ target: { workload, port } }) => `${workload}:${port}`);
}

const BOTH = ['shop/deployment/orders:8080', 'shop/deployment/orders-v2:8080'];

describe('TO may be', () => {
  it.each([
    ['a Service, as in a configuration', 'orders.shop:80', BOTH],
    ['by its full DNS name', 'orders.shop.svc.cluster.local:80', BOTH],
    ['with a dot at the end', 'orders.shop.svc.cluster.local.:web', BOTH],
    ['in another domain', 'orders.shop.svc.corp.example:80', BOTH],
    ['as a URL', 'http://orders.shop.svc.cluster.local:80', BOTH],
    ['as a URL without a port', 'http://orders.shop', BOTH],
    ['by its address', '10.96.0.12:80', BOTH],
    ['a pod of a StatefulSet by DNS', 'db-0.db.shop.svc.cluster.local:5432', ['shop/statefulset/db:5432']],
    ['in the URL of a database', 'postgres://me:secret@db.shop:5432/orders', ['shop/statefulset/db:5432']],
    ['the address of a pod', '10.42.0.5:7000', ['shop/pod/lone:7000']],
    ['its other address', '[fd00::5]:7000', ['shop/pod/lone:7000']],
    ['its address as DNS has it', '10-42-0-5.shop.pod.cluster.local:7000', ['shop/pod/lone:7000']],
    ['a pod that only its Deployment stands for', 'shop/pod/orders-6d9c-abcde:http', [BOTH[0]]],
    ['a pod of the longer name', 'shop/po/orders-v2-6d9c7f-abcde:http', [BOTH[1]]],
    ['a pod of a StatefulSet', 'shop/pod/db-12:5432', ['shop/statefulset/db:5432']],
    ['a kind with its group', 'shop/deployment.apps/orders:http', [BOTH[0]]],
  ])('%s: %s', async (_, to, expected) => {
    expect(await targets(to)).toEqual(expected);
  });

  it.each([
    ['deploy/orders:http', [BOTH[0]]],
    ['svc/orders:80', BOTH],
    ['pod/orders-6d9c-abcde:http', [BOTH[0]]],
    ['orders:80', BOTH],
    ['shop/orders:80', BOTH],
  ])('%s with -n', async (to, expected) => {
    expect(await targets(to, '-n', 'shop')).toEqual(expected);
  });

  it('a URL with a path, which is then the request', async () => {
    const { out } = await can('http://orders.shop/cart?id=1', '-o', 'json');
    expect(out).toContain('"path": "/cart?id=1"');
    expect((await can('http://orders.shop/cart', '--path', '/other')).err).toBe(
      'error: --path /other contradicts TO, which has /cart; give only one of them\n',
    );
  });
});

describe('FROM may be', () => {
  it.each(['deploy/orders', 'pod/orders-6d9c-abcde', 'sa/web'])('%s with -n', async (from) => {
    const { status, err } = await runIn(['can', from, 'svc/orders:80', 'dump.yaml', '-n', 'shop'], {
      cwd: folder,
    });
    expect([status, err]).toEqual([1, '']);
  });

  it('the address of a pod, which is told apart from the pod', async () => {
    const { err } = await runIn(['can', '10.42.0.5', 'shop/orders:80', 'dump.yaml'], { cwd: folder });
    expect(err).toBe(
      'note: 10.42.0.5 is the address of shop/pod/lone; as FROM, that name has its identity too\n',
    );
  });
});

describe('a name is refused', () => {
  it.each([
    ['shop/deploy/orders', []],
    ['shop/orders', []],
    ['orders.shop', []],
    ['10.42.0.5', []],
    ['deploy/orders:http', []],
    ['deploy/orders:http', ['-n', 'shopp']],
    ['10.42.0.99:80', []],
    ['nothing.shop:80', []],
    ['shop/pod/payments-6d9c-abcde:80', []],
    ['api.example.com:443', []],
    ['postgres://me:secret@example.com:5432/x', []],
  ])('%s %j', async (to, more) => {
    const { status, out, err } = await can(to, ...more);
    expect([status, out]).toEqual([2, '']);
    expect(err).not.toContain('secret');
    expect(err).toMatchSnapshot();
  });
});
