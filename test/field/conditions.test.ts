import type { Cluster } from '../../lib/cluster/cluster';
import { diff } from '../../lib/questions/diff/diff';
import { run, type Run } from '../helpers/command';
import { clusterOf, manifest, server } from '../helpers/manifests';

const JAIL = `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny }
---
`;

const CONTAINER = '{ name: c, image: x, ports: [{ containerPort: 8080, name: http }] }';

function deployment(
  name: string,
  account = name,
  kind = 'Deployment',
  metadata = '',
  annotations = '',
): string {
  const template = `{ metadata: { labels: { app: ${name} }, annotations: { ${annotations} } }, spec: { serviceAccountName: ${account}, containers: [${CONTAINER}] } }`;
  const spec = `{ selector: { matchLabels: { app: ${name} } }, template: ${template} }`;
  return manifest('apps/v1', kind, metadata === '' ? name : `${name}-1`, spec, metadata);
}

/** A meshed pod of a Deployment, as it runs. */
function running(of: string, { labels = '', annotations = '', account = of } = {}): string {
  return `
apiVersion: v1
kind: Pod
metadata:
  name: ${of}-abc-1
  namespace: shop
  uid: u
  labels: { app: ${of}, pod-template-hash: abc, linkerd.io/control-plane-ns: linkerd${labels} }
  annotations: { config.linkerd.io/default-inbound-policy: deny${annotations} }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: ${of}-abc, controller: true, uid: r }]
spec:
  serviceAccountName: ${account}
  containers: [${CONTAINER}, { name: linkerd-proxy, image: cr.l5d.io/linkerd/proxy:edge }]
status: { phase: Running }
---
`;
}

function admits(name: string, target: string, reference: string): string {
  const spec = `{ targetRef: ${target}, requiredAuthenticationRefs: [${reference}] }`;
  return manifest('policy.linkerd.io/v1alpha1', 'AuthorizationPolicy', name, spec);
}

const toServer = (name: string): string => `{ group: policy.linkerd.io, kind: Server, name: ${name} }`;
const account = (name: string): string => `{ kind: ServiceAccount, name: ${name} }`;
const API = 'podSelector: { matchLabels: { app: api } }, port: 8080';
const OLD = 'podSelector: { matchLabels: { old: "yes" } }, port: 8080';

function ask(words: string, input: string): Promise<Run> {
  return run([...words.split(' '), '--no-config', '-'], { stdin: JAIL + deployment('api') + input });
}

/** What `can` says first, without the question. */
async function verdict(input: string, from = 'shop/deployment/web', port = 8080, more = ''): Promise<string> {
  const { out } = await ask(`can ${from} shop/deployment/api:${port}${more}`, deployment('web') + input);
  return (out.split('\n')[0] ?? '').replace(/: \S+ (to|may not reach) \S+:\d+/, '');
}

describe('what only possibly decides is not dropped', () => {
  const grpc =
    server('a', `{ ${API}, proxyProtocol: HTTP/1 }`) +
    server('b', `{ ${API}, proxyProtocol: gRPC }`) +
    admits('web', toServer('b'), account('web'));

  it('the gRPC calls of one Server beside the HTTP requests of another', async () => {
    const { out, status } = await ask(
      'can shop/deployment/web shop/deployment/api:8080',
      deployment('web') + grpc,
    );
    expect(status).toBe(1);
    expect(out).toContain(
      'gRPC calls     deny if server/a is older than server/b; allow if server/b is older',
    );
    const any = await ask('can shop/deployment/web shop/deployment/api:8080 --any', deployment('web') + grpc);
    expect(any.status).toBe(0);
    const { out: authz } = await ask('authz -n shop', deployment('web') + grpc);
    expect(authz).toContain('web (possibly)');
  });

  it('a route beside another one of its name, but of another group', async () => {
    const route = (group: string, parent: string, path: string): string =>
      manifest(
        group,
        'HTTPRoute',
        'r',
        `{ parentRefs: [${toServer(parent)}], rules: [{ matches: [{ path: { type: PathPrefix, value: ${path} } }] }] }`,
      );
    const input =
      server('a', `{ ${API} }`) +
      server('b', `{ ${API} }`) +
      route('policy.linkerd.io/v1beta3', 'a', '/a') +
      route('gateway.networking.k8s.io/v1', 'b', '/b') +
      admits('web', '{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: r }', account('web'));
    const { out } = await ask('can shop/deployment/web shop/deployment/api:8080', deployment('web') + input);
    expect(out).toContain('allow if server/b is older than server/a');
    const { status } = await ask(
      'can shop/deployment/web shop/deployment/api:8080 --any',
      deployment('web') + input,
    );
    expect(status).toBe(0);
  });

  it('a Server of unknown age that selects running pods alone', async () => {
    const input =
      server('a', `{ ${API} }`) +
      server('b', `{ ${OLD}, accessPolicy: all-unauthenticated }`) +
      running('api', { labels: ', old: "yes"' });
    expect(await verdict(input, 'unmeshed')).toBe(
      'depends: deny, unless it reaches pod/api-abc-1, which still runs as it was created, and server/b is older than server/a',
    );
  });
});

