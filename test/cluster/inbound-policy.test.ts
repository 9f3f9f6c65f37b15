import type { InboundPolicy } from '../../lib/cluster/inbound-policy';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import { manifest, pod, server, unchecked, workloadOf } from '../helpers/manifests';

const PROBED =
  '{ name: a, image: x, livenessProbe: { httpGet: { port: 8080, path: /z?q } }, readinessProbe: { httpGet: { port: 8080, path: /a } } }';
const PLAIN = '{ name: a, image: x }';
const PARENT = 'parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]';

function policy(
  objects: string,
  container = PLAIN,
  annotations = '',
  options: ClusterOptions = {},
): InboundPolicy {
  const cluster = unchecked(pod('web', container, annotations) + objects, options);
  return cluster.inboundPolicy(workloadOf(cluster), 8080);
}

function owner(protocol: string, accessPolicy = 'deny'): string {
  return server(
    'http',
    `{ podSelector: {}, port: 8080, proxyProtocol: ${protocol}, accessPolicy: ${accessPolicy} }`,
  );
}

function route(kind: string, name: string, rules = '[{}]', more = ''): string {
  return manifest('gateway.networking.k8s.io/v1', kind, name, `{ ${PARENT}, rules: ${rules} }`, more);
}

function grant(name: string, target: string, references = ''): string {
  const spec = `{ targetRef: ${target}, requiredAuthenticationRefs: [${references}] }`;
  return manifest('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', name, spec);
}

function legacy(name: string, client: string, target = 'http'): string {
  const spec = `{ server: { name: ${target} }, client: ${client} }`;
  return manifest('policy.linkerd.io/v1beta1', 'ServerAuthorization', name, spec);
}

const HTTP = '{ group: policy.linkerd.io, kind: Server, name: http }';
const NAMESPACE = '{ kind: Namespace, name: shop }';
const ROUTE = '{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }';
const SPOKEN = '[{ matches: [{ method: { service: a.B } }] }]';
const MISSING = '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: gone }';

function names(of: readonly { readonly name: string }[]): string[] {
  return of.map(({ name }) => name);
}

describe('the policy of a port with a Server', () => {
  it('is named after the Server and denies but for the machine itself (4.5)', () => {
    const found = policy(owner('HTTP/1'));
    expect(found).toMatchObject({
      governedBy: { name: 'server/http', object: { name: 'http' } },
      protocol: 'http1',
    });
    expect(names(found.authorizations)).toEqual(['default/localhost']);
    expect(found.ignored).toEqual([]);
    expect(found.invalidBecause).toBeUndefined();
  });

  it('collects what names the Server or its namespace, and names "audit" last (3.7, 3.15)', () => {
    const found = policy(
      owner('unknown', 'audit') +
        grant('of-server', HTTP) +
        grant('of-namespace', NAMESPACE) +
        grant('of-other', '{ group: policy.linkerd.io, kind: Server, name: other }') +
        grant('of-route', ROUTE) +
        legacy('old', '{ unauthenticated: true }') +
        legacy('elsewhere', '{ unauthenticated: true }', 'other'),
    );
    expect(names(found.authorizations)).toEqual([
      'authorizationpolicy/of-namespace',
      'authorizationpolicy/of-server',
      'serverauthorization/old',
      'default/localhost',
      'default/audit',
    ]);
  });

  it('admits nobody by an access policy that Linkerd does not know (3.7)', () => {
    expect(names(policy(owner('unknown', 'everyone')).authorizations)).toEqual(['default/localhost']);
  });

  it('names the objects that were meant for it and have no effect', () => {
    const found = policy(owner('unknown') + grant('it', HTTP, MISSING) + legacy('old', '{}'));
    expect(found.ignored).toMatchObject([
      {
        name: 'authorizationpolicy/it',
        reason: 'it requires MeshTLSAuthentication shop/gone, which is not in the input',
      },
      { name: 'serverauthorization/old' },
    ]);
    expect(names(found.authorizations)).toEqual(['default/localhost']);
  });
});

