import fc from 'fast-check';
import { parseIdentity, matchesIdentity, type IdentityMatch } from '../../lib/linkerd/identity';
import { formatAddress, parseAddress, parseNetwork } from '../../lib/linkerd/network';
import { ClientSet, ClientIdentities } from '../../lib/sets/client-set';
import { IdentitySet } from '../../lib/sets/identity-set';
import { NetworkSet } from '../../lib/sets/network-set';
import { lawRuns } from '../helpers/laws';

const numRuns = lawRuns(300);

const label = fc.constantFrom('a', 'b', 'c', '__proto__', '');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const identity = fc.oneof(name, fc.constantFrom('spiffe://x/1', 'spiffe://x/2', 'spiffe://x/3'));
const pattern: fc.Arbitrary<IdentityMatch> = fc
  .oneof(
    name,
    name.map((suffix) => `*.${suffix}`),
    fc.constant('*'),
    fc.constantFrom('spiffe://x/1', 'spiffe://x/2'),
  )
  .map(parseIdentity);

const identities = fc.letrec<{ set: IdentitySet }>((tie) => ({
  set: fc.oneof(
    { depthSize: 'small' },
    pattern.map((one) => IdentitySet.of(one)),
    fc.constant(IdentitySet.ALL),
    fc.tuple(tie('set'), tie('set')).map(([a, b]) => a.or(b)),
    fc.tuple(tie('set'), tie('set')).map(([a, b]) => a.and(b)),
    fc.tuple(tie('set'), tie('set')).map(([a, b]) => a.minus(b)),
  ),
})).set;

const cidr = fc.constantFrom(
  '0.0.0.0/0',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '::/0',
  'fd00::/8',
  'fd00::7',
  '::ffff:0:0/95',
  '128.0.0.0/1',
);
const address = fc
  .constantFrom(
    '0.0.0.0',
    '9.255.255.255',
    '10.0.0.0',
    '10.1.2.3',
    '10.1.255.255',
    '10.2.0.0',
    '255.255.255.255',
    '::',
    'fd00::7',
    'fd00::8',
    'fe00::',
  )
  .map((text) => {
    const parsed = parseAddress(text);
    if (parsed === undefined) throw new Error(text);
    return parsed;
  });

function network(text: string): NetworkSet {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(text);
  return NetworkSet.of(parsed);
}

const networks = fc.letrec<{ set: NetworkSet }>((tie) => ({
  set: fc.oneof(
    { depthSize: 'small' },
    cidr.map(network),
    fc.tuple(tie('set'), tie('set')).map(([a, b]) => a.or(b)),
    fc.tuple(tie('set'), tie('set')).map(([a, b]) => a.and(b)),
    tie('set').map((a) => a.complement()),
  ),
})).set;

describe('a set of identities', () => {
  it('of one pattern has the identities that the pattern matches', () => {
    fc.assert(
      fc.property(
        pattern,
        identity,
        (one, who) => IdentitySet.of(one).has(who) === matchesIdentity(one, who),
      ),
      { numRuns: 4 * numRuns },
    );
  });

  it('has members by the logic of or, and, minus', () => {
    fc.assert(
      fc.property(identities, identities, identity, (a, b, who) => {
        expect(a.or(b).has(who)).toBe(a.has(who) || b.has(who));
        expect(a.and(b).has(who)).toBe(a.has(who) && b.has(who));
        expect(a.minus(b).has(who)).toBe(a.has(who) && !b.has(who));
      }),
      { numRuns: 4 * numRuns },
    );
  });

  it('is equal to another in its key when no identity tells them apart', () => {
    fc.assert(
      fc.property(identities, identities, (a, b) => {
        expect(a.minus(b).or(a.and(b)).key).toBe(a.key);
        expect(a.or(b).key).toBe(b.or(a).key);
        expect(a.minus(a).isEmpty).toBe(true);
        expect(IdentitySet.ALL.minus(IdentitySet.ALL.minus(a)).key).toBe(a.key);
      }),
    );
  });

  it('gives a witness that is in it, and none only if it is empty', () => {
    fc.assert(
      fc.property(identities, (set) => {
        const witness = set.witness();
        expect(witness === undefined).toBe(set.isEmpty);
        if (witness !== undefined) expect(set.has(witness)).toBe(true);
      }),
    );
    expect(IdentitySet.ALL.witness(['me.example'])).toBe('me.example');
  });

  it('describes itself in the words of policy', () => {
    const describe = (...patterns: string[]): unknown =>
      IdentitySet.fromPatterns(patterns.map(parseIdentity))
        .describe()
        .map(({ text }) => text);
    expect(describe('a.b', '*.c', 'spiffe://x/1')).toEqual(['a.b', '*.c', 'spiffe://x/1']);
    const all = IdentitySet.of(parseIdentity('*'));
    expect(
      all
        .minus(IdentitySet.of(parseIdentity('*.b.c')))
        .minus(IdentitySet.of(parseIdentity('d')))
        .describe(),
    ).toEqual([{ text: '*', except: ['*.b.c', 'd'] }]);
    expect(IdentitySet.ALL.describe()).toEqual([
      { text: '*', except: [] },
      { text: 'spiffe://*', except: [] },
    ]);
  });
});

