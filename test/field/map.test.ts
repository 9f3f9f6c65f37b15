import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { manifest, server } from '../helpers/manifests';
import { JAILED_NAMESPACE } from '../helpers/shop';

const FOLDER = 'test/field/inputs';

async function mapOf(input: string, ...more: readonly string[]): Promise<string> {
  const { out } = await run(['map', `${FOLDER}/${input}.yaml`, ...more], { cwd: ROOT });
  return out;
}

/** The rows of the matrix, without its legend and what follows. */
function matrixIn(out: string): string {
  return out.split('\n\n', 1)[0] ?? '';
}

it('a foreign trust domain has its row', async () => {
  const out = await mapOf('11-map-foreign-identities');
  expect(matrixIn(out)).toMatchInlineSnapshot(`
    "FROM / TO                     shop
    namespace shop                -
    *.corp.example                all
    any other namespace (meshed)  -
    unmeshed in the cluster       -
    outside the cluster           -"
  `);
  expect(out).toContain('deployment/web: 8080 (http)\n    allow   *.corp.example\n');
  expect(out).not.toContain('8080 (http)\n    nobody');
});

it("a port that is open to a node's address alone is open to that network, and partly to nobody else", async () => {
  const out = await mapOf('node-exception');
  expect(out).not.toContain('partly');
  expect(matrixIn(out)).toMatchInlineSnapshot(`
    "FROM / TO                     other  shop
    namespace other               +      -
    namespace shop                +      -
    network 192.168.10.11/32      +      all
    any other namespace (meshed)  +      -
    unmeshed in the cluster       +      -
    outside the cluster           +      -"
  `);
  expect(out).toContain('deployment/api: 9000 (grpc)\n    allow   network 192.168.10.11/32\n');
});

describe('the clients that exceptions name, of namespaces that no file has', () => {
  const exception = (name: string, account: string, namespace: string): string =>
    manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      name,
      `{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: ${account}, namespace: ${namespace} }] }`,
    );
  const shop = `
${JAILED_NAMESPACE}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { serviceAccountName: web, containers: [{ name: web, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
---
${server('http', '{ podSelector: {}, port: http, proxyProtocol: HTTP/1 }')}
${exception('ingress', 'ingress-nginx', 'ingress-nginx')}
${exception('prometheus', 'prometheus-k8s', 'monitoring')}`;

  it.each(['text', 'csv', 'markdown', 'mermaid', 'dot', 'json'])('are in %s', async (format) => {
    const { out } = await run(['map', '-', '-o', format], { stdin: shop });
    expect(out).toContain('ingress-nginx/ingress-nginx');
    expect(out).toContain('monitoring/prometheus-k8s');
    expect(out.replace(/"partly": (\[\]|0)/g, '')).not.toContain('partly');
  });

  it('and any other gets nothing', async () => {
    const { out } = await run(['map', '-'], { stdin: shop });
    expect(matrixIn(out)).toMatchInlineSnapshot(`
      "FROM / TO                          shop
      ingress-nginx/ingress-nginx        all
      monitoring/prometheus-k8s          all
      namespace shop                     -
      any other ServiceAccount (meshed)  -
      unmeshed in the cluster            -
      outside the cluster                -"
    `);
  });

  it('-n of a namespace that is not there is an error', async () => {
    const { status, err } = await run(['map', '-', '-n', 'shopp'], { stdin: shop });
    expect(status).toBe(2);
    expect(err).toContain('the manifests have no namespace shopp; they have shop');
  });
});

it('a port that is open or closed by the age of two Servers is shown as what depends, and counted', async () => {
  const stdin = `
${JAILED_NAMESPACE}
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
---
${server('open', '{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated }')}${server('strict', '{ podSelector: {}, port: http }')}`;
  const { out } = await run(['map', '-'], { stdin });
  expect(out).toContain('pod/web: 8080 (http)\n    depends  everyone\n');
  expect(matrixIn(out)).toContain('outside the cluster           all');
});
