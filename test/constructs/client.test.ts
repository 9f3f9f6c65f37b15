import type { PolicyApi } from '../../lib';
import { Client, NamespaceJail } from '../../lib';
import { nameOf, newChart, objectsOf } from './helpers';

/** The objects that admit one client to port `http`, without what a jail has anyway. */
function admissionOf(client: Client, policyApi: PolicyApi): Record<string, unknown> {
  const chart = newChart();
  const exceptions = [{ port: 'http', clients: [client] }];
  new NamespaceJail(chart, 'jail', { namespace: 'shop', policyApi, exceptions, ports: [{ port: 'other' }] });
  const usual = ['Namespace/shop', 'Server/http', 'Server/other', 'AuthorizationPolicy/other-ns-only'];
  const ours = objectsOf(chart).filter(
    (object) => ![...usual, 'MeshTLSAuthentication/ns-only'].includes(nameOf(object)),
  );
  return Object.fromEntries(
    ours.filter(({ metadata }) => metadata.name !== 'ns-only').map((o) => [nameOf(o), o.spec]),
  );
}

function refs(client: Client): unknown {
  const [policy, ...others] = Object.entries(admissionOf(client, 'AuthorizationPolicy'));
  const { requiredAuthenticationRefs } = policy?.[1] as { requiredAuthenticationRefs: unknown };
  return [policy?.[0], requiredAuthenticationRefs, ...others];
}

function authorization(client: Client): unknown {
  const found = Object.entries(admissionOf(client, 'ServerAuthorization'));
  return found.map(([name, spec]) => [name, (spec as { client: unknown }).client]);
}

const IDENTITY = 'web.shop.serviceaccount.identity.linkerd.cluster.local';

describe('a client in an AuthorizationPolicy', () => {
  it('may be a ServiceAccount, which needs no object of its own', () => {
    expect(refs(Client.serviceAccount('orders', 'checkout'))).toEqual([
      'AuthorizationPolicy/http-checkout.orders',
      [{ kind: 'ServiceAccount', name: 'checkout', namespace: 'orders' }],
    ]);
  });

  it('may be a namespace', () => {
    expect(refs(Client.namespace('orders'))).toEqual([
      'AuthorizationPolicy/http-namespace-orders',
      [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'namespace-orders' }],
      ['MeshTLSAuthentication/namespace-orders', { identityRefs: [{ kind: 'Namespace', name: 'orders' }] }],
    ]);
  });

  it('may be any meshed client', () => {
    expect(refs(Client.anyMeshed())).toEqual([
      'AuthorizationPolicy/http-any-meshed',
      [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'any-meshed' }],
      ['MeshTLSAuthentication/any-meshed', { identities: ['*'] }],
    ]);
  });

  it('may be an identity in words; one too long for a name is cut and told apart by its hash', () => {
    expect(refs(Client.identity('gateway.mesh.example'))).toEqual([
      'AuthorizationPolicy/http-id-gateway.mesh.example',
      [{ group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'id-gateway.mesh.example' }],
      ['MeshTLSAuthentication/id-gateway.mesh.example', { identities: ['gateway.mesh.example'] }],
    ]);
    expect(Object.keys(admissionOf(Client.identity(`${IDENTITY}.and.more`), 'AuthorizationPolicy')))
      .toMatchInlineSnapshot(`
      [
        "AuthorizationPolicy/http-id-web.shop.serviceaccount.identity.linkerd.cluster.lo-be874f8b",
        "MeshTLSAuthentication/id-web.shop.serviceaccount.identity.linkerd.cluster.lo-be874f8b",
      ]
    `);
  });

  it('may be a SPIFFE id', () => {
    const specs = Object.values(
      admissionOf(Client.identity('spiffe://root.example/vm/Db_1'), 'AuthorizationPolicy'),
    );
    expect(specs).toContainEqual({ identities: ['spiffe://root.example/vm/Db_1'] });
  });

  it('may be a network, with what is left out of it', () => {
    expect(refs(Client.network('10.0.0.0/8', { except: ['10.1.0.0/16'] }))).toEqual([
      'AuthorizationPolicy/http-net-10.0.0.0-8-except-10.1.0.0-16',
      [
        {
          group: 'policy.linkerd.io',
          kind: 'NetworkAuthentication',
          name: 'net-10.0.0.0-8-except-10.1.0.0-16',
        },
      ],
      [
        'NetworkAuthentication/net-10.0.0.0-8-except-10.1.0.0-16',
        { networks: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] },
      ],
    ]);
  });

  it('may need to be two things at once', () => {
    expect(refs(Client.anyMeshed().from('10.0.0.0/8').from('fd00::/8'))).toEqual([
      'AuthorizationPolicy/http-any-meshed-from-net-10.0.0.0-8-fd00---8',
      [
        { group: 'policy.linkerd.io', kind: 'MeshTLSAuthentication', name: 'any-meshed' },
        { group: 'policy.linkerd.io', kind: 'NetworkAuthentication', name: 'net-10.0.0.0-8-fd00---8' },
      ],
      ['MeshTLSAuthentication/any-meshed', { identities: ['*'] }],
      [
        'NetworkAuthentication/net-10.0.0.0-8-fd00---8',
        { networks: [{ cidr: '10.0.0.0/8' }, { cidr: 'fd00::/8' }] },
      ],
    ]);
  });

  it('that is everyone, but from a network, is that network', () => {
    expect(admissionOf(Client.everyone().from('10.0.0.0/8'), 'AuthorizationPolicy')).toEqual(
      admissionOf(Client.network('10.0.0.0/8'), 'AuthorizationPolicy'),
    );
  });
});

