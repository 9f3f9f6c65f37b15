import { run } from '../helpers/command';

/** What `check` says of some objects: the last lines, and its exit status. */
async function checked(text: string): Promise<[string, number | null]> {
  const { out, status } = await run(['check', '-'], { stdin: text });
  return [out.trimEnd(), status];
}

const route = (kind: string, version: string): string => `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: r, namespace: shop }
spec: { parentRefs: [{ kind: Gateway, name: edge }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }`;

describe("routes of a Gateway are not Linkerd's policy, so their namespace is not a jail", () => {
  it.each([
    ['GRPCRoute', 'v1'],
    ['HTTPRoute', 'v1'],
    ['HTTPRoute', 'v1beta1'],
  ])('%s %s', async (kind, version) => {
    expect(await checked(route(kind, version))).toEqual([
      'nothing found\njudged 0 workloads of 0 namespaces; not judged: 0',
      0,
    ]);
  });

  it('but one of a Server is', async () => {
    const text = route('GRPCRoute', 'v1').replace(
      'kind: Gateway, name: edge',
      'group: policy.linkerd.io, kind: Server, name: http',
    );
    const [said, status] = await checked(text);
    expect(said).toContain('not-judged  grpcroute/shop/r');
    expect(status).toBe(1);
  });
});

it('the name of a Service may begin with a digit, as Kubernetes 1.36 has it', async () => {
  const service = `
apiVersion: v1
kind: Service
metadata: { name: 1web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: web, image: web, ports: [{ containerPort: 8080 }] }] }`;
  const [said, fine] = await checked(service);
  expect(said).toMatch(/\n\nno policy to check\njudged 1 workload of 1 namespace; not judged: 0$/);
  expect(fine).toBe(0);
  const { out } = await run(['can', 'unmeshed', 'shop/1web:80', '-'], { stdin: service });
  expect(out).toMatch(/^allow: unmeshed may reach shop\/pod\/web:8080/);
  const [refused, status] = await checked(service.replace('1web', 'Web'));
  expect(refused).toContain('refused-by-admission');
  expect(status).toBe(1);
});
