import type { ClientAuthorization, IneffectiveObject } from '../../lib/cluster/client-authorization';
import type { Cluster } from '../../lib/cluster/cluster';
import { manifest, server, unchecked } from '../helpers/manifests';

const ANYONE = 'client: { unauthenticated: true }';

function cluster(spec: string): Cluster {
  return unchecked(
    server('http', '{ podSelector: {}, port: 8080 }', 'labels: { tier: api }') +
      server('bare', '{ podSelector: {}, port: 8081 }') +
      manifest('policy.linkerd.io/v1beta1', 'ServerAuthorization', 'saz', spec),
  );
}

function authorizationOf(client: string): ClientAuthorization | IneffectiveObject | undefined {
  return cluster(`{ server: { name: http }, client: ${client} }`).policyOf('shop').serverAuthorizations[0]
    ?.authorization;
}

function reasonOf(spec: string): string | undefined {
  const authorization = cluster(spec).policyOf('shop').serverAuthorizations[0]?.authorization;
  return authorization !== undefined && 'reason' in authorization ? authorization.reason : undefined;
}

function selected(serverPart: string, client = ANYONE): string[] {
  const { servers, serverAuthorizations } = cluster(`{ server: ${serverPart}, ${client} }`).policyOf('shop');
  return servers.filter((one) => serverAuthorizations[0]?.selects(one)).map(({ name }) => name);
}

describe('a ServerAuthorization selects', () => {
  it('the Server of its name', () => {
    expect(selected('{ name: http }')).toEqual(['http']);
    expect(selected('{ name: other }')).toEqual([]);
  });

  it('Servers by their own labels, not by those of pods (3.7)', () => {
    expect(selected('{ selector: { matchLabels: { tier: api } } }')).toEqual(['http']);
    expect(selected('{ selector: {} }')).toEqual(['bare', 'http']);
    expect(selected('{ selector: { matchExpressions: [{ key: tier, operator: DoesNotExist }] } }')).toEqual([
      'bare',
    ]);
  });
});

describe('a ServerAuthorization admits', () => {
  it("anyone of the cluster's networks, if it names none (3.7)", () => {
    expect(authorizationOf('{ unauthenticated: true }')).toMatchObject({
      name: 'serverauthorization/saz',
      via: [],
      authentication: { kind: 'anyone' },
      networks: [
        { network: { family: 4, first: 0x0a000000n } },
        { network: { family: 4, first: 0x64400000n } },
        { network: { family: 4, first: 0xac100000n } },
        { network: { family: 4, first: 0xc0a80000n } },
        { network: { family: 6 } },
      ],
    });
    expect(authorizationOf('{ unauthenticated: true, networks: [] }')).toMatchObject({
      networks: { length: 5 },
    });
  });

  it('only those of its networks, exceptions apart', () => {
    expect(
      authorizationOf('{ unauthenticated: true, networks: [{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }] }'),
    ).toMatchObject({
      networks: [{ network: { family: 4, first: 0x0a000000n }, except: [{ family: 4, first: 0x0a010000n }] }],
    });
  });

  it('whoever has TLS with this proxy, identity or not', () => {
    expect(authorizationOf('{ meshTLS: { unauthenticatedTLS: true } }')).toMatchObject({
      authentication: { kind: 'tls' },
    });
  });

  it('its identities and ServiceAccounts together, these by default of its own namespace (3.7)', () => {
    const tls =
      '{ identities: ["*.a.b", c.d], serviceAccounts: [{ name: web }, { name: cart, namespace: bank }] }';
    expect(authorizationOf(`{ meshTLS: ${tls} }`)).toMatchObject({
      authentication: {
        kind: 'identities',
        patterns: [
          { kind: 'suffix', labels: ['a', 'b'] },
          { kind: 'exact', name: 'c.d' },
          { kind: 'exact', name: 'web.shop.serviceaccount.identity.linkerd.cluster.local' },
          { kind: 'exact', name: 'cart.bank.serviceaccount.identity.linkerd.cluster.local' },
        ],
      },
    });
  });

  it('anyone, even if it asks for TLS as well: the webhook that refuses this was down (W21)', () => {
    expect(authorizationOf('{ unauthenticated: true, meshTLS: { identities: [a.b] } }')).toMatchObject({
      authentication: { kind: 'anyone' },
    });
  });
});

describe('a ServerAuthorization is ignored', () => {
  it.each([
    ['{}', 'its client has neither unauthenticated nor meshTLS, so Linkerd ignores it'],
    [
      '{ unauthenticated: false }',
      'its client has neither unauthenticated nor meshTLS, so Linkerd ignores it',
    ],
    ['{ meshTLS: {} }', 'its meshTLS names no identity, so Linkerd ignores it'],
    [
      '{ meshTLS: { identities: [], serviceAccounts: [] } }',
      'its meshTLS names no identity, so Linkerd ignores it',
    ],
    ['{ unauthenticated: true, networks: [{ cidr: ten }] }', 'its networks cannot be read'],
    ['{ networks: [{ cidr: ten }] }', 'its networks cannot be read'],
    [
      '{ unauthenticated: true, networks: [{ cidr: 10.0.0.0/8, except: [ten] }] }',
      'its networks cannot be read',
    ],
    ['{ unauthenticated: true, networks: [{ except: [] }] }', 'its networks cannot be read'],
    ['{ unauthenticated: true, networks: 10.0.0.0/8 }', 'its networks cannot be read'],
  ])('when its client is %s (3.7, W17)', (client, reason) => {
    expect(reasonOf(`{ server: { name: http }, client: ${client} }`)).toBe(reason);
  });

  it('when its selector cannot be read, and is then said to be on every Server (W4)', () => {
    const selector = '{ selector: { matchLabels: { tier: 7 } } }';
    expect(reasonOf(`{ server: ${selector}, ${ANYONE} }`)).toBe('its server selector cannot be read');
    expect(reasonOf(`{ server: ${selector}, client: {} }`)).toBe('its server selector cannot be read');
    expect(selected(selector)).toEqual(['bare', 'http']);
  });

  it('and says so on the Servers that it was meant for only', () => {
    expect(selected('{ name: http }', 'client: {}')).toEqual(['http']);
  });
});
