import { parseIdentity } from '../../lib/linkerd/identity';
import { witnessOf, ClientSet, ClientIdentities } from '../../lib/sets/client-set';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';

const { ALL: ANY, NONE: NOBODY } = IdentitySet;
const MESH = IdentitySet.of(parseIdentity('*'));

describe('clients are everybody', () => {
  it.each([
    [
      'without TLS, with TLS but no identity, and with any identity',
      new ClientIdentities(true, true, ANY),
      true,
    ],
    ['but those without TLS', new ClientIdentities(false, true, ANY), false],
    ['but those that show no identity in their TLS', new ClientIdentities(true, false, ANY), false],
    ['but those with an identity', new ClientIdentities(true, true, NOBODY), false],
    [
      'but those with a SPIFFE id, which "*" leaves out (3.12)',
      new ClientIdentities(true, true, MESH),
      false,
    ],
    ['but those that are not in the mesh', ClientIdentities.ofTls('mesh'), false],
    ['but nobody', ClientIdentities.NONE, false],
  ])('%s', (_, peers, isAll) => {
    expect(peers.isAll).toBe(isAll);
    expect(ClientSet.of(peers, NetworkSet.ALL).isAll).toBe(isAll);
  });
});

describe('a mesh client is in a set', () => {
  it('by its identity, and without one in none', () => {
    const shop = new ClientIdentities(true, true, IdentitySet.of(parseIdentity('*.shop.example')));
    expect(shop.has({ tls: 'mesh', identity: 'web.shop.example' })).toBe(true);
    expect(shop.has({ tls: 'mesh', identity: 'web.bank.example' })).toBe(false);
    expect(shop.has({ tls: 'mesh' })).toBe(false);
  });
});

describe('a witness', () => {
  const from = (peers: ClientIdentities): unknown => ClientSet.of(peers, NetworkSet.ALL).witness();

  it('is whoever is the easiest to be: without TLS, then without an identity, then with one', () => {
    expect(from(ClientIdentities.ALL)).toEqual({ ip: '10.1.2.3', tls: 'none' });
    expect(from(new ClientIdentities(false, true, ANY))).toEqual({
      ip: '10.1.2.3',
      tls: 'unauthenticated-tls',
    });
    expect(from(ClientIdentities.ofTls('mesh'))).toEqual({
      ip: '10.1.2.3',
      tls: 'mesh',
      identity: 'witness',
    });
    expect(from(ClientIdentities.NONE)).toBeUndefined();
  });

  it('of nowhere is not asked for', () => {
    expect(() => witnessOf({ peers: ClientIdentities.ALL, networks: NetworkSet.NONE })).toThrow(
      'an empty box has no witness',
    );
  });
});
