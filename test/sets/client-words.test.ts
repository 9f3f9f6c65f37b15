import { DEFAULT_CONFIG } from '../../lib/linkerd/config';
import { networksOf } from '../../lib/linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { AS_POLICY_SPELLS, clientWords } from '../../lib/sets/client-words';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';
import { inPlainWords } from '../../lib/sets/plain-words';
import { parseIdentity } from '../../lib/linkerd/identity';

const identified = (...patterns: readonly string[]): ClientIdentities =>
  new ClientIdentities(false, false, IdentitySet.fromPatterns(patterns.map(parseIdentity)));
const from = (...cidrs: readonly string[]): NetworkSet => NetworkSet.fromItems(networksOf(cidrs));
const UNMESHED = new ClientIdentities(true, false, IdentitySet.NONE);
const id = (account: string, namespace: string, mesh = 'linkerd.cluster.local'): string =>
  `${account}.${namespace}.serviceaccount.identity.${mesh}`;

it.each([
  ['nobody', 'nobody', ClientSet.NONE],
  ['anyone', 'everyone', ClientSet.of(ClientIdentities.ALL, NetworkSet.ALL)],
  [
    'ServiceAccount web in shop',
    'identity web.shop.serviceaccount.identity.linkerd.cluster.local',
    ClientSet.of(identified(id('web', 'shop')), NetworkSet.ALL),
  ],
  [
    'ServiceAccount web in shop of the mesh l5d.east',
    'identity web.shop.serviceaccount.identity.l5d.east',
    ClientSet.of(identified(id('web', 'shop', 'l5d.east')), NetworkSet.ALL),
  ],
  [
    'every ServiceAccount in namespace shop',
    'identity *.shop.serviceaccount.identity.linkerd.cluster.local',
    ClientSet.of(identified(id('*', 'shop')), NetworkSet.ALL),
  ],
  [
    'every ServiceAccount in the cluster',
    'identity *.serviceaccount.identity.linkerd.cluster.local',
    ClientSet.of(identified('*.serviceaccount.identity.linkerd.cluster.local'), NetworkSet.ALL),
  ],
  [
    'any mesh identity (except SPIFFE ids) but every ServiceAccount in namespace shop, from 10.0.0.0/8',
    'identity * except *.shop.serviceaccount.identity.linkerd.cluster.local from 10.0.0.0/8',
    ClientSet.of(identified('*'), from('10.0.0.0/8')).minus(
      ClientSet.of(identified(id('*', 'shop')), NetworkSet.ALL),
    ),
  ],
  [
    'SPIFFE id spiffe://corp.example/vm',
    'identity spiffe://corp.example/vm',
    ClientSet.of(identified('spiffe://corp.example/vm'), NetworkSet.ALL),
  ],
  [
    'unmeshed clients from 10.1.0.0/16 and 203.0.113.7/32',
    'clients without an identity from 10.1.0.0/16 or 203.0.113.7/32',
    ClientSet.of(UNMESHED, from('10.1.0.0/16', '203.0.113.7/32')),
  ],
  [
    "unmeshed clients from the cluster's networks",
    'clients without an identity from 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12 or 2 more',
    ClientSet.of(UNMESHED, from(...DEFAULT_CONFIG.clusterNetworks)),
  ],
  [
    "unmeshed clients from outside the cluster's networks",
    'clients without an identity from 0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8 or 43 more',
    ClientSet.of(UNMESHED, NetworkSet.ALL.minus(from(...DEFAULT_CONFIG.clusterNetworks))),
  ],
  [
    'unmeshed clients from 10.0.0.0/8 except 10.3.0.0/16',
    'clients without an identity from 10.0.0.0/15, 10.2.0.0/16, 10.4.0.0/14 or 5 more',
    ClientSet.of(UNMESHED, from('10.0.0.0/8').minus(from('10.3.0.0/16'))),
  ],
])('%s; as policy spells them, %s', (plain, spelled, set) => {
  expect(clientWords(set, inPlainWords(DEFAULT_CONFIG))).toBe(plain);
  expect(clientWords(set, AS_POLICY_SPELLS)).toBe(spelled);
});

describe('clients of all namespaces but one, told inside that namespace', () => {
  const but = (all: ClientIdentities, ...patterns: readonly string[]): ClientSet =>
    ClientSet.of(all, NetworkSet.ALL).minus(ClientSet.of(identified(...patterns), NetworkSet.ALL));
  const words = (set: ClientSet): string => clientWords(set, inPlainWords(DEFAULT_CONFIG, 'shop'));

  it.each([
    ['anyone outside shop', but(ClientIdentities.ALL, id('*', 'shop'))],
    [
      'every ServiceAccount in the cluster outside shop',
      but(identified('*.serviceaccount.identity.linkerd.cluster.local'), id('*', 'shop')),
    ],
    [
      'anyone outside shop and ServiceAccount a in z',
      but(ClientIdentities.ALL, id('*', 'shop'), id('a', 'z')),
    ],
    ['anyone but every ServiceAccount in namespace shop-2', but(ClientIdentities.ALL, id('*', 'shop-2'))],
    [
      'anyone but every ServiceAccount in namespace shop of the mesh l5d.east',
      but(ClientIdentities.ALL, id('*', 'shop', 'l5d.east')),
    ],
  ])('are %s', (said, set) => {
    expect(words(set)).toBe(said);
  });

  it('are followed by a comma before their networks', () => {
    const near = ClientSet.of(identified('*'), from('10.0.0.0/8'));
    expect(words(near.minus(ClientSet.of(identified(id('*', 'shop')), NetworkSet.ALL)))).toBe(
      'any mesh identity (except SPIFFE ids) outside shop, from 10.0.0.0/8',
    );
  });
});

