import type { ClientAuthorization, IneffectiveObject } from '../../lib/cluster/client-authorization';
import { unchecked } from '../helpers/manifests';

/**
 * What the indexer makes of an AuthorizationPolicy. With `assumeAdmitted`, because some of this only a cluster has
 * whose webhook was down.
 */
function grantOf(
  references: string,
  others = '',
  target = SERVER,
): ClientAuthorization | IneffectiveObject | undefined {
  const text = `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: it, namespace: shop }
spec: { targetRef: ${target}, requiredAuthenticationRefs: [${references}] }
---
${others}`;
  const cluster = unchecked(text);
  const { authorizationPolicies, ignored } = cluster.policyOf('shop');
  return authorizationPolicies[0]?.authorization ?? ignored[0];
}

const SERVER = '{ group: policy.linkerd.io, kind: Server, name: http }';
const MESH = '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: m }';
const NETWORK = '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: net }';

function mesh(spec: string, name = 'm'): string {
  return `
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---
`;
}

function network(spec: string, name = 'net'): string {
  return `
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---
`;
}

function identities(references: string, others: string): string[] {
  const grant = grantOf(references, others);
  if (grant === undefined || !('authentication' in grant) || grant.authentication.kind !== 'identities')
    return [];
  return grant.authentication.patterns.map((one) =>
    one.kind === 'exact' ? one.name : `*.${one.labels.join('.')}`,
  );
}

describe('an AuthorizationPolicy admits', () => {
  it('the identities of a MeshTLSAuthentication: its texts, ServiceAccounts and namespaces (3.8)', () => {
    const spec = `
  identities: ["*.a.example", b.example]
  identityRefs:
  - { kind: ServiceAccount, name: web }
  - { kind: ServiceAccount, name: web, namespace: bank }
  - { group: core, kind: serviceaccount, name: cart }
  - { kind: Namespace, name: ops }
  - { group: Core, kind: namespace, name: dev }`;
    expect(identities(MESH, mesh(spec))).toEqual([
      '*.a.example',
      'b.example',
      'web.shop.serviceaccount.identity.linkerd.cluster.local',
      'web.bank.serviceaccount.identity.linkerd.cluster.local',
      'cart.shop.serviceaccount.identity.linkerd.cluster.local',
      '*.ops.serviceaccount.identity.linkerd.cluster.local',
      '*.dev.serviceaccount.identity.linkerd.cluster.local',
    ]);
  });

  it('a ServiceAccount that it names itself, in its own namespace or another', () => {
    expect(identities('{ kind: ServiceAccount, name: web }', '')).toEqual([
      'web.shop.serviceaccount.identity.linkerd.cluster.local',
    ]);
    expect(identities('{ kind: ServiceAccount, name: web, namespace: bank }', '')).toEqual([
      'web.bank.serviceaccount.identity.linkerd.cluster.local',
    ]);
  });

  it('identities and networks together, and remembers through which objects', () => {
    const grant = grantOf(
      `${MESH}, ${NETWORK}`,
      mesh('{ identities: [a.b] }') + network('{ networks: [{ cidr: 10.0.0.0/8 }] }'),
    );
    expect(grant).toMatchObject({
      name: 'authorizationpolicy/it',
      authentication: { kind: 'identities', patterns: [{ kind: 'exact', name: 'a.b' }] },
      networks: [{ network: { family: 4, first: 0x0a000000n } }],
      via: [{ object: { metadata: { name: 'm' } } }, { object: { metadata: { name: 'net' } } }],
    });
  });

  it('every ServiceAccount of a namespace, by the suffix of their identities (3.12)', () => {
    expect(grantOf(MESH, mesh('{ identityRefs: [{ kind: Namespace, name: ops }] }'))).toMatchObject({
      authentication: {
        kind: 'identities',
        patterns: [
          {
            kind: 'suffix',
            labels: ['ops', 'serviceaccount', 'identity', 'linkerd', 'cluster', 'local'],
          },
        ],
      },
    });
  });

  it('everybody, when it requires nothing', () => {
    expect(grantOf('')).toMatchObject({ authentication: { kind: 'anyone' }, via: [] });
  });
});

