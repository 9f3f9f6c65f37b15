import { parseArguments } from '../../lib/cli/authz-arguments';
import { DOCS_FIXTURES } from '../helpers/paths';
import { run, withoutCoverage } from '../helpers/command';

const SHOP = ['shop.yaml', 'jail.yaml'];

/** The table, and what stands on standard error. */
async function authz(argv: readonly string[], stdin = ''): Promise<string> {
  const { status, out, err } = await run(['authz', ...argv], { cwd: DOCS_FIXTURES, stdin });
  return `${withoutCoverage(out)}${err}${status === 0 ? '' : `exit ${status}`}`;
}

function server(name: string, spec: string): string {
  const metadata = `{ name: ${name}, namespace: shop }`;
  return `---\napiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: ${metadata}\nspec: { podSelector: {}, ${spec} }\n`;
}

function policy(name: string, targetRef: string): string {
  const metadata = `{ name: ${name}, namespace: shop }`;
  const spec = `{ targetRef: ${targetRef}, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: web }] }`;
  return `---\napiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: ${metadata}\nspec: ${spec}\n`;
}

describe('authz prints the columns of linkerd authz', () => {
  it('for one workload', async () => {
    expect(await authz(['deploy/web', '-n', 'shop', ...SHOP])).toBe(
      `ROUTE  SERVER  AUTHORIZATION_POLICY  SERVER_AUTHORIZATION
*      admin   admin-everyone
*      http    http-ns-only
probe  http    default/probe
`,
    );
  });

  it('for all, each under its name', async () => {
    expect(await authz(['deploy', '-n', 'shop', ...SHOP])).toBe(
      `shop/deployment/api
ROUTE  SERVER  AUTHORIZATION_POLICY  SERVER_AUTHORIZATION
*      admin   admin-everyone
*      http    http-ns-only

shop/deployment/web
ROUTE  SERVER  AUTHORIZATION_POLICY  SERVER_AUTHORIZATION
*      admin   admin-everyone
*      http    http-ns-only
probe  http    default/probe
`,
    );
  });

  it('of the jail of Linkerd 2.11 as the guide shows it', async () => {
    const { out } = await run(['authz', 'deploy/voting', 'emojivoto-app.yaml', 'emojivoto-jail-2.11.yaml']);
    expect(withoutCoverage(out)).toBe(`ROUTE  SERVER  AUTHORIZATION_POLICY  SERVER_AUTHORIZATION
*      admin                         admin-everyone
*      grpc                          ns-only
`);
  });
});

