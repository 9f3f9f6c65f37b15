import fc from 'fast-check';
import { Cluster, CONNECTION } from '../../../lib/analysis';
import { accessWhole, decideWhole, type WholeAccess } from '../../../lib/questions/can/whole-port';
import type { ClientSet } from '../../../lib/sets/client-set';
import type { ReachVerdict } from '../../../lib/questions/can/can';
import { mayLetIn } from '../../../lib/verdict/decision';
import { client, clusterWith, objects, port } from '../../arbitrary/cluster';
import { lawRuns } from '../../helpers/laws';
import { manifest, objectsIn } from '../../helpers/manifests';

const POD = manifest(
  'v1',
  'Pod',
  'web',
  `{ containers: [{ name: web, image: x, ports: [{ containerPort: 8080, name: http }], livenessProbe: { httpGet: { path: /live, port: http } } }] }`,
  'annotations: { linkerd.io/inject: enabled }',
);

function server(spec: string): string {
  return manifest('policy.linkerd.io/v1beta3', 'Server', 'http', `{ podSelector: {}, port: http, ${spec} }`);
}

function route(name: string, path: string): string {
  const parent = '{ group: policy.linkerd.io, kind: Server, name: http }';
  const match = `{ path: { type: Exact, value: ${path} } }`;
  return manifest(
    'policy.linkerd.io/v1beta3',
    'HTTPRoute',
    name,
    `{ parentRefs: [${parent}], rules: [{ matches: [${match}] }] }`,
  );
}

const FRIENDS = manifest(
  'policy.linkerd.io/v1alpha1',
  'AuthorizationPolicy',
  'friends',
  '{ targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: api }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: friend }] }',
);

const FRIEND = 'friend.shop.serviceaccount.identity.linkerd.cluster.local';
const PORT = 'shop/pod/web:8080';

function cluster(...texts: readonly string[]): Cluster {
  return Cluster.load(objectsIn(POD + texts.join('')).map(({ object }) => object));
}

describe('decide without a request', () => {
  it.each(['HTTP/1', 'HTTP/2', 'gRPC'])('says allow of an open port that speaks %s', (protocol) => {
    const open = cluster(server(`proxyProtocol: ${protocol}, accessPolicy: all-unauthenticated`));
    expect(open.decide(PORT, 'unmeshed')).toMatchObject({
      verdict: 'allow',
      server: 'server/http',
      because: 'default/all-unauthenticated admits this client',
    });
    expect(open.decide(PORT, 'unmeshed', CONNECTION)).toMatchObject({
      verdict: 'deny',
      reason: 'protocol-mismatch',
    });
  });

  it('says deny of a closed port, though Linkerd lets probes through', () => {
    const closed = cluster(server('proxyProtocol: HTTP/1'));
    expect(closed.decide(PORT, 'unmeshed').verdict).toBe('deny');
    expect(closed.decide(PORT, 'unmeshed', { path: '/live' }).verdict).toBe('allow');
  });

  it('says partly where only some routes admit the client, and what becomes of each', () => {
    const some = cluster(
      server('proxyProtocol: HTTP/1'),
      route('api', '/api'),
      route('ops', '/ops'),
      FRIENDS,
    );
    const { verdict, because, classes } = some.decide(PORT, FRIEND);
    expect([verdict, because]).toMatchInlineSnapshot(`
      [
        "partly",
        "httproute/api: allow, authorizationpolicy/friends admits this client; httproute/ops: deny, no authorization of server/http admits this client",
      ]
    `);
    expect(classes.map(({ name }) => name)).toEqual(['httproute/api', 'httproute/ops']);
  });

  it('says that a workload is not there', () => {
    const { verdict, notFound } = cluster().decide(
      { namespace: 'shop', kind: 'pod', name: 'gone', port: 1 },
      'unmeshed',
    );
    expect([verdict, notFound]).toEqual(['not-found', 'workload']);
  });
});

describe('access without a request', () => {
  it('has everybody whom an open port admits', () => {
    const open = cluster(server('proxyProtocol: HTTP/1, accessPolicy: all-unauthenticated'));
    expect(open.access(PORT).allow.isAll).toBe(true);
    expect(open.access(PORT, CONNECTION).allow.isEmpty).toBe(true);
  });

  it('can be written as JSON, as sets of clients', () => {
    const closed = cluster(server('proxyProtocol: HTTP/1'));
    const { allow, grants } = JSON.parse(JSON.stringify(closed.access(PORT))) as Record<string, unknown>;
    expect(JSON.stringify(closed.access(PORT, { path: '/live' }))).toContain('0.0.0.0/0');
    expect(grants).toMatchObject([{ name: 'default/localhost', clients: allow }]);
    expect(allow).toMatchInlineSnapshot(`
      [
        {
          "networks": [
            "127.0.0.1/32",
            "::1/128",
          ],
          "peers": {
            "identities": [
              {
                "except": [],
                "text": "*",
              },
              {
                "except": [],
                "text": "spiffe://*",
              },
            ],
            "unauthenticatedTls": true,
            "withoutTls": true,
          },
        },
      ]
    `);
  });

  it('tells who gets in with some of the traffic from who gets in with all', () => {
    const some = cluster(
      server('proxyProtocol: HTTP/1'),
      route('api', '/api'),
      route('ops', '/ops'),
      FRIENDS,
    );
    const { allow, partly, grants } = some.access(PORT);
    const friend = { ip: '10.1.2.3', tls: 'mesh', identity: FRIEND } as const;
    expect([allow.has(friend), partly.has(friend)]).toEqual([false, true]);
    expect(grants.map(({ name }) => name)).toEqual(['authorizationpolicy/friends', 'default/localhost']);
  });
});

type Somebody = Parameters<ClientSet['has']>[0];

function verdictIn({ allow, audit, partly, possibly }: WholeAccess, who: Somebody): ReachVerdict {
  if (allow.has(who)) return 'allow';
  if (audit.has(who)) return 'audit';
  if (possibly.has(who)) return 'depends';
  return partly.has(who) ? 'partly' : 'deny';
}

it('decide() says of each client what access() says of all', () => {
  const met = new Set<ReachVerdict>();
  fc.assert(
    fc.property(objects, client, port, (all, who, number) => {
      const model = clusterWith(all);
      for (const workload of model.workloads) {
        const { verdict, classes } = decideWhole(model, { ...workload, port: number }, who);
        met.add(verdict);
        const isOut = classes.every(({ decision }) => !mayLetIn(decision));
        expect(isOut ? 'deny' : verdict).toBe(verdictIn(accessWhole(model, workload, number), who));
      }
    }),
    { numRuns: lawRuns(300) },
  );
  expect(met.size).toBeGreaterThan(lawRuns(300) < 50 ? 0 : 2);
});
