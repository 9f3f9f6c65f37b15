import { completeness } from '../../lib/cluster/cluster-options';
import { flagFor, isRunning, mayAdmit, oldestOfAll, reachesRunning } from '../../lib/cluster/unknown';
import { manifest, objectsIn, server } from '../helpers/manifests';

function servers(...names: readonly string[]): ReturnType<typeof objectsIn> {
  return objectsIn(names.map((name) => server(name, '{ podSelector: {}, port: 80 }')).join(''));
}

describe('of objects of unknown age, each may be the oldest', () => {
  const words = (...sources: ReturnType<typeof objectsIn>): string[] =>
    oldestOfAll(sources).map(({ text }) => text);

  it('and is told with the others', () => {
    expect(words(...servers('a', 'b', 'c'))).toEqual([
      'server/a is older than server/b and server/c',
      'server/b is older than server/a and server/c',
      'server/c is older than server/a and server/b',
    ]);
  });

  it('of which three are named, and the rest counted', () => {
    expect(words(...servers('a', 'b', 'c', 'd', 'e'))).toEqual([
      'server/a is older than server/b, server/c, server/d and 1 more',
      'server/b is older than server/a, server/c, server/d and 1 more',
      'server/c is older than server/a, server/b, server/d and 1 more',
      'server/d is older than server/a, server/b, server/c and 1 more',
      'server/e is older than server/a, server/b, server/c and 1 more',
    ]);
  });

  it('by its group, where another has the same name', () => {
    const route = (group: string): string => manifest(`${group}/v1`, 'HTTPRoute', 'r', '{}');
    const [linkerd, gateway] = objectsIn(
      route('policy.linkerd.io') + route('gateway.networking.k8s.io') + server('s', '{}'),
    );
    expect(words(linkerd!, gateway!)).toEqual([
      'httproute/r of policy.linkerd.io is older than httproute/r of gateway.networking.k8s.io',
      'httproute/r of gateway.networking.k8s.io is older than httproute/r of policy.linkerd.io',
    ]);
  });
});

describe('what the input does not say', () => {
  const [from] = objectsIn(manifest('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', 'p', '{}'));
  const pods = objectsIn(['b', 'a'].map((name) => manifest('v1', 'Pod', name, '{}')).join(''));
  const conditions = {
    age: oldestOfAll(servers('a', 'b'))[0]!,
    reference: mayAdmit({ from: from!, kind: 'MeshTLSAuthentication', namespace: 'shop', name: 'm' }),
    target: reachesRunning(pods),
    client: isRunning(pods.slice(0, 1)),
  };

  it('is told as a condition', () => {
    expect(Object.values(conditions).map(({ text }) => text)).toEqual([
      'server/a is older than server/b',
      'meshtlsauthentication shop/m, which authorizationpolicy/p refers to, is there and admits it',
      'it reaches pod/a or pod/b, which still run as they were created',
      'it is pod/b, which still runs as it was created',
    ]);
  });

  it('is settled by a flag, but for what runs', () => {
    expect(Object.values(conditions).map(({ unknown }) => flagFor(unknown))).toEqual([
      '--ages index',
      '--complete',
      undefined,
      undefined,
    ]);
    expect(flagFor({ kind: 'address' })).toBe('--pod-networks');
  });

  it('is known of which end of a connection it is', () => {
    expect([conditions.target, conditions.client].map(({ unknown }) => unknown)).toMatchObject([
      { kind: 'running', of: 'target' },
      { kind: 'running', of: 'client' },
    ]);
  });
});

describe('the input is whole', () => {
  it('in all, if that is said', () => {
    expect(completeness(true)('Server', 'shop')).toBe(true);
  });

  it('for some kinds, in all namespaces or in some', () => {
    const isWhole = completeness([
      { kinds: ['Server', 'HTTPRoute'], namespaces: ['shop', 'bank'] },
      { kinds: ['NetworkAuthentication'] },
    ]);
    expect(isWhole('Server', 'shop')).toBe(true);
    expect(isWhole('httproute', 'bank')).toBe(true);
    expect(isWhole('Server', 'club')).toBe(false);
    expect(isWhole('GRPCRoute', 'shop')).toBe(false);
    expect(isWhole('NetworkAuthentication', 'club')).toBe(true);
    expect(completeness([])('Server', 'shop')).toBe(false);
  });
});