describe('authz is right where linkerd authz is not', () => {
  const rows = async (...documents: string[]): Promise<string[]> => {
    const out = await authz(['deploy/api', 'shop.yaml', 'routes.yaml', '-'], documents.join(''));
    return out.trimEnd().split('\n').slice(1);
  };
  const OPEN = '*       default:all-unauthenticated  default/all-unauthenticated';

  it('shows the default policy of ports without a Server, and routes', async () => {
    expect(
      await rows(
        server('other', 'port: http, podSelector: { matchLabels: { app: none } }').replace(
          'podSelector: {}, ',
          '',
        ),
      ),
    ).toEqual([
      'orders  api                          orders-web',
      'prices  api                          prices-billing',
      OPEN,
    ]);
  });

  it('shows a port that nothing declares, and an access policy', async () => {
    const table = await rows(server('debug', 'port: 6060, accessPolicy: cluster-authenticated'));
    expect(table).toContain('*       debug                        default/cluster-authenticated');
  });

  it('shows a Server that lets nobody in', async () => {
    expect(await rows(server('debug', 'port: 6060'))).toContain('*       debug                        -');
  });

  it('leaves out a Server whose named port the workload lacks', async () => {
    expect((await rows(server('prom', 'port: prom'))).join('\n')).not.toContain('prom');
  });

  it.each(['{ kind: Namespace, name: shop }', '{ group: core, kind: Namespace, name: shop }'])(
    'shows a policy for %s on each Server',
    async (target) => {
      const table = await rows(server('debug', 'port: 6060'), policy('all', target));
      expect(table).toEqual(
        expect.arrayContaining([
          '*       api                          all',
          '*       debug                        all',
        ]),
      );
    },
  );

  it('shows routes of the Gateway API', async () => {
    const route = `---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: list, namespace: shop }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: calls }]
  rules: [{ matches: [{ method: { service: shop.Api, method: List } }] }]
`;
    const target = '{ group: gateway.networking.k8s.io, kind: GRPCRoute, name: list }';
    const table = await rows(
      server('calls', 'port: 9000, proxyProtocol: gRPC'),
      route,
      policy('list-web', target),
    );
    expect(table).toContain('list    calls                        list-web');
  });

  it('says of each Server that may own a port what it lets in', async () => {
    expect(await authz(['deploy/web', ...SHOP, 'overlap.yaml'])).toBe(
      `ROUTE  SERVER      AUTHORIZATION_POLICY                  SERVER_AUTHORIZATION
*      admin       admin-everyone
*      everything  default/all-authenticated (possibly)
probe  everything  default/probe (possibly)
*      http        http-ns-only (possibly)
probe  http        default/probe (possibly)
`,
    );
  });

  it('says of a workload without a proxy that everybody reaches it', async () => {
    expect(await authz(['deploy/api', 'shop.yaml'])).toMatch(
      /^shop\/deployment\/api is not meshed, so anyone may reach it: neither namespace shop /,
    );
  });

  it('leaves out what is made by another workload, unless it runs under another policy', async () => {
    const pod = (name: string, annotations: string): string => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  uid: 0a
  labels: { app: api, linkerd.io/control-plane-ns: linkerd }
  annotations: { ${annotations} }
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: api, uid: 0b, controller: true }]
spec:
  containers:
    - { name: api, image: api, ports: [{ name: http, containerPort: 8080 }] }
    - { name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:edge", ports: [{ name: linkerd-admin, containerPort: 4191 }], readinessProbe: { httpGet: { path: /ready, port: 4191 } }, livenessProbe: { httpGet: { path: /live, port: 4191 } } }
`;
    const now = pod('new', 'config.linkerd.io/default-inbound-policy: deny');
    const out = await authz(['-n', 'shop', ...SHOP, '-'], now + pod('old', ''));
    expect(out.match(/^shop\/.*$/gm)).toEqual(['shop/deployment/api', 'shop/deployment/web', 'shop/pod/old']);
  });
});

describe('authz --wide', () => {
  it('adds ports, clients, and what has no effect', async () => {
    const table = await authz(['deploy/web', '--wide', ...SHOP, 'overlap.yaml']);
    expect(
      table
        .split('\n')
        .map((line) => line.replace(/ {2,}/g, ' | '))
        .slice(0, 7),
    ).toEqual([
      'ROUTE | SERVER | AUTHORIZATION_POLICY | SERVER_AUTHORIZATION | PORT | CLIENTS | STATUS',
      '* | admin | admin-everyone | 4191 (linkerd-admin) | everyone',
      'probe | admin | default/probe | 4191 (linkerd-admin) | everyone | the Server already lets in everyone in the cluster',
      '* | everything | default/all-authenticated (possibly) | 8080 (http) | identity * | only if server/everything is older than server/http',
      'probe | everything | default/probe (possibly) | 8080 (http) | everyone | only if server/everything is older than server/http',
      '* | http | http-ns-only (possibly) | 8080 (http) | identity *.shop.serviceaccount.identity.linkerd.cluster.local | only if server/http is older than server/everything',
      'probe | http | default/probe (possibly) | 8080 (http) | everyone | only if server/http is older than server/everything',
    ]);
  });

  it('names the routes and policies that are ignored', async () => {
    const missing = policy('dangling', '{ group: policy.linkerd.io, kind: Server, name: http }').replace(
      'kind: ServiceAccount, name: web',
      'group: policy.linkerd.io, kind: MeshTLSAuthentication, name: gone',
    );
    const table = await authz(['deploy/web', '-o', 'wide', ...SHOP, '-'], missing);
    expect(table).toMatch(
      /http +dangling \(possibly\) .* if meshtlsauthentication shop\/gone, which .* is there and admits it/,
    );
  });
});

describe('authz takes what linkerd authz takes', () => {
  it.each([
    [['deploy', 'web', ...SHOP]],
    [['deployments/web', ...SHOP]],
    [['shop/deploy/web', ...SHOP]],
    [['deploy', 'web', '-f', 'shop.yaml', '-f', 'jail.yaml']],
    [['-n', 'shop', '-f', 'shop.yaml', 'deploy/web', '-f', 'jail.yaml']],
  ])('%j', async (argv) => {
    expect(await authz(argv)).toBe(await authz(['deploy/web', '-n', 'shop', ...SHOP]));
  });

  it.each([
    [['deploy/wbe', ...SHOP], 'error: the manifests have no deployment wbe; they have '],
    [['deploy', '-n', 'sohp', ...SHOP], 'error: the manifests have no namespace sohp; they have '],
    [['deploy/web'], 'error: no manifests to read; pass files'],
    [['-n', 'a', 'b/deploy/web', ...SHOP], '--namespace a contradicts the resource, which is in b'],
    [['gizmo', '-f', 'shop.yaml'], '"gizmo" is not a workload kind; use pod, '],
    [['deploy', '-n', 'shop', 'nofile.yaml', 'jail.yaml'], 'nofile.yaml: there is no such file or folder'],
  ])('and says of %j what is wrong', async (argv, message) => {
    const answer = await authz(argv);
    expect(answer).toContain(message);
    expect(answer).toMatch(/exit 2$/);
  });

  it('refuses to guess where a word is a resource and a path', () => {
    expect(() => parseArguments(['deploy/web', 'x.yaml'], false, () => true)).toThrow(
      'deploy/web is both a workload kind and an existing path; write ./deploy/web (or -f deploy/web) for the path',
    );
    expect(parseArguments(['./deploy/web'], false, () => true)).toEqual({
      resource: {},
      paths: ['./deploy/web'],
    });
  });
});
