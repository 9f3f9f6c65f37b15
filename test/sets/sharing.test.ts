import { parseIdentity } from '../../lib/linkerd/identity';
import { networksOf } from '../../lib/linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';

/**
 * Sets are immutable, and what is made of them is remembered by the object. An operation that changes nothing gives back
 * the object itself: thousands of ports then share one set and all that is known of it.
 */
interface Algebra<S> {
  or(other: S): S;
  and(other: S): S;
  minus(other: S): S;
}

const identities = (...patterns: readonly string[]): IdentitySet =>
  IdentitySet.fromPatterns(patterns.map(parseIdentity));
const networks = (...cidrs: readonly string[]): NetworkSet => NetworkSet.fromItems(networksOf(cidrs));

function keepWhatDoesNotChange<S extends Algebra<S>>(
  what: string,
  { some, all, none }: Record<'some' | 'all' | 'none', S>,
): void {
  describe(`of sets of ${what}`, () => {
    it('a union with itself, nothing or everything is the one or the other', () => {
      expect(some.or(some)).toBe(some);
      expect(some.or(none)).toBe(some);
      expect(none.or(some)).toBe(some);
      expect(all.or(some)).toMatchObject({ isAll: true });
      expect(some.or(all)).toBe(all);
      expect(none.or(all)).toBe(all);
    });

    it('an intersection with itself, nothing or everything is the one or the other', () => {
      expect(some.and(some)).toBe(some);
      expect(some.and(all)).toBe(some);
      expect(all.and(some)).toBe(some);
      expect(none.and(all)).toBe(none);
      expect(all.and(none)).toBe(none);
      expect(some.and(none)).toMatchObject({ isEmpty: true });
    });

    it('a difference with nothing is the set; with itself or everything it is nothing', () => {
      expect(some.minus(none)).toBe(some);
      expect(all.minus(none)).toBe(all);
      expect(some.minus(some)).toBe(none);
      expect(some.minus(all)).toBe(none);
      expect(none.minus(some)).toMatchObject({ isEmpty: true });
    });
  });
}

keepWhatDoesNotChange('identities', {
  some: identities('*.shop.example'),
  all: IdentitySet.ALL,
  none: IdentitySet.NONE,
});
keepWhatDoesNotChange('networks', {
  some: networks('10.0.0.0/8', 'fd00::/8'),
  all: NetworkSet.ALL,
  none: NetworkSet.NONE,
});

describe('of sets of identities, also those that came out as everything or nothing are', () => {
  const some = identities('*.shop.example');
  const nobody = some.and(identities('*.bank.example'));
  const everybody = identities('*').or(IdentitySet.ALL.minus(identities('*')));

  it('taken for it', () => {
    expect([
      nobody.isEmpty,
      nobody === IdentitySet.NONE,
      everybody.isAll,
      everybody === IdentitySet.ALL,
    ]).toEqual([true, false, true, false]);
    expect(some.or(nobody)).toBe(some);
    expect(nobody.or(some)).toBe(some);
    expect(everybody.or(some)).toBe(everybody);
    expect(some.or(everybody)).toBe(everybody);
    expect(some.and(nobody)).toBe(nobody);
    expect(nobody.and(some)).toBe(nobody);
    expect(some.and(everybody)).toBe(some);
    expect(everybody.and(some)).toBe(some);
    expect(some.minus(nobody)).toBe(some);
    expect(nobody.minus(some)).toBe(nobody);
    expect(some.minus(everybody)).toBe(IdentitySet.NONE);
  });

  it('a pattern that no identity can match is nobody (3.12)', () => {
    expect(IdentitySet.of(parseIdentity('Web.shop.example'))).toBe(IdentitySet.NONE);
  });
});

describe('of sets of networks', () => {
  const none = networks('10.0.0.0/8').and(networks('192.168.0.0/16'));
  const some = networks('10.0.0.0/8');

  it('one that came out as nothing is taken for it', () => {
    expect(none === NetworkSet.NONE).toBe(false);
    expect(some.or(none)).toBe(some);
    expect(none.or(some)).toBe(some);
    expect(some.minus(none)).toBe(some);
  });

  it('a list that means nothing is nothing, and a union of one is that one', () => {
    expect(NetworkSet.fromItems([])).toBe(NetworkSet.NONE);
    expect(networks('::ffff:0:0/96')).toBe(NetworkSet.NONE);
    expect(NetworkSet.union([some])).toBe(some);
    expect(NetworkSet.union([])).toBe(NetworkSet.NONE);
  });
});

describe('of sets of clients', () => {
  const some = ClientSet.of(ClientIdentities.ofTls('mesh'), networks('10.0.0.0/8'));
  const none = some.and(ClientSet.of(ClientIdentities.ofTls('none'), networks('10.0.0.0/8')));

  it('a union or difference with nobody is the set', () => {
    expect(none.isEmpty).toBe(true);
    expect(some.or(none)).toBe(some);
    expect(none.or(some)).toBe(some);
    expect(some.minus(none)).toBe(some);
    expect(some.minus(some).isEmpty).toBe(true);
    expect(ClientSet.union([some])).toBe(some);
  });

  it('nobody is one set, whether there are no clients or no networks', () => {
    expect(ClientSet.of(ClientIdentities.NONE, NetworkSet.ALL)).toBe(ClientSet.NONE);
    expect(ClientSet.of(ClientIdentities.ALL, NetworkSet.NONE)).toBe(ClientSet.NONE);
  });

  it('those with TLS but without an identity are told apart in a difference as well', () => {
    const both = ClientSet.of(new ClientIdentities(false, true, IdentitySet.ALL), NetworkSet.ALL);
    const left = both.minus(ClientSet.of(ClientIdentities.ofTls('mesh'), NetworkSet.ALL));
    expect(left.has({ ip: '10.1.2.3', tls: 'unauthenticated-tls' })).toBe(true);
    expect(left.has({ ip: '10.1.2.3', tls: 'mesh', identity: 'a.b' })).toBe(false);
  });
});