describe('a route on a Server', () => {
  it('takes the place of the generated ones, with the authorizations that target it (3.9)', () => {
    const found = policy(
      owner('HTTP/1') +
        route('HTTPRoute', 'r', '[{}]', 'creationTimestamp: "2026-01-02T00:00:00Z"') +
        route('HTTPRoute', 's', '[{}]', 'creationTimestamp: "2026-01-01T00:00:00Z"') +
        grant('it', ROUTE) +
        grant('void', ROUTE, MISSING),
      PROBED,
    );
    expect(found.routes.map(({ name, authorizations }) => [name, names(authorizations)])).toEqual([
      ['httproute/s', []],
      ['httproute/r', ['authorizationpolicy/it']],
    ]);
    expect(names(found.ignored)).toEqual(['authorizationpolicy/void']);
    expect(names(found.authorizations)).toEqual(['default/localhost']);
  });

  it.each([
    ['opaque', 'HTTPRoute', '[{}]', 'routes have no effect on a Server with proxyProtocol opaque'],
    ['TLS', 'HTTPRoute', '[{}]', 'routes have no effect on a Server with proxyProtocol TLS'],
    ['TLS', 'GRPCRoute', SPOKEN, 'routes have no effect on a Server with proxyProtocol TLS'],
    ['HTTP/2', 'GRPCRoute', SPOKEN, 'GRPCRoutes have no effect on a Server with proxyProtocol HTTP/2'],
    ['unknown', 'GRPCRoute', SPOKEN, 'GRPCRoutes have no effect on a Server with proxyProtocol unknown'],
    ['gRPC', 'HTTPRoute', '[{}]', 'HTTPRoutes have no effect on a Server with proxyProtocol gRPC'],
  ])('of protocol %s reaches no proxy if it is a %s (3.10)', (protocol, kind, rules, reason) => {
    const found = policy(owner(protocol) + route(kind, 'r', rules));
    expect(found.ignored).toMatchObject([{ name: `${kind.toLowerCase()}/r`, reason }]);
    expect(found.routes.every(({ source }) => source === undefined)).toBe(true);
  });

  it('is not accepted beside a GRPCRoute, if it is an HTTPRoute (11.1)', () => {
    const found = policy(owner('HTTP/1') + route('HTTPRoute', 'h') + route('GRPCRoute', 'g', SPOKEN));
    expect(found.ignored).toMatchObject([
      {
        name: 'grpcroute/g',
        reason: 'GRPCRoutes have no effect on a Server with proxyProtocol HTTP/1',
      },
      {
        name: 'httproute/h',
        reason: 'a GRPCRoute has the same parent Server, so this route is not accepted',
      },
    ]);
    expect(names(found.routes)).toEqual(['default/default']);
  });

  it('breaks the whole port, if it is a GRPCRoute with a match that names no method (3.11)', () => {
    const found = policy(
      owner('gRPC', 'all-unauthenticated') + route('GRPCRoute', 'g', '[{ matches: [{}] }]'),
    );
    expect(found).toMatchObject({ governedBy: { name: 'server/http' }, protocol: 'grpc' });
    expect(found.routes).toEqual([]);
    expect(found.authorizations).toEqual([]);
    expect(found.invalidBecause).toBe(
      'grpcroute/g has a match without "method", which makes the proxy refuse everything',
    );
  });

  it('breaks nothing, where it does not reach the proxy (3.10)', () => {
    const found = policy(owner('HTTP/1') + route('GRPCRoute', 'g', '[{ matches: [{}] }]'));
    expect(found.invalidBecause).toBeUndefined();
  });
});

describe('the generated routes', () => {
  it('let probes through by their paths, from the networks of probes (5.1)', () => {
    const [all, probe] = policy(owner('HTTP/1'), PROBED).routes;
    expect(all).toMatchObject({ name: 'default/default', kind: 'http', hostnames: [], authorizations: [] });
    expect(all?.rules).toStrictEqual([
      {
        matches: [
          {
            kind: 'http',
            headers: [],
            queryParams: [],
            path: { type: 'PathPrefix', value: '/', matches: expect.any(Function) as unknown },
          },
        ],
        redirects: false,
      },
    ]);
    expect(probe).toMatchObject({
      name: 'default/probe',
      kind: 'http',
      rules: [
        {
          matches: [
            { method: 'GET', path: { type: 'Exact', value: '/a' } },
            { method: 'GET', path: { type: 'Exact', value: '/z' } },
          ],
        },
      ],
      authorizations: [{ name: 'default/probe', authentication: { kind: 'anyone' } }],
    });
  });

  it.each<[when: string, protocol: string, container: string, options: ClusterOptions]>([
    ['the port has no probe', 'HTTP/1', PLAIN, {}],
    ['no network is one of probes', 'HTTP/1', PROBED, { probeNetworks: [] }],
    ['the port speaks gRPC', 'gRPC', PROBED, {}],
  ])('have none for probes, when %s (5.1)', (_, protocol, container, options) => {
    expect(names(policy(owner(protocol), container, '', options).routes)).toEqual(['default/default']);
  });

  it.each(['opaque', 'TLS'])('are not given to a proxy of a port of protocol %s (3.10)', (protocol) => {
    expect(policy(owner(protocol), PROBED).routes).toEqual([]);
  });
});

describe('the policy of a port without a Server', () => {
  it('is the default policy, with its probes (4.3)', () => {
    const found = policy('', PROBED);
    expect(found).toMatchObject({ governedBy: { name: 'default/all-unauthenticated' }, protocol: 'detect' });
    expect(names(found.routes)).toEqual(['default/default', 'default/probe']);
    expect(names(found.authorizations)).toEqual(['default/all-unauthenticated', 'default/localhost']);
    expect(found.ignored).toEqual([]);
  });

  it('is not changed by what a namespace grants to its Servers (3.7)', () => {
    expect(names(policy(grant('it', NAMESPACE)).authorizations)).toEqual([
      'default/all-unauthenticated',
      'default/localhost',
    ]);
  });

  it('has no routes, where the port is opaque (4.3)', () => {
    const found = policy('', PROBED, ', config.linkerd.io/opaque-ports: "8080"');
    expect(found).toMatchObject({ protocol: 'opaque', routes: [] });
  });

  it('demands an identity, where the annotation says so (4.3)', () => {
    const required = ', config.linkerd.io/proxy-require-identity-inbound-ports: "8080"';
    expect(policy('', PLAIN, required).governedBy.name).toBe('default/all-authenticated');
    const audited = `${required}, config.linkerd.io/default-inbound-policy: audit`;
    expect(names(policy('', PLAIN, audited).authorizations)).toEqual(['default/localhost', 'default/audit']);
  });
});
