import { clientAuthorization, LOCALHOST } from '../../lib/cluster/client-authorization';
import { parseIdentity } from '../../lib/linkerd/identity';
import { networksOf } from '../../lib/linkerd/network-match';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { NetworkSet } from '../../lib/sets/network-set';
import {
  clientsOf,
  clientsWithoutTls,
  deliberate,
  placeholderWords,
  possibleClients,
} from '../../lib/verdict/authorized-clients';

const NETWORKS = networksOf(['10.1.0.0/16']);
const HERE = '10.1.2.3';
const UNMESHED = { ip: HERE, tls: 'none' } as const;
const BARE_TLS = { ip: HERE, tls: 'unauthenticated-tls' } as const;
const WEB = { ip: HERE, tls: 'mesh', identity: 'web.shop.example' } as const;
const VM = { ip: HERE, tls: 'mesh', identity: 'spiffe://corp/vm' } as const;

function at(...cidrs: readonly string[]): ClientSet {
  return ClientSet.of(ClientIdentities.ALL, NetworkSet.fromItems(networksOf(cidrs)));
}

describe('the clients of an authorization are, from its networks', () => {
  const kinds = (set: ClientSet): boolean[] => [UNMESHED, BARE_TLS, WEB, VM].map((one) => set.has(one));

  it('all, where it asks for no TLS', () => {
    const set = clientsOf(clientAuthorization({ kind: 'probe' }, NETWORKS, { kind: 'anyone' }));
    expect(kinds(set)).toEqual([true, true, true, true]);
    expect(set.has({ ...UNMESHED, ip: '10.2.0.1' })).toBe(false);
  });

  it('those with TLS that the proxy terminates, be there an identity or not', () => {
    const set = clientsOf(clientAuthorization({ kind: 'probe' }, NETWORKS, { kind: 'tls' }));
    expect(kinds(set)).toEqual([false, true, true, true]);
  });

  it('those of its identities', () => {
    const patterns = [parseIdentity('*.shop.example')];
    const set = clientsOf(clientAuthorization({ kind: 'probe' }, NETWORKS, { kind: 'identities', patterns }));
    expect(kinds(set)).toEqual([false, false, true, false]);
  });
});

it('what people write on purpose is neither for the pod itself nor of an audit mode', () => {
  const of = (policy: 'audit' | 'all-unauthenticated'): typeof LOCALHOST =>
    clientAuthorization({ kind: 'default', policy }, NETWORKS, { kind: 'anyone' });
  const probe = clientAuthorization({ kind: 'probe' }, NETWORKS, { kind: 'anyone' });
  const names = deliberate([of('audit'), LOCALHOST, of('all-unauthenticated'), probe]).map(
    ({ name }) => name,
  );
  expect(names).toEqual(['default/all-unauthenticated', 'default/probe']);
});

describe('of a set of clients', () => {
  it('those without TLS are what a kubelet can be', () => {
    const set = clientsWithoutTls(at('10.1.0.0/16'));
    expect([UNMESHED, BARE_TLS, WEB].map((one) => set.has(one))).toEqual([true, false, false]);
    expect(set.has({ ip: '10.2.0.1', tls: 'none' })).toBe(false);
  });

  it('nobody is at loopback but the pod itself, nor in a network for documentation', () => {
    const set = possibleClients(ClientSet.ALL);
    const has = (ip: string): boolean => set.has({ ip, tls: 'none' });
    expect(['10.1.2.3', '8.8.8.8', 'fd00::1'].map(has)).toEqual([true, true, true]);
    expect(['127.0.0.1', '::1', '192.0.2.1', '198.51.100.1', '203.0.113.7', '2001:db8::1'].map(has)).toEqual(
      Array(6).fill(false),
    );
  });

  it('networks for documentation are told, for they were left as placeholders', () => {
    expect(placeholderWords(at('203.0.113.0/28', '10.0.0.0/8'))).toBe(
      '203.0.113.0/28 is reserved for documentation, so nobody has such an address.',
    );
    expect(placeholderWords(at('203.0.113.0/28', '192.0.2.0/24'))).toBe(
      '192.0.2.0/24 and 203.0.113.0/28 are reserved for documentation, so nobody has such an address.',
    );
    expect(placeholderWords(at('10.0.0.0/8'))).toBe('');
    expect(placeholderWords(ClientSet.NONE)).toBe('');
  });
});
