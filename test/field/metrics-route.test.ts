import { join } from 'node:path';
import { run } from '../helpers/command';
import { manifest, pod, server } from '../helpers/manifests';

const cwd = join(__dirname, 'inputs');
const FILE = 'metrics-route-kills-app.yaml';

describe('a route for Prometheus, behind which the application is gone (B29)', () => {
  it('check finds it', async () => {
    const { status, out } = await run(['check', FILE, '--fail-on', 'warning', '-o', 'json'], { cwd });
    expect(status).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { rule: string; text: string }[] };
    expect(findings.filter(({ rule }) => rule === 'route-takes-the-rest-away')).toMatchObject([
      {
        text: expect.stringContaining('gets 404 for anything else, such as GET /.') as string,
      },
    ]);
  });

  it('can says in its headline that most requests get 404', async () => {
    const { out } = await run(['can', 'shop/sa/web', 'shop/deploy/api:8080', FILE], { cwd });
    expect(out.split('\n')[0]).toBe(
      'allow: shop/sa/web may reach shop/deployment/api:8080, by authorizationpolicy/http-ns, but only with requests of httproute/metrics: all others get 404',
    );
  });

  it('map says that those whom the Server admits get in partly', async () => {
    const { out } = await run(['map', FILE], { cwd });
    expect(out.split('\n\n', 1)[0]).toMatchInlineSnapshot(`
      "FROM / TO                          shop
      monitoring/prometheus              all partly
      namespace shop                     all partly
      any other ServiceAccount (meshed)  -
      unmeshed in the cluster            -
      outside the cluster                -"
    `);
  });
});

describe('map says `partly` where some requests get 404', () => {
  const route = (matches: string, kind = 'HTTPRoute', api = 'policy.linkerd.io/v1beta3'): string =>
    manifest(
      api,
      kind,
      'r',
      `{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], rules: [{ matches: [${matches}] }] }`,
    );
  const levels = async (text: string, spec = ''): Promise<readonly string[]> => {
    const open = `{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated${spec} }`;
    const stdin =
      pod('web', '{ name: a, image: x, ports: [{ containerPort: 8080 }] }') + server('http', open) + text;
    const { out } = await run(['map', '-', '-o', 'csv', '--complete'], { stdin });
    const rows = out.split('\r\n').filter((row) => row.includes('8080'));
    return rows.length === 0 ? [out] : rows;
  };

  it.each([
    ['of one path', route('{ path: { type: Exact, value: /metrics } }'), ', proxyProtocol: HTTP/1'],
    ['of one method', route('{ method: GET }'), ''],
    [
      'of one gRPC service',
      route('{ method: { service: shop.Orders } }', 'GRPCRoute', 'gateway.networking.k8s.io/v1'),
      ', proxyProtocol: gRPC',
    ],
  ])('by a route %s', async (_, text, spec) => {
    expect((await levels(text, spec)).join('\n')).toContain('partly');
  });

  it('and not where a route takes all of them, or there is none', async () => {
    expect((await levels(route('{ path: { type: PathPrefix, value: / } }'))).join('\n')).not.toContain(
      'partly',
    );
    expect((await levels('')).join('\n')).not.toContain('partly');
  });
});