describe('a set of networks', () => {
  it('has members by the logic of or, and, minus, complement', () => {
    fc.assert(
      fc.property(networks, networks, address, (a, b, one) => {
        expect(a.or(b).has(one)).toBe(a.has(one) || b.has(one));
        expect(a.and(b).has(one)).toBe(a.has(one) && b.has(one));
        expect(a.minus(b).has(one)).toBe(a.has(one) && !b.has(one));
        expect(a.complement().has(one)).toBe(!a.has(one));
      }),
      { numRuns: 4 * numRuns },
    );
  });

  it('is equal to another in its key when no address tells them apart', () => {
    fc.assert(
      fc.property(networks, networks, (a, b) => {
        expect(a.minus(b).or(a.and(b)).key).toBe(a.key);
        expect(a.complement().complement().key).toBe(a.key);
        expect(a.or(a.complement()).isAll).toBe(true);
      }),
    );
  });

  it('writes itself as CIDRs that mean it', () => {
    fc.assert(
      fc.property(networks, (set) => {
        expect(
          set
            .cidrs()
            .map(network)
            .reduce((all, one) => all.or(one), NetworkSet.NONE).key,
        ).toBe(set.key);
      }),
    );
    expect(NetworkSet.ALL.cidrs()).toEqual(['0.0.0.0/0', '::/0']);
    expect(network('10.0.0.0/8').minus(network('10.128.0.0/9')).cidrs()).toEqual(['10.0.0.0/9']);
  });

  it('never has an IPv4-mapped address, because no client has one (3.13)', () => {
    expect(network('::ffff:10.0.0.0/104').isEmpty).toBe(true);
    expect(
      NetworkSet.ALL.ranges()
        .map(({ first }) => formatAddress({ family: 6, value: first }))
        .at(-1),
    ).toBe('::1:0:0:0');
  });

  it('of a policy leaves out the exceptions of each item, not of others', () => {
    const items = [
      { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] },
      { cidr: '10.1.2.0/24', except: [] },
    ].map((item) => {
      const parsed = parseNetwork(item.cidr);
      const except = item.except.map((hole) => parseNetwork(hole));
      if (parsed === undefined) throw new Error(item.cidr);
      return { network: parsed, except: except.filter((hole) => hole !== undefined) };
    });
    const set = NetworkSet.fromItems(items);
    const has = (text: string): boolean => {
      const one = parseAddress(text);
      return one !== undefined && set.has(one);
    };
    expect(['10.0.0.1', '10.1.1.1', '10.1.2.3', '11.0.0.1'].filter(has)).toEqual(['10.0.0.1', '10.1.2.3']);
  });
});

describe('a set of clients', () => {
  const peers = fc
    .tuple(fc.boolean(), fc.boolean(), identities)
    .map(([plain, tls, some]) => new ClientIdentities(plain, tls, some));
  const clients = fc
    .array(fc.tuple(peers, networks), { maxLength: 3 })
    .map((boxes) => boxes.reduce((all, [who, where]) => all.or(ClientSet.of(who, where)), ClientSet.NONE));
  const client = fc.oneof(
    fc.record({
      ip: address.map(formatAddress),
      tls: fc.constantFrom('none' as const, 'unauthenticated-tls' as const),
    }),
    fc.record({ ip: address.map(formatAddress), tls: fc.constant('mesh' as const), identity }),
  );

  it('has members by the logic of or, and, minus', () => {
    fc.assert(
      fc.property(clients, clients, client, (a, b, who) => {
        expect(a.or(b).has(who)).toBe(a.has(who) || b.has(who));
        expect(a.and(b).has(who)).toBe(a.has(who) && b.has(who));
        expect(a.minus(b).has(who)).toBe(a.has(who) && !b.has(who));
      }),
      { numRuns: 2 * numRuns },
    );
  });

  it('is equal to another in its key when no client tells them apart', () => {
    fc.assert(
      fc.property(clients, clients, (a, b) => {
        expect(a.minus(b).or(a.and(b)).key).toBe(a.key);
        expect(a.minus(a).isEmpty).toBe(true);
        expect(a.or(b).key).toBe(b.or(a).key);
      }),
    );
  });

  it('gives witnesses that are in it, one for each box', () => {
    fc.assert(
      fc.property(clients, (set) => {
        expect(set.witnesses().every((who) => set.has(who))).toBe(true);
        expect(set.witnesses()).toHaveLength(set.boxes.length);
        expect(set.witness() === undefined).toBe(set.isEmpty);
      }),
    );
  });

  it('prefers the witness that a person would try', () => {
    expect(ClientSet.ALL.witness()).toEqual({ ip: '10.1.2.3', tls: 'none' });
    expect(
      ClientSet.of(new ClientIdentities(false, false, IdentitySet.ALL), network('192.0.2.0/24')).witness({
        identities: ['x.y'],
      }),
    ).toEqual({
      ip: '192.0.2.1',
      tls: 'mesh',
      identity: 'x.y',
    });
  });
});
