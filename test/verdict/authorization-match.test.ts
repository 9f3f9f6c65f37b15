import { clientAuthorization, type ClientAuthorization } from '../../lib/cluster/client-authorization';
import { decodeNetworks } from '../../lib/cluster/field-decoders';
import type { ProxyClient } from '../../lib/linkerd/client';
import { parseIdentity } from '../../lib/linkerd/identity';
import { networksOf } from '../../lib/linkerd/network-match';
import {
  describeMismatch,
  formatIdentity,
  admitsPeer,
  type Mismatch,
} from '../../lib/verdict/authorization-match';
import { Whereabouts } from '../../lib/verdict/client-address';
import { NetworkSet } from '../../lib/sets/network-set';

/** A network as policy writes it, or only its CIDR. */
type Written = string | { readonly cidr: string; readonly except: readonly string[] };

function items(...networks: Written[]): ClientAuthorization['networks'] {
  const written = networks.map((one) => (typeof one === 'string' ? { cidr: one } : one));
  const decoded = decodeNetworks(written);
  if (decoded === undefined) throw new Error('no networks');
  return decoded;
}

function admitting(identities: readonly string[], ...networks: Written[]): ClientAuthorization {
  const patterns = identities.map(parseIdentity);
  return clientAuthorization({ kind: 'probe' }, items(...networks), { kind: 'identities', patterns });
}

const CLUSTER = NetworkSet.fromItems(networksOf(['10.0.0.0/8', '192.168.0.0/16']));

function mismatch(authorization: ClientAuthorization, client: ProxyClient): Mismatch | undefined {
  const place = client.ip === undefined ? Whereabouts.somewhereIn(CLUSTER) : Whereabouts.at(client.ip);
  const network = place.within(authorization.networks).isEmpty;
  const identity = !admitsPeer(authorization, client);
  return network || identity ? { network, identity } : undefined;
}

describe('an authorization that does not admit says what the client lacks', () => {
  const says = (authorization: ClientAuthorization, client: ProxyClient): string | undefined => {
    const missing = mismatch(authorization, client);
    return missing && describeMismatch(authorization, client, missing);
  };
  const mesh = (identity: string, ip = '10.1.2.3'): ProxyClient => ({ tls: 'mesh', identity, ip });

  it('nothing', () => {
    expect(says(admitting(['a.b', '*.c'], '10.0.0.0/8'), mesh('x.c'))).toBeUndefined();
    expect(says(admitting(['a.b', '*.c'], '10.0.0.0/8'), mesh('a.b'))).toBeUndefined();
  });

  it('an identity, and which one, if only one is admitted', () => {
    expect(says(admitting(['a.b'], '10.0.0.0/8'), mesh('x.y'))).toBe(
      'it does not admit identity x.y, only a.b',
    );
    expect(says(admitting(['*.b'], '10.0.0.0/8'), mesh('x.y'))).toBe(
      'it does not admit identity x.y, only *.b',
    );
    expect(says(admitting(['a.b', 'c.d'], '10.0.0.0/8'), mesh('x.y'))).toBe('it does not admit identity x.y');
  });

  it('a DNS-form identity, where wildcards meet a SPIFFE id (3.12)', () => {
    const hint = 'it does not admit identity spiffe://c/x (wildcards never match a SPIFFE id)';
    expect(says(admitting(['a.b', '*.b'], '10.0.0.0/8'), mesh('spiffe://c/x'))).toBe(hint);
    expect(says(admitting(['a.b', 'c.d'], '10.0.0.0/8'), mesh('spiffe://c/x'))).toBe(
      'it does not admit identity spiffe://c/x',
    );
  });

  it('an address', () => {
    expect(says(admitting(['a.b'], '10.0.0.0/8'), mesh('a.b', '203.0.113.7'))).toBe(
      '203.0.113.7 is not in its networks',
    );
    expect(says(admitting(['a.b'], { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), mesh('a.b'))).toBe(
      '10.1.2.3 is not in its networks',
    );
    expect(says(admitting(['a.b'], '203.0.113.0/24'), { tls: 'mesh', identity: 'a.b' })).toBe(
      'the client comes from none of its networks',
    );
    expect(says(admitting(['a.b'], '0.0.0.0/0'), mesh('a.b', 'ten'))).toBe('ten is not in its networks');
  });

  it('both', () => {
    expect(says(admitting(['a.b'], '10.0.0.0/8'), { tls: 'none', ip: '203.0.113.7' })).toBe(
      'it requires mutual TLS, but the client shows no identity, and 203.0.113.7 is not in its networks',
    );
  });

  it('TLS, where any TLS would do (3.15)', () => {
    const tls: ClientAuthorization = { ...admitting([], '0.0.0.0/0'), authentication: { kind: 'tls' } };
    expect(says(tls, { tls: 'none', ip: '10.1.2.3' })).toBe(
      'it requires mutual TLS, but the client shows no identity',
    );
    expect(says(tls, { tls: 'unauthenticated-tls', ip: '10.1.2.3' })).toBeUndefined();
    expect(says(tls, mesh('a.b'))).toBeUndefined();
    expect(says(admitting(['*'], '0.0.0.0/0'), { tls: 'unauthenticated-tls', ip: '10.1.2.3' })).toBe(
      'it requires an identity, but the client shows none',
    );
  });

  it('an identity, where "*" meets a mesh client that shows none', () => {
    expect(says(admitting(['*'], '0.0.0.0/0'), { tls: 'mesh', ip: '10.1.2.3' })).toBe(
      'it requires an identity, but the client shows none',
    );
  });

  it('an identity even if it claims one without TLS', () => {
    expect(
      mismatch(admitting(['a.b'], '0.0.0.0/0'), { tls: 'none', identity: 'a.b', ip: '10.1.2.3' }),
    ).toEqual({
      network: false,
      identity: true,
    });
  });
});

it('identities are written as policy writes them', () => {
  expect(['*', '*.a.b', 'a.b', 'spiffe://x/y'].map((text) => formatIdentity(parseIdentity(text)))).toEqual([
    '*',
    '*.a.b',
    'a.b',
    'spiffe://x/y',
  ]);
});