describe('what runs already', () => {
  it('is the client too, with the identity that it has', async () => {
    const input = server('a', `{ ${API} }`) + admits('old', toServer('a'), account('old'));
    const pods = running('web', { account: 'old' });
    expect(await verdict(input + pods)).toBe(
      'depends: deny, unless it is pod/web-abc-1, which still runs as it was created',
    );
    const { out } = await ask('map --pairs', deployment('web') + input + pods);
    expect(out).toMatch(/shop\/deployment\/web +shop\/deployment\/api +8080 \(http\) +depends/);
  });

  it('may be the pods of an older ReplicaSet, which the input need not have', async () => {
    const owner = 'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: api, controller: true }]';
    const old = deployment('api', 'api', 'ReplicaSet', owner, 'linkerd.io/inject: disabled');
    expect(await verdict(old, 'unmeshed')).toBe(
      'depends: deny, unless it reaches replicaset/api-1, which still runs as it was created',
    );
    expect((await ask('break-in', old)).out).toContain('into  replicaset/api-1: 8080 (http)');
    const none = old.replace('spec: { selector', 'spec: { replicas: 0, selector');
    expect(await verdict(none, 'unmeshed')).toMatch(/^deny/);
    const same = deployment('api', 'api', 'ReplicaSet', owner);
    expect((await ask('break-in', same)).out).not.toContain('replicaset');
  });

  it('has ports of its own, which the map shows', async () => {
    const pods = running('api', { annotations: ', config.linkerd.io/skip-inbound-ports: "9000"' });
    const { out } = await ask('map', pods);
    expect(out).toContain('deployment/api: 9000\n    depends  everyone');
    expect(out).toMatch(/^outside the cluster +\+\?$/m);
  });

  it('may be judged by routes where new pods are not judged at all', async () => {
    const skipped = deployment(
      'api',
      'api',
      'Deployment',
      '',
      'config.linkerd.io/skip-inbound-ports: "8080"',
    );
    const route = manifest(
      'policy.linkerd.io/v1beta3',
      'HTTPRoute',
      'r',
      `{ parentRefs: [${toServer('a')}], rules: [{ matches: [{ method: GET }] }] }`,
    );
    const input =
      skipped + server('a', `{ ${API}, accessPolicy: all-unauthenticated }`) + route + running('api');
    const { out } = await ask('can unmeshed shop/deployment/api:8080', input);
    expect(out).toMatch(/depends +requests that no route matches/);
  });
});

it('the ranges of Nodes say nothing where pods have other addresses', async () => {
  const node = `
apiVersion: v1
kind: Node
metadata: { name: node-1 }
spec: { podCIDRs: [10.244.0.0/24] }
status: { addresses: [{ type: InternalIP, address: 10.0.0.1 }] }
---
`;
  const pod = `
apiVersion: v1
kind: Pod
metadata: { name: other, namespace: shop }
spec: { containers: [{ name: c, image: x }] }
status: { podIP: ADDRESS }
---
`;
  const networks = manifest(
    'policy.linkerd.io/v1alpha1',
    'NetworkAuthentication',
    'nets',
    '{ networks: [{ cidr: 192.168.0.0/16 }] }',
  );
  const reference = '{ group: policy.linkerd.io, kind: NetworkAuthentication, name: nets }';
  const input = node + server('a', `{ ${API} }`) + networks + admits('nets', toServer('a'), reference);
  expect(await verdict(input + pod.replace('ADDRESS', '10.244.0.7'))).toMatch(/^deny/);
  expect(await verdict(input + pod.replace('ADDRESS', '192.168.3.4'))).toBe(
    'depends: deny, unless its address is in 192.168.0.0/16',
  );
});

describe('conditions are true as printed', () => {
  it('branch by branch, where each has some of its own', async () => {
    const input =
      server('a', `{ ${API} }`) +
      server('b', `{ ${API} }`) +
      admits('gone', toServer('b'), '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: gone }') +
      admits('web', toServer('a'), account('web'));
    expect(await verdict(input)).toBe(
      'depends: if server/a is older than server/b: allow; if server/b is older than server/a: deny, unless meshtlsauthentication shop/gone, which authorizationpolicy/gone refers to, is there and admits it',
    );
  });

  it('with the flags that settle them', async () => {
    const input = server('a', `{ ${API} }`) + server('b', `{ ${API}, accessPolicy: all-unauthenticated }`);
    const { out, err } = await ask('can unmeshed shop/deployment/api:8080', input);
    expect(out).toMatch(/to settle it: --ages index \(https:.*\/what-an-answer-rests-on\.md\)/);
    expect(err).not.toContain('assuming');
    expect(await verdict(input, 'unmeshed', 8080, ' --ages index')).toMatch(/^deny/);
  });
});

it('diff does not combine thirty undated Servers in all ways, and finds what one of them lost', async () => {
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  const policy = (lost?: number): string =>
    numbers
      .map((i) => {
        const routes = [0, 1, 2].map((j) => {
          const match = `{ path: { type: PathPrefix, value: / }, headers: [{ name: h${j}, value: v${i} }] }`;
          const parent = `parentRefs: [${toServer(`s${i}`)}]`;
          return manifest(
            'policy.linkerd.io/v1beta3',
            'HTTPRoute',
            `r${i}-${j}`,
            `{ ${parent}, rules: [{ matches: [${match}] }] }`,
          );
        });
        const target = `{ group: policy.linkerd.io, kind: HTTPRoute, name: r${i}-1 }`;
        return (
          server(`s${i}`, `{ ${API} }`) +
          routes.join('') +
          (i === lost ? '' : admits(`x${i}`, target, account('web')))
        );
      })
      .join('');
  const [before, after] = [undefined, 7].map((lost) => diffSide(policy(lost)));
  const { opened, closed } = diff(before ?? diffSide(''), after ?? diffSide(''));
  expect(opened).toEqual([]);
  expect(closed.map(({ before: was, after: is, conditions }) => [was, is, ...conditions])).toEqual([
    ['depends', 'deny', expect.stringMatching(/^server\/s7 is older than /)],
  ]);
});

function diffSide(input: string): Cluster {
  return clusterOf(JAIL + deployment('api') + deployment('web') + input);
}
