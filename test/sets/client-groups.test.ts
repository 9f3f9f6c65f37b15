import { parseIdentity } from '../../lib/linkerd/identity';
import { networksOf } from '../../lib/linkerd/network-match';
import { breadth, clientGroups } from '../../lib/sets/client-groups';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';

const from = (...cidrs: readonly string[]): NetworkSet => NetworkSet.fromItems(networksOf(cidrs));
const named = (...patterns: readonly string[]): IdentitySet =>
  IdentitySet.fromPatterns(patterns.map(parseIdentity));
const { ALL } = NetworkSet;
const PLAIN = ClientIdentities.ofTls('none');
const TLS = ClientIdentities.ofTls('unauthenticated-tls');
const mesh = (...patterns: readonly string[]): ClientIdentities =>
  new ClientIdentities(false, false, named(...patterns));
const WEB = mesh('web.shop.example');

/** The rows of a set: breadth, who (`p`lain, with bare `t`ls, identities), from where. */
function rows(...parts: readonly (readonly [ClientIdentities, NetworkSet])[]): string[] {
  const set = ClientSet.union(parts.map(([peers, networks]) => ClientSet.of(peers, networks)));
  const groups = clientGroups(set);
  expect(ClientSet.union(groups.map(({ clients }) => clients)).key).toBe(set.key);
  return groups.map(({ breadth: width, peers, networks }) => {
    const { withoutTls, unauthenticatedTls, identities } = peers;
    const who = [withoutTls ? 'p' : '', unauthenticatedTls ? 't' : ''].join('');
    const ids = identities.describe().map(({ text, except }) => [text, ...except].join(' but '));
    const where = networks.isAll ? 'everywhere' : networks.cidrs().join(' ');
    return `${width}: ${[who, ...ids].join(' ').trim()} from ${where}`;
  });
}

describe('a set of clients, in rows that a person would list', () => {
  it('anyone is one row, for all three kinds of clients come from the same places', () => {
    expect(rows([ClientIdentities.ALL, ALL])).toEqual(['anyone: pt * spiffe://* from everywhere']);
    expect(rows([ClientIdentities.ALL, from('10.0.0.0/8')])).toEqual([
      'anyone-from: pt * spiffe://* from 10.0.0.0/8',
    ]);
  });

  it('clients without an identity are one row only if they come from the same places', () => {
    const both = new ClientIdentities(true, true, IdentitySet.NONE);
    expect(rows([both, from('10.0.0.0/8')])).toEqual(['anyone-from: pt from 10.0.0.0/8']);
    expect(rows([PLAIN, from('10.0.0.0/8')], [TLS, ALL])).toEqual([
      'anyone-from: p from 10.0.0.0/8',
      'anyone-from: t from everywhere',
    ]);
    expect(rows([PLAIN, ALL])).toEqual(['anyone: p from everywhere']);
    expect(rows([TLS, from('10.0.0.0/8')])).toEqual(['anyone-from: t from 10.0.0.0/8']);
  });

  it('all of the mesh are a row of their own, where they come from elsewhere than those without an identity', () => {
    const all = new ClientIdentities(false, false, IdentitySet.ALL);
    expect(rows([PLAIN, from('10.0.0.0/8')], [TLS, from('10.0.0.0/8')], [all, ALL])).toEqual([
      'anyone-from: pt from 10.0.0.0/8',
      'any-mesh: * spiffe://* from everywhere',
    ]);
    expect(rows([PLAIN, ALL], [TLS, from('10.0.0.0/8')], [all, ALL])).toEqual([
      'anyone: p from everywhere',
      'anyone-from: t from 10.0.0.0/8',
      'any-mesh: * spiffe://* from everywhere',
    ]);
    expect(rows([PLAIN, from('10.0.0.0/8')], [TLS, ALL], [all, ALL])).toEqual([
      'anyone-from: p from 10.0.0.0/8',
      'anyone-from: t from everywhere',
      'any-mesh: * spiffe://* from everywhere',
    ]);
    expect(rows([all, ALL])).toEqual(['any-mesh: * spiffe://* from everywhere']);
  });

  it('some of the mesh are never among anyone', () => {
    expect(rows([PLAIN, ALL], [TLS, ALL], [WEB, ALL])).toEqual([
      'anyone: pt from everywhere',
      'account: web.shop.example from everywhere',
    ]);
  });

  it('an identity is one row, from however many networks of others it comes', () => {
    expect(rows([WEB, from('10.0.0.0/8')], [PLAIN, from('10.1.0.0/16')])).toEqual([
      'anyone-from: p from 10.1.0.0/16',
      'account: web.shop.example from 10.0.0.0/8',
    ]);
    expect(rows([WEB, from('10.0.0.0/8')], [mesh('api.shop.example'), from('10.1.0.0/16')])).toEqual([
      'account: web.shop.example from 10.0.0.0/8',
      'account: api.shop.example web.shop.example from 10.1.0.0/16',
    ]);
  });

  it('the widest comes first', () => {
    expect(
      rows(
        [WEB, from('10.0.0.0/8')],
        [mesh('*.bank.example'), from('192.168.0.0/16')],
        [PLAIN, from('172.16.0.0/12')],
      ),
    ).toEqual([
      'anyone-from: p from 172.16.0.0/12',
      'namespace: *.bank.example from 192.168.0.0/16',
      'account: web.shop.example from 10.0.0.0/8',
    ]);
  });
});

it.each([
  ['anyone', PLAIN, ALL],
  ['anyone', PLAIN, ALL.minus(NetworkSet.LOOPBACK)],
  ['anyone-from', PLAIN, from('0.0.0.0/0')],
  ['anyone-from', TLS, ALL],
  ['any-mesh', mesh('*'), from('10.0.0.0/8')],
  ['namespace', mesh('*.shop.example'), ALL],
  ['namespace', mesh('web.shop.example', '*.bank.example'), ALL],
  ['account', WEB, ALL],
  ['account', mesh('spiffe://corp/vm'), ALL],
] as const)('a set is as wide as its widest row: %s', (width, peers, networks) => {
  expect(breadth(ClientSet.of(peers, networks))).toBe(width);
});

it('every SPIFFE id is as wide as a namespace, and nobody is as narrow as can be', () => {
  const spiffe = new ClientIdentities(false, false, IdentitySet.ALL.minus(named('*')));
  expect(breadth(ClientSet.of(spiffe, ALL))).toBe('namespace');
  expect(breadth(ClientSet.NONE)).toBe('account');
  expect(clientGroups(ClientSet.NONE)).toEqual([]);
});

it('a set of clients is written to JSON by what it says', () => {
  expect(
    JSON.stringify(
      ClientSet.of(new ClientIdentities(true, false, named('*.shop.example')), from('10.0.0.0/8')),
    ),
  ).toBe(
    '[{"peers":{"withoutTls":true,"unauthenticatedTls":false,"identities":[{"text":"*.shop.example","except":[]}]},"networks":["10.0.0.0/8"]}]',
  );
});
