import type { Cluster } from '../../../lib/cluster/cluster';
import { denied, type DeniedCase } from '../../../lib/questions/denied/denied';
import { closing } from '../../../lib/questions/denied/closing';
import { clusterOf, manifest, pod, server } from '../../helpers/manifests';
import { metricLine, plainLines, readSignals, type Denial } from '../../helpers/signals';

const HTTP = 'name: web, image: x, ports: [{ name: http, containerPort: 8080 }]';
const PROBED = `${HTTP}, livenessProbe: { grpc: { port: 8080 } }`;
const NAMESPACE = (policy: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: ${policy} } }
---
`;
const WEB = NAMESPACE('deny') + pod('web', `{ ${HTTP} }`);
const CLOSED = server('http', '{ podSelector: {}, port: http, proxyProtocol: HTTP/1 }');
const FRIEND = manifest(
  'policy.linkerd.io/v1alpha1',
  'AuthorizationPolicy',
  'friends',
  '{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: friend }] }',
);
const friend = 'friend.shop.serviceaccount.identity.linkerd.cluster.local';

const DENIAL: Denial = {
  namespace: 'shop',
  pod: 'web',
  port: 8080,
  server: { group: 'policy.linkerd.io', kind: 'server', name: 'http' },
  route: { group: '', kind: 'default', name: 'default' },
  client: { tls: 'mesh', identity: friend, ip: '10.42.0.9' },
};
const BY_DEFAULT = { ...DENIAL, server: { group: '', kind: 'default', name: 'deny' } };

function lines(denial: Denial, time = '2026-11-25T22:48:48Z'): string[] {
  return plainLines(denial).map((line) => `shop web linkerd-proxy ${time} ${line}`);
}

function one(cluster: Cluster, denial: Denial, time?: string): DeniedCase {
  const { cases } = denied(cluster, readSignals(lines(denial, time)));
  const [only, ...others] = cases;
  if (only === undefined || others.length > 0) throw new Error(`${cases.length} cases`);
  return only;
}

describe("what today's manifests make of a denial", () => {
  const said = (text: string, denial: Denial): string => {
    const { replay } = one(clusterOf(text), denial);
    return `${replay.outcome}: ${replay.because}`;
  };

  it.each([
    [
      'they would still do it',
      WEB + CLOSED,
      DENIAL,
      'still: no authorization of server/http admits this client',
    ],
    [
      'an authorization lets the client in by now',
      WEB + CLOSED + FRIEND,
      DENIAL,
      'no-longer: authorizationpolicy/friends admits it: it was added since, or is not applied yet',
    ],
    [
      'the pod runs with an older default policy',
      NAMESPACE('all-authenticated') + pod('web', `{ ${HTTP} }`),
      BY_DEFAULT,
      'no-longer: the pod runs with default/deny, which it read when it was created, and the manifests say default/all-authenticated; restart shop/pod/web',
    ],
    [
      'the Server that decided is not among them',
      WEB.replace('deny', 'all-authenticated'),
      DENIAL,
      'never: server/http, which decided, is not in namespace shop of the manifests',
    ],
    [
      'the Server that decided does not govern the port',
      WEB +
        CLOSED.replace('port: http', 'port: 9090').replace('name: http', 'name: other') +
        CLOSED.replace('name: http', 'name: http').replace('port: http', 'port: 9090') +
        server('mine', '{ podSelector: {}, port: http, accessPolicy: all-authenticated }'),
      DENIAL,
      'never: server/http decided, but in the manifests it is server/mine that governs the port',
    ],
    [
      'no policy governs the port',
      WEB.replace('linkerd.io/inject: enabled', 'linkerd.io/inject: disabled') + CLOSED,
      DENIAL,
      'never: no policy governs this port in the manifests: shop/pod/web is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled',
    ],
    [
      'the manifests do not have the pod',
      NAMESPACE('deny') + pod('api', `{ ${HTTP} }`),
      DENIAL,
      'open: the manifests have no workload of pod web in namespace shop',
    ],
  ])('%s', (_, text, denial, expected) => {
    expect(said(text, denial)).toBe(expected);
  });

  it('the age of an authorization tells whether it came since', () => {
    const dated = FRIEND.replace(
      'name: friends,',
      "name: friends, creationTimestamp: '2026-11-25T12:00:00Z',",
    );
    const cluster = clusterOf(WEB + CLOSED + dated);
    expect(one(cluster, DENIAL, '2026-11-25T11:00:00Z').replay).toMatchObject({
      outcome: 'no-longer',
      because: 'authorizationpolicy/friends admits it since 2026-11-25T12:00:00.000Z',
    });
    expect(one(cluster, DENIAL, '2026-11-25T13:00:00Z').replay).toMatchObject({ outcome: 'never' });
  });
});

describe('advice', () => {
  const NODE = `