describe('an AuthorizationPolicy is ignored whole', () => {
  it.each<[because: string, references: string, others: string]>([
    ['it requires a Secret, which is not an authentication', '{ kind: Secret, name: x }', ''],
    [
      'it requires a Server, which is not an authentication',
      '{ group: policy.linkerd.io, kind: Server, name: x }',
      '',
    ],
    [
      'it requires a MeshTLSAuthentication, which is not an authentication',
      '{ group: example.com, kind: MeshTLSAuthentication, name: m }',
      mesh('{ identities: [a.b] }'),
    ],
    ['it requires MeshTLSAuthentication shop/m, which is not in the input', MESH, ''],
    [
      'it requires NetworkAuthentication bank/net, which is not in the input',
      '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: net, namespace: bank }',
      network('{ networks: [{ cidr: 10.0.0.0/8 }] }'),
    ],
    ['NetworkAuthentication shop/net is invalid', NETWORK, network('{ networks: [] }')],
    ['NetworkAuthentication shop/net is invalid', NETWORK, network('{}')],
    ['NetworkAuthentication shop/net is invalid', NETWORK, network('{ networks: [{ cidr: ten }] }')],
    [
      'NetworkAuthentication shop/net is invalid',
      NETWORK,
      network('{ networks: [{ cidr: 10.0.0.0/8, except: [x] }] }'),
    ],
    ['MeshTLSAuthentication shop/m is invalid', MESH, mesh('{}')],
    ['MeshTLSAuthentication shop/m is invalid', MESH, mesh('{ identities: [] }')],
    ['MeshTLSAuthentication shop/m is invalid', MESH, mesh('{ identities: [a.b, 7] }')],
    [
      'MeshTLSAuthentication shop/m is invalid',
      MESH,
      mesh('{ identities: [a.b], identityRefs: [{ kind: Pod, name: x }] }'),
    ],
    [
      'MeshTLSAuthentication shop/m is invalid',
      MESH,
      mesh('{ identities: [a.b], identityRefs: [{ group: apps, kind: Namespace, name: x }] }'),
    ],
    [
      'MeshTLSAuthentication shop/m is invalid',
      MESH,
      mesh('{ identities: [a.b], identityRefs: [{ group: apps, kind: ServiceAccount, name: x }] }'),
    ],
    [
      'MeshTLSAuthentication shop/m is invalid',
      MESH,
      mesh('{ identities: [a.b], identityRefs: [{ kind: ServiceAccount }] }'),
    ],
    ['MeshTLSAuthentication shop/m is invalid', MESH, mesh('{ identities: [a.b], identityRefs: [web] }')],
    [
      'it requires more than one identity source',
      `${MESH}, { kind: ServiceAccount, name: web }`,
      mesh('{ identities: [a.b] }'),
    ],
    [
      'it requires more than one NetworkAuthentication',
      `${NETWORK}, ${NETWORK}`,
      network('{ networks: [{ cidr: 10.0.0.0/8 }] }'),
    ],
  ])('%s', (because, references, others) => {
    expect(grantOf(references, others)).toMatchObject({ name: 'authorizationpolicy/it', reason: because });
  });

  it.each([
    '{ group: policy.linkerd.io, kind: Server }',
    '{ group: apps, kind: Server, name: http }',
    '{ group: apps, kind: Namespace, name: shop }',
    '{ group: gateway.networking.k8s.io, kind: TCPRoute, name: r }',
    '{ group: policy.linkerd.io, kind: GRPCRoute, name: r }',
  ])('when it targets %s', (target) => {
    expect(grantOf('', '', target)).toMatchObject({
      name: 'authorizationpolicy/it',
      reason: 'policy does not apply to its target',
    });
  });
});
