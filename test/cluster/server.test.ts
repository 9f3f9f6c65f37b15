import { decodeServer, type PortOwnership } from '../../lib/cluster/server';
import { fromObjects } from '../../lib/manifests/parse';
import { pod, server, unchecked, workloadOf } from '../helpers/manifests';

/** What the Servers of a namespace claim of its pod `web`. */
function claims(servers: string, ports = '{ name: http, containerPort: 8080 }'): PortOwnership {
  const cluster = unchecked(pod('web', `{ name: a, image: x, ports: [${ports}] }`) + servers);
  return cluster.portOwnership(workloadOf(cluster));
}

function owners(servers: string, ports?: string): Record<string, string> {
  return Object.fromEntries([...claims(servers, ports).owners].map(([port, { name }]) => [port, name]));
}

function created(second: number): string {
  return `creationTimestamp: "2026-01-01T00:00:0${second}Z"`;
}

const ALL = '{ podSelector: {}, port: 8080 }';

describe('a Server', () => {
  it('without protocol or access policy detects the protocol and denies (1.3)', () => {
    const [only] = unchecked(server('http', ALL, 'labels: { tier: api }')).policyOf('shop').servers;
    expect(only).toMatchObject({
      name: 'http',
      namespace: 'shop',
      labels: { tier: 'api' },
      selects: 'pods',
      port: 8080,
      protocol: 'unknown',
      accessPolicy: 'deny',
      createdAt: -Infinity,
    });
  });

  it('means the same, if the API server had not filled in its defaults (3.6, 4.5)', () => {
    const [source] = fromObjects([
      {
        apiVersion: 'policy.linkerd.io/v1beta3',
        kind: 'Server',
        metadata: { name: 'http' },
        spec: { podSelector: {}, port: 8080 },
      },
    ]).objects;
    expect(source && decodeServer(source, 'shop')).toMatchObject({
      labels: {},
      protocol: 'unknown',
      accessPolicy: 'deny',
    });
  });

  it('of an old version loses its access policy, and denies (1.3)', () => {
    const old = server('http', '{ podSelector: {}, port: 8080, accessPolicy: all-unauthenticated }').replace(
      'v1beta3',
      'v1beta2',
    );
    expect(unchecked(old).policyOf('shop').servers).toMatchObject([{ accessPolicy: 'deny' }]);
  });

  it('with an access policy that Linkerd does not know has none (3.7)', () => {
    const odd = server('http', '{ podSelector: {}, port: 8080, accessPolicy: allow }');
    expect(unchecked(odd).policyOf('shop').servers).toMatchObject([{ accessPolicy: undefined }]);
  });

  it.each([
    ['{ podSelector: {}, port: 0 }', 'W3'],
    ['{ podSelector: {}, port: 65536 }', 'W3'],
    ['{ podSelector: {}, port: true }', 'W3'],
    ['{ podSelector: {} }', 'W3'],
    ['{ podSelector: {}, port: 8080, proxyProtocol: http1 }', 'W1'],
    ['http', '1.3'],
    ['null', '1.3'],
  ])('%s is none that Linkerd can decode (%s)', (spec) => {
    expect(unchecked(server('odd', spec)).policyOf('shop')).toMatchObject({
      servers: [],
      ignored: [{ name: 'server/odd', reason: 'Linkerd cannot decode it' }],
    });
  });
});

describe('a Server claims', () => {
  it('the number that it names, declared or not (3.5)', () => {
    expect(owners(server('s', '{ podSelector: {}, port: 9999 }'))).toEqual({ 9999: 's' });
  });

  it('every number that has the name which it names (3.5)', () => {
    const ports = '{ name: http, containerPort: 8080 }, { name: admin, containerPort: 8081 }';
    expect(owners(server('s', '{ podSelector: {}, port: http }'), ports)).toEqual({ 8080: 's' });
  });

  it('nothing by a name that no container declares, and nothing by a number in quotes (3.5)', () => {
    expect(owners(server('s', '{ podSelector: {}, port: grpc }'))).toEqual({});
    expect(owners(server('s', '{ podSelector: {}, port: "8080" }'))).toEqual({});
  });

  it('nothing of pods that it does not select', () => {
    expect(owners(server('s', '{ podSelector: { matchLabels: { app: other } }, port: 8080 }'))).toEqual({});
    expect(owners(server('s', '{ externalWorkloadSelector: {}, port: 8080 }'))).toEqual({});
  });
});

describe('of two Servers on one port', () => {
  it('the older one owns it, whatever they are called (3.5)', () => {
    const { owners: owning, shadowed } = claims(
      server('a', ALL, created(2)) + server('b', ALL, created(1)) + server('c', ALL, created(3)),
    );
    expect(owning.get(8080)?.name).toBe('b');
    expect(shadowed).toMatchObject([
      { port: 8080, server: { name: 'a' }, owner: { name: 'b' }, ambiguous: false },
      { port: 8080, server: { name: 'c' }, owner: { name: 'b' }, ambiguous: false },
    ]);
  });

  it('created in the same second the first by name owns it, in the cluster as well (3.5)', () => {
    const { owners: owning, shadowed } = claims(server('b', ALL, created(1)) + server('a', ALL, created(1)));
    expect(owning.get(8080)?.name).toBe('a');
    expect(shadowed).toMatchObject([{ server: { name: 'b' }, ambiguous: false }]);
  });

  it('of which neither has a timestamp, either may own it (E5)', () => {
    const { owners: owning, candidates, shadowed } = claims(server('b', ALL) + server('a', ALL));
    expect(owning.get(8080)?.name).toBe('a');
    expect(candidates.get(8080)?.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(shadowed).toMatchObject([{ port: 8080, ambiguous: true }]);
  });

  it.each<[which: string, owner: string, a: string, b: string]>([
    ['first', 'a', created(1), ''],
    ['second', 'b', '', created(1)],
  ])(
    'of which only the %s has a timestamp, that one owns it: the other is applied later (E5)',
    (_, owner, a, b) => {
      const { owners: owning, candidates, shadowed } = claims(server('a', ALL, a) + server('b', ALL, b));
      expect(owning.get(8080)?.name).toBe(owner);
      expect(candidates.size).toBe(0);
      expect(shadowed).toMatchObject([{ port: 8080, ambiguous: false }]);
    },
  );

  it('as the index sorts, the one without a timestamp is the oldest, and names decide between two (3.5)', () => {
    const as = (text: string): PortOwnership => {
      const cluster = unchecked(pod('web', '{ name: a, image: x }') + text, { ages: 'index' });
      return cluster.portOwnership(workloadOf(cluster));
    };
    expect(as(server('a', ALL, created(1)) + server('b', ALL)).owners.get(8080)?.name).toBe('b');
    const tied = as(server('b', ALL) + server('a', ALL));
    expect([tied.owners.get(8080)?.name, tied.candidates.size]).toEqual(['a', 0]);
  });

  it('the younger one still owns what the older one leaves (3.5)', () => {
    const both = '{ name: http, containerPort: 8080 }, { name: more, containerPort: 8081 }';
    const servers =
      server('a', ALL, created(1)) +
      server('b', '{ podSelector: {}, port: 8081 }', created(2)) +
      server('c', ALL, created(2));
    expect(owners(servers, both)).toEqual({ 8080: 'a', 8081: 'b' });
  });
});