describe('who clients are, in plain words', () => {
  const words = (set: ClientSet, home?: string): string =>
    clientWords(set, inPlainWords(DEFAULT_CONFIG, home));
  const of = (peers: ClientIdentities, networks = NetworkSet.ALL): ClientSet => ClientSet.of(peers, networks);
  const everyone = of(ClientIdentities.ALL);
  const without = (...patterns: readonly string[]): ClientSet => everyone.minus(of(identified(...patterns)));
  const allIds = new ClientIdentities(false, false, IdentitySet.ALL);

  it.each<[string, ClientSet]>([
    [
      'unmeshed clients (and any without an identity)',
      of(new ClientIdentities(true, true, IdentitySet.NONE)),
    ],
    ['TLS clients without an identity', of(new ClientIdentities(false, true, IdentitySet.NONE))],
    ['unmeshed clients', of(UNMESHED)],
    ['any mesh identity', of(allIds)],
    ['any mesh identity (except SPIFFE ids)', of(identified('*'))],
    ['every SPIFFE id', of(allIds).minus(of(identified('*')))],
    ['identity web.example', of(identified('web.example'))],
    ['identity *.example', of(identified('*.example'))],
    ['anyone but ServiceAccount web in shop', without(id('web', 'shop'))],
    ['anyone but SPIFFE id spiffe://corp/vm', without('spiffe://corp/vm')],
    [
      'anyone but every ServiceAccount in namespace shop (except ServiceAccount web in shop)',
      without(id('*', 'shop')).or(everyone.and(of(identified(id('web', 'shop'))))),
    ],
  ])('%s', (text, set) => {
    expect(words(set)).toBe(text);
  });

  it('say outside, where those of the own namespace are left out first', () => {
    expect(words(without(id('*', 'shop')), 'shop')).toBe('anyone outside shop');
    expect(words(without(id('*', 'shop')), 'bank')).toBe('anyone but every ServiceAccount in namespace shop');
    expect(words(without(id('*', 'shop')))).toBe('anyone but every ServiceAccount in namespace shop');
    expect(words(without(id('*', 'shop'), id('web', 'zoo')), 'shop')).toBe(
      'anyone outside shop and ServiceAccount web in zoo',
    );
  });

  it('have a comma before where they come from, only where somebody was named as left out', () => {
    const here = from('10.1.0.0/16');
    const at = (set: ClientSet): ClientSet => set.and(of(ClientIdentities.ALL, here));
    expect(words(at(everyone))).toBe('anyone from 10.1.0.0/16');
    expect(words(at(without(id('web', 'shop'))))).toBe(
      'anyone but ServiceAccount web in shop, from 10.1.0.0/16',
    );
    expect(words(at(of(allIds)))).toBe('any mesh identity from 10.1.0.0/16');
    expect(words(at(of(identified(id('web', 'shop')))))).toBe('ServiceAccount web in shop from 10.1.0.0/16');
    const shop = of(identified(id('*', 'shop'))).minus(of(identified(id('web', 'shop'))));
    expect(words(at(shop))).toBe(
      'every ServiceAccount in namespace shop but ServiceAccount web in shop, from 10.1.0.0/16',
    );
    expect(words(at(shop.or(of(identified('a.example')))))).toBe(
      'identity a.example and every ServiceAccount in namespace shop but ServiceAccount web in shop, from 10.1.0.0/16',
    );
  });

  const where = (networks: NetworkSet): string =>
    words(of(UNMESHED, networks)).replace(/^unmeshed clients ?(?:from )?/, '');

  it.each<[string, NetworkSet]>([
    ['', NetworkSet.ALL],
    ['', NetworkSet.ALL.minus(NetworkSet.LOOPBACK)],
    ["outside the cluster's networks", NetworkSet.ALL.minus(from(...DEFAULT_CONFIG.clusterNetworks))],
    ['anywhere except 10.0.0.0/8', NetworkSet.ALL.minus(from('10.0.0.0/8'))],
    [
      'anywhere except 10.0.0.0/8, 11.1.0.0/16, 12.1.0.0/16 and 13.1.0.0/16',
      NetworkSet.ALL.minus(from('10.0.0.0/8', '11.1.0.0/16', '12.1.0.0/16', '13.1.0.0/16')),
    ],
    ['10.0.0.0/8', from('10.0.0.0/8')],
    ['10.0.0.0/8 except 10.1.0.0/16', from('10.0.0.0/8').minus(from('10.1.0.0/16'))],
    ['fd00::/8 except fd00:1::/32', from('fd00::/8').minus(from('fd00:1::/32'))],
    [
      '10.0.0.0/8 except 10.1.0.0/16, 10.3.0.0/16',
      from('10.0.0.0/8').minus(from('10.1.0.0/16', '10.3.0.0/16')),
    ],
    ['10.0.0.0/16 and 10.2.0.0/16', from('10.0.0.0/16', '10.2.0.0/16')],
    ['10.0.0.0/16, 10.2.0.0/16 and 10.64.0.0/16', from('10.0.0.0/16', '10.2.0.0/16', '10.64.0.0/16')],
    ['127.0.0.0/8', from('127.0.0.0/8').minus(from('127.0.0.1'))],
  ])('from %j', (text, networks) => {
    expect(where(networks)).toBe(text);
  });
});
