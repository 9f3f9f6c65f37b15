import { parseIdentity } from '../../lib/linkerd/identity';
import { ClientSet, ClientIdentities } from '../../lib/sets/client-set';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';

function set(...patterns: string[]): IdentitySet {
  return IdentitySet.fromPatterns(patterns.map(parseIdentity));
}

const SETS: readonly IdentitySet[] = [
  IdentitySet.NONE,
  IdentitySet.ALL,
  set('*'),
  set('a'),
  set('b'),
  set('a.b'),
  set('*.b'),
  set('b', '*.b'),
  set('a', 'b'),
  set('b.a'),
  set('*').minus(set('a')),
  set('*').minus(set('*.a')),
  set('*').minus(set('*.a')).or(set('x.a')),
  set('spiffe://x/1'),
  set('spiffe://x/2'),
  set('spiffe://x/1', 'spiffe://x/2'),
  IdentitySet.ALL.minus(set('spiffe://x/1')),
  IdentitySet.ALL.minus(set('*')),
];

/** How many of these keys differ. */
function distinct(keys: readonly string[]): number {
  return new Set(keys).size;
}

describe('the key of a set', () => {
  it('differs for sets of identities that differ', () => {
    expect(distinct(SETS.map(({ key }) => key))).toBe(SETS.length);
  });

  it('does not depend on how the set came about', () => {
    expect(set('a.b', 'spiffe://x/1', 'c').key).toBe(set('c', 'a.b', 'spiffe://x/1').key);
    expect(set('*.b', 'a.b').key).toBe(set('*.b').key);
    expect(set('spiffe://x/2', 'spiffe://x/1').key).toBe(set('spiffe://x/1', 'spiffe://x/2').key);
  });

  it('differs for clients that differ in their TLS, identity or network', () => {
    const network = (first: bigint): NetworkSet => NetworkSet.of({ family: 4, first, last: first + 9n });
    const peers = [
      ClientIdentities.NONE,
      ClientIdentities.ALL,
      ...(['none', 'unauthenticated-tls', 'mesh'] as const).map((tls) => ClientIdentities.ofTls(tls)),
      new ClientIdentities(true, true, IdentitySet.NONE),
      new ClientIdentities(true, true, set('a')),
    ];
    expect(distinct(peers.map(({ key }) => key))).toBe(peers.length);
    const clients = [
      ...peers.map((some) => ClientSet.of(some, NetworkSet.ALL)),
      ClientSet.of(ClientIdentities.ALL, network(0n)),
      ClientSet.of(ClientIdentities.ALL, network(20n)),
      ClientSet.of(ClientIdentities.ALL, network(0n)).or(ClientSet.of(ClientIdentities.ALL, network(20n))),
      ClientSet.of(ClientIdentities.ofTls('none'), network(0n)).or(
        ClientSet.of(ClientIdentities.ofTls('mesh'), network(20n)),
      ),
    ];
    expect(distinct(clients.map(({ key }) => key))).toBe(clients.length);
    const networks = [network(0n), network(20n), NetworkSet.NONE, NetworkSet.ALL];
    const more = [
      ...networks,
      networks[0]?.or(network(20n)),
      NetworkSet.of({ family: 6, first: 0n, last: 9n }),
    ];
    expect(distinct(more.map((one) => String(one?.key)))).toBe(more.length);
  });
});