apiVersion: v1
kind: Node
metadata: { name: node-1 }
spec: { podCIDR: 10.42.0.0/24 }
status: { addresses: [{ type: InternalIP, address: 172.18.0.2 }] }
---
`;
  const CALLER = `
apiVersion: v1
kind: Pod
metadata: { name: cron, namespace: jobs }
spec: { serviceAccountName: cron, containers: [{ name: cron, image: x }] }
status: { podIP: 10.42.0.77 }
---
`;
  const advised = (text: string, client: Denial['client']): string => {
    const { advice, proposal } = one(clusterOf(text), { ...DENIAL, client });
    if (advice.kind === 'exception') return JSON.stringify(proposal?.code?.admitted);
    return advice.kind === 'against' ? advice.because : advice.kind;
  };

  it.each([
    [
      'a ServiceAccount is admitted by its identity, from wherever it is',
      WEB + CLOSED,
      DENIAL.client,
      '{"who":{"kind":"serviceAccount","namespace":"shop","name":"friend"}}',
    ],
    [
      'a client of another mesh is not',
      WEB + CLOSED,
      { tls: 'mesh', identity: 'web.shop.serviceaccount.identity.linkerd.elsewhere', ip: '10.1.1.1' },
      'the client is of another mesh, linkerd.elsewhere: who may be web of namespace shop there is decided elsewhere',
    ],
    [
      'a SPIFFE id that nothing has is not',
      WEB + CLOSED,
      { tls: 'mesh', identity: 'spiffe://corp/vm', ip: '10.1.1.1' },
      'nothing in the manifests has the identity spiffe://corp/vm',
    ],
    [
      'an unknown client from outside is not',
      WEB + CLOSED,
      { tls: 'none', ip: '203.0.113.7' },
      'the client is unknown, not meshed, and from outside the cluster',
    ],
    [
      'an address of the cluster that no pod has is not',
      WEB + CLOSED,
      { tls: 'none', ip: '10.42.7.7' },
      'the client has no identity, and no pod of the manifests has its address',
    ],
    [
      'a pod without a proxy is to be meshed first',
      WEB + CLOSED + CALLER,
      { tls: 'none', ip: '10.42.0.77' },
      'jobs/pod/cron is not meshed (neither namespace jobs nor the pod template has linkerd.io/inject: enabled): its address changes with its pods, and would admit whoever has it next',
    ],
    [
      'a node that probes the port is admitted by its address',
      NAMESPACE('deny') + pod('web', `{ ${PROBED} }`) + CLOSED + NODE,
      { tls: 'none', ip: '172.18.0.2' },
      '{"who":{"kind":"anyone"},"network":"172.18.0.2/32"}',
    ],
    [
      'another process of a node is not',
      WEB + CLOSED + NODE,
      { tls: 'none', ip: '10.42.0.1' },
      'the client is on node node-1, and nothing probes this port: any process there has this address',
    ],
  ] as const)('%s', (_, text, client, expected) => {
    expect(advised(text, client)).toBe(expected);
  });

  it('a client that tries many ports of one workload looks for what is open', () => {
    const tried = [8080, 8081, 8082, 8083, 8084].flatMap((port) => lines({ ...BY_DEFAULT, port }));
    const { cases, proposals } = denied(clusterOf(WEB), readSignals(tried));
    expect(cases).toHaveLength(5);
    expect(proposals).toEqual([]);
    expect(new Set(cases.map(({ advice }) => ('because' in advice ? advice.because : '')))).toEqual(
      new Set(['this client tried 5 ports of one workload: that looks like a scan']),
    );
  });
});

describe('the narrowest exception', () => {
  it('is for one route where a route decided, which only an object can say', () => {
    const route = manifest(
      'policy.linkerd.io/v1beta3',
      'HTTPRoute',
      'api',
      '{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], rules: [{ matches: [{ path: { type: PathPrefix, value: /api } }] }] }',
    );
    const { proposal } = one(clusterOf(WEB + CLOSED + route), {
      ...DENIAL,
      route: { group: 'policy.linkerd.io', kind: 'HTTPRoute', name: 'api' },
      path: '/api/x',
    });
    expect(proposal?.code).toBeUndefined();
    expect(proposal?.objects).toMatchObject([
      {
        kind: 'AuthorizationPolicy',
        metadata: { name: 'api-friend.shop' },
        spec: { targetRef: { group: 'policy.linkerd.io', kind: 'HTTPRoute', name: 'api' } },
      },
    ]);
  });

  it('brings a Server for the pods of one workload where the port has none, and two exceptions share it', () => {
    const other = { ...BY_DEFAULT, client: { ...DENIAL.client, identity: friend.replace('friend', 'pal') } };
    const cluster = clusterOf(WEB + pod('api', `{ ${HTTP} }`));
    const { proposals } = denied(cluster, readSignals([...lines(BY_DEFAULT), ...lines(other)]));
    const servers = proposals.map(({ objects }) => objects.filter(({ kind }) => kind === 'Server'));
    expect(servers[0]).toEqual(servers[1]);
    expect(servers[0]).toMatchObject([
      {
        metadata: { name: 'http-web', namespace: 'shop' },
        spec: { accessPolicy: 'deny', podSelector: { matchLabels: { app: 'web' } }, port: 'http' },
      },
    ]);
    expect(proposals.map(({ opens }) => opens.length)).toEqual([1, 1]);
  });
});

describe('from audit to deny', () => {
  it('says who would be lost, of whom, and who is let in by now', () => {
    const audit = { ...DENIAL, isAudit: true };
    const stranger = { ...audit, client: { tls: 'none', ip: '203.0.113.7' } } as const;
    const text = WEB + CLOSED.replace('proxyProtocol', 'accessPolicy: audit, proxyProtocol');
    const reading = readSignals([...lines(audit), ...lines(stranger)]);
    expect(closing(denied(clusterOf(text), reading).cases)).toEqual([
      {
        namespace: 'shop',
        pairs: 2,
        proposed: 1,
        left: 1,
        admitted: 0,
        first: '2026-11-25T22:48:48.000Z',
        last: '2026-11-25T22:48:48.000Z',
      },
    ]);
    expect(closing(denied(clusterOf(text + FRIEND), reading).cases)).toMatchObject([
      { pairs: 1, proposed: 0, left: 1, admitted: 1 },
    ]);
  });
});

it('a log and metrics that tell the same denials are one case', () => {
  const metric = metricLine(DENIAL, 3, { namespace: 'shop', pod: 'web' });
  const reading = readSignals([...lines(DENIAL), ...lines(DENIAL), metric]);
  const { cases } = denied(clusterOf(WEB + CLOSED), reading);
  expect(cases.map(({ count, evidence }) => [count, evidence.map(({ seen }) => seen.source)])).toEqual([
    [3, ['log', 'metrics']],
  ]);
});