describe('a client in a ServerAuthorization', () => {
  const networks = [{ cidr: '10.0.0.0/8' }];
  const everyone = '*.orders.serviceaccount.identity.linkerd.cluster.local';

  it.each([
    [Client.everyone(), 'everyone', { unauthenticated: true }],
    [Client.network('10.0.0.0/8'), 'net-10.0.0.0-8', { unauthenticated: true, networks }],
    [Client.anyMeshed(), 'any-meshed', { meshTLS: { identities: ['*'] } }],
    [Client.namespace('orders'), 'namespace-orders', { meshTLS: { identities: [everyone] } }],
    [Client.identity('a.example'), 'id-a.example', { meshTLS: { identities: ['a.example'] } }],
    [
      Client.serviceAccount('orders', 'checkout').from('10.0.0.0/8'),
      'checkout.orders-from-net-10.0.0.0-8',
      { networks, meshTLS: { serviceAccounts: [{ name: 'checkout', namespace: 'orders' }] } },
    ],
  ])('%s', (client, name, spec) => {
    expect(authorization(client)).toEqual([[`ServerAuthorization/http-${name}`, spec]]);
  });

  it('spells identities in the mesh of the jail', () => {
    const chart = newChart();
    new NamespaceJail(chart, 'jail', {
      namespace: 'shop',
      policyApi: 'ServerAuthorization',
      linkerdNamespace: 'mesh',
      trustDomain: 'east.example',
      ports: [{ port: 'http' }],
    });
    const nsOnly = objectsOf(chart).find((object) => nameOf(object) === 'ServerAuthorization/ns-only');
    expect(nsOnly?.spec?.['client']).toEqual({
      meshTLS: { identities: ['*.shop.serviceaccount.identity.mesh.east.example'] },
    });
  });
});

it('a client says in words who it is', () => {
  expect(`${Client.serviceAccount('a', 'b').from('10.0.0.0/8', { except: ['10.1.0.0/16'] })}`).toBe(
    'serviceaccount a/b from 10.0.0.0/8 except 10.1.0.0/16',
  );
  expect(
    [Client.everyone(), Client.anyMeshed(), Client.namespace('a'), Client.identity('b')].map(String),
  ).toEqual(['everyone', 'any meshed client', 'namespace a', 'identity b']);
});