describe('a set of identities', () => {
  it('knows whether it is empty, and whether it is everybody', () => {
    expect(SETS.filter(({ isEmpty }) => isEmpty)).toEqual([IdentitySet.NONE]);
    expect(SETS.filter(({ isAll }) => isAll)).toEqual([IdentitySet.ALL]);
    expect(set('*').or(IdentitySet.ALL.minus(set('*'))).isAll).toBe(true);
    expect(set('a').minus(set('a')).isEmpty).toBe(true);
  });

  it('describes wildcards with what is left out below them, and what is in again', () => {
    expect(set('*.b').minus(set('a.b')).describe()).toEqual([{ text: '*.b', except: ['a.b'] }]);
    expect(set('*').minus(set('*.a.b')).describe()).toEqual([{ text: '*', except: ['*.a.b'] }]);
    expect(set('*').minus(set('*.b')).or(set('a.b', '*.c.b')).describe()).toEqual([
      { text: '*', except: ['*.b'] },
      { text: 'a.b', except: [] },
      { text: '*.c.b', except: [] },
    ]);
    expect(set('*').minus(set('*.b', 'b')).describe()).toEqual([{ text: '*', except: ['b', '*.b'] }]);
    expect(
      set('*')
        .minus(set('*.b').minus(set('a.b', '*.a.b')))
        .describe(),
    ).toEqual([
      { text: '*', except: ['*.b'] },
      { text: 'a.b', except: [] },
      { text: '*.a.b', except: [] },
    ]);
    expect(
      set('b', 'a', 'a.b', '*.c')
        .describe()
        .map(({ text }) => text),
    ).toEqual(['a', 'b', 'a.b', '*.c']);
    expect(IdentitySet.ALL.minus(set('*', 'spiffe://x/2', 'spiffe://x/1')).describe()).toEqual([
      { text: 'spiffe://*', except: ['spiffe://x/1', 'spiffe://x/2'] },
    ]);
    expect(set('spiffe://x/2', 'spiffe://x/1').describe()).toEqual([
      { text: 'spiffe://x/1', except: [] },
      { text: 'spiffe://x/2', except: [] },
    ]);
    expect(IdentitySet.NONE.describe()).toEqual([]);
  });

  it('gives a witness with a name that is not taken', () => {
    expect(set('*').witness()).toBe('witness');
    expect(set('*.b').witness()).toBe('witness.b');
    expect(set('*.b').minus(set('witness.b', '*.witness.b')).witness()).toBe('witness1.b');
    expect(
      set('*.b')
        .minus(set('witness.b', '*.witness.b', 'witness1.b', '*.witness1.b'))
        .witness(),
    ).toBe('witness2.b');
    expect(set('x.y.z').witness()).toBe('x.y.z');
    expect(IdentitySet.ALL.minus(set('*')).witness()).toBe('spiffe://witness.example/witness');
    expect(IdentitySet.ALL.minus(set('*', 'spiffe://witness.example/witness')).witness()).toBe(
      'spiffe://witness.example/witness1',
    );
    expect(set('spiffe://x/2', 'spiffe://x/1').witness()).toBe('spiffe://x/1');
    expect(IdentitySet.NONE.witness(['a'])).toBeUndefined();
  });

  it('prefers a witness that the caller names, the first that is in it', () => {
    expect(set('*.b').witness(['a', 'x.b', 'y.b'])).toBe('x.b');
    expect(set('*.b').witness(['a'])).toBe('witness.b');
  });
});

describe('a set of clients', () => {
  it('is everybody only if it is everybody from everywhere', () => {
    const half = NetworkSet.of({ family: 4, first: 0n, last: 9n });
    expect(ClientSet.ALL.isAll).toBe(true);
    expect(ClientSet.NONE.isAll).toBe(false);
    expect(ClientSet.of(ClientIdentities.ALL, half).isAll).toBe(false);
    expect(ClientSet.of(ClientIdentities.ofTls('none'), NetworkSet.ALL).isAll).toBe(false);
    expect(ClientSet.of(new ClientIdentities(true, true, set('*')), NetworkSet.ALL).isAll).toBe(false);
    expect(
      ClientSet.of(ClientIdentities.ALL, half).or(ClientSet.of(ClientIdentities.ALL, half.complement()))
        .isAll,
    ).toBe(true);
  });

  it('has nobody whose address is none, and no mesh client without an identity', () => {
    expect(ClientSet.ALL.has({ ip: 'ten', tls: 'none' })).toBe(false);
    expect(ClientSet.ALL.has({ ip: '10.1.2.3', tls: 'mesh' })).toBe(false);
    expect(ClientSet.ALL.has({ ip: '10.1.2.3', tls: 'mesh', identity: 'a' })).toBe(true);
  });

  it('gives the witness whose address was asked for, then one that is not loopback', () => {
    const from = (first: bigint, last: bigint, ...addresses: string[]): string | undefined =>
      ClientSet.of(ClientIdentities.ALL, NetworkSet.of({ family: 4, first, last })).witness({ addresses })
        ?.ip;
    expect(from(0n, 0xffffffffn, '198.51.100.1')).toBe('198.51.100.1');
    expect(from(0n, 0xffffffffn, 'ten')).toBe('10.1.2.3');
    expect(from(0xc0000200n, 0xc00002ffn)).toBe('192.0.2.1');
    expect(from(0xc0000200n, 0xc0000200n)).toBe('192.0.2.0');
    const loopback = NetworkSet.of({ family: 4, first: 0x7f000001n, last: 0x7f000001n });
    const far = NetworkSet.of({ family: 4, first: 0xc0000205n, last: 0xc0000205n });
    expect(ClientSet.of(ClientIdentities.ALL, loopback.or(far)).witness()?.ip).toBe('192.0.2.5');
    expect(ClientSet.of(ClientIdentities.ALL, loopback).witness()?.ip).toBe('127.0.0.1');
  });

  it('is told in the order of its networks', () => {
    const one = ClientSet.of(
      ClientIdentities.ofTls('none'),
      NetworkSet.of({ family: 4, first: 10n, last: 19n }),
    );
    const other = ClientSet.of(
      ClientIdentities.ofTls('mesh'),
      NetworkSet.of({ family: 4, first: 30n, last: 39n }),
    );
    expect(
      one
        .or(other)
        .witnesses()
        .map(({ tls }) => tls),
    ).toEqual(['none', 'mesh']);
    expect(
      other
        .or(one)
        .witnesses()
        .map(({ tls }) => tls),
    ).toEqual(['none', 'mesh']);
  });
});
