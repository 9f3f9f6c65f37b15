import { writtenForm } from '../../lib/cluster/stored-objects';
import type { Cluster } from '../../lib/cluster/cluster';
import { clusterOf, manifest, pod, server, workloadOf } from '../helpers/manifests';

function object(apiVersion: string, kind: string, name: string, rest = ''): string {
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}${rest} }
---
`;
}

const HTTP = '{ podSelector: {}, port: 8080 }';

function names(
  of: readonly { readonly source: { readonly object: { readonly metadata: { readonly name: string } } } }[],
): string[] {
  return of.map(({ source }) => source.object.metadata.name);
}

describe('the namespaces of a cluster', () => {
  const TEXT =
    object('v1', 'Namespace', 'zoo') +
    object('example.com/v1', 'Namespace', 'foreign') +
    object('v1', 'ConfigMap', 'settings', ', namespace: only-settings') +
    object('gateway.networking.k8s.io/v1', 'Gateway', 'edge', ', namespace: only-gateway') +
    object('v1', 'Service', 'web', ', namespace: only-service') +
    server('http', HTTP) +
    object('v1', 'Pod', 'web', ', namespace: bank');

  it('are those with a Namespace object, a workload or policy, sorted', () => {
    expect(clusterOf(TEXT).namespaceNames()).toEqual(['bank', 'shop', 'zoo']);
    expect(clusterOf(TEXT + pod('web', '{ name: a, image: x }')).namespaceNames()).toEqual([
      'bank',
      'shop',
      'zoo',
    ]);
  });

  it('are known by their Namespace objects only', () => {
    const cluster = clusterOf(TEXT);
    const known = ['zoo', 'foreign', 'settings', 'shop', 'bank', 'web'].filter((name) =>
      cluster.hasNamespace(name),
    );
    expect(known).toEqual(['zoo']);
  });

  it('are found by the object whose annotations count', () => {
    const cluster = clusterOf(TEXT);
    expect(cluster.namespaceObject('zoo')?.object).toMatchObject({ kind: 'Namespace', apiVersion: 'v1' });
    expect(cluster.namespaceObject('foreign')).toBeUndefined();
    expect(cluster.namespaceObject('shop')).toBeUndefined();
    const twice = clusterOf(
      object('v1', 'Namespace', 'zoo', ', annotations: { a: first }') +
        object('v1', 'Namespace', 'zoo', ', namespace: odd, annotations: { a: last }'),
    );
    expect(twice.namespaceMeta('zoo').annotations).toEqual({ a: 'last' });
    expect(twice.namespaceObject('zoo')?.object.metadata.annotations).toEqual({ a: 'last' });
  });

  it('have all their workloads, also those that another workload makes', () => {
    const owner = ', ownerReferences: [{ kind: Deployment, name: web, controller: true }]';
    const cluster = clusterOf(
      object('apps/v1', 'ReplicaSet', 'web-1', `, namespace: bank${owner}`) +
        object('v1', 'Pod', 'api', ', namespace: bank') +
        object('v1', 'Pod', 'web', ', namespace: shop'),
    );
    expect(cluster.everyWorkloadIn('bank').map(({ name }) => name)).toEqual(['web-1', 'api']);
    expect(cluster.everyWorkloadIn('gone')).toEqual([]);
  });

  it('have the annotations of their Namespace object, and are assumed to have none without it', () => {
    const cluster = clusterOf(
      object(
        'v1',
        'Namespace',
        'zoo',
        ', labels: { a: b }, annotations: { linkerd.io/inject: enabled, c: d }',
      ),
    );
    expect(cluster.namespaceMeta('zoo')).toEqual({
      labels: { a: 'b' },
      annotations: { 'linkerd.io/inject': 'enabled', c: 'd' },
      inherited: { 'linkerd.io/inject': 'enabled' },
    });
    expect(cluster.namespaceMeta('gone')).toEqual({ labels: {}, annotations: {}, inherited: {} });
  });
});

describe('an object without a namespace', () => {
  const TEXT = object('v1', 'Pod', 'web');

  it.each([
    [undefined, 'default'],
    ['bank', 'bank'],
  ])('in a cluster whose default is %p belongs to %s (3.0)', (namespace, expected) => {
    const cluster = clusterOf(TEXT, namespace === undefined ? {} : { namespace });
    expect(workloadOf(cluster).namespace).toBe(expected);
    expect(cluster.workload({ namespace: expected, kind: 'pod', name: 'web' })).toBe(workloadOf(cluster));
    expect(cluster.defaultNamespace).toBe(expected);
    expect(cluster.objects.map((source) => cluster.keyOf(source))).toEqual([`/Pod/${expected}/web`]);
  });

  it('is the same as one that names the default namespace, and the last of them counts', () => {
    const cluster = clusterOf(
      TEXT + object('v1', 'Pod', 'web', ', namespace: bank, labels: { last: "true" }'),
      {
        namespace: 'bank',
      },
    );
    expect(cluster.workloads).toMatchObject([{ pod: { labels: { last: 'true' } } }]);
  });
});

describe('the Services of a namespace', () => {
  it('are its core Services, all of them', () => {
    const cluster = clusterOf(
      object('v1', 'Service', 'a', ', namespace: shop') +
        object('serving.knative.dev/v1', 'Service', 'b', ', namespace: shop') +
        object('v1', 'ConfigMap', 'c', ', namespace: shop') +
        object('v1', 'Service', 'd', ', namespace: shop') +
        object('v1', 'Service', 'e', ', namespace: bank'),
    );
    expect(cluster.servicesIn('shop').map(({ object: { metadata } }) => metadata.name)).toEqual(['a', 'd']);
    expect(cluster.servicesIn('gone')).toEqual([]);
  });
});

describe('the policy of a namespace', () => {
  it('is of the kinds of Linkerd and of Gateway routes, and of no other group', () => {
    const cluster = clusterOf(
      server('http', HTTP) +
        server('foreign', HTTP).replace('policy.linkerd.io/v1beta3', 'example.com/v1') +
        manifest('networking.k8s.io/v1', 'HTTPRoute', 'foreign', '{}'),
    );
    expect(names(cluster.policyOf('shop').servers)).toEqual(['http']);
    expect(cluster.policyOf('shop').routes).toEqual([]);
  });

  it('is empty where there is none', () => {
    expect(clusterOf('').policyOf('gone')).toEqual({
      ignoredRoutes: [],
      servers: [],
      authorizationPolicies: [],
      serverAuthorizations: [],
      uncertain: [],
      routes: [],
      ignored: [],
      grpcParents: new Set(),
    });
  });

  it('is in the order of names, whatever the order of its files', () => {
    const target = '{ kind: Namespace, name: shop }';
    const policies = ['b', 'a', 'c'].map((name) =>
      manifest(
        'policy.linkerd.io/v1alpha1',
        'AuthorizationPolicy',
        name,
        `{ targetRef: ${target}, requiredAuthenticationRefs: [] }`,
      ),
    );
    const legacy = ['e', 'd', 'f'].map((name) =>
      manifest(
        'policy.linkerd.io/v1beta1',
        'ServerAuthorization',
        name,
        '{ server: { selector: {} }, client: { unauthenticated: true } }',
      ),
    );
    const { authorizationPolicies, serverAuthorizations } = clusterOf(
      [...policies, ...legacy].join(''),
    ).policyOf('shop');
    expect(names(authorizationPolicies)).toEqual(['a', 'b', 'c']);
    expect(names(serverAuthorizations)).toEqual(['d', 'e', 'f']);
  });
});

describe('the policy of a port', () => {
  it('is that of its own probes, though another pod of the same Server has probes that read alike', () => {
    const probe = (field: string, path: string): string =>
      `${field}: { httpGet: { port: 8080, path: ${path} } }`;
    const cluster = clusterOf(
      pod('two', `{ name: a, image: x, ${probe('livenessProbe', '/a')}, ${probe('readinessProbe', '/b')} }`) +
        pod('one', `{ name: a, image: x, ${probe('livenessProbe', '/a/b')} }`) +
        server('http', HTTP),
    );
    const probes = (name: string): number | undefined =>
      cluster.inboundPolicy(workloadOf(cluster, name), 8080).routes[1]?.rules[0]?.matches.length;
    expect([probes('two'), probes('one')]).toEqual([2, 1]);
  });
});

describe('an object that admission refuses', () => {
  const BAD = server('http', '{ podSelector: {}, port: 8080, accessPolicy: allow }');

  it('counts as absent, and is said to be refused (3.0)', () => {
    const cluster = clusterOf(BAD);
    expect(cluster.objects).toEqual([]);
    expect(names(cluster.refused)).toEqual(['http']);
    expect(cluster.refused[0]?.violations).toHaveLength(1);
  });

  it('counts, where admission is assumed', () => {
    const cluster = clusterOf(BAD, { assumeAdmitted: true });
    expect(cluster.refused).toEqual([]);
    expect(names(cluster.policyOf('shop').servers)).toEqual(['http']);
  });
});

describe('the stored form of an object', () => {
  function only(cluster: Cluster): Cluster['objects'][number] {
    const [source] = cluster.objects;
    if (source === undefined) throw new Error('nothing was admitted');
    return source;
  }

  it('has the defaults of its kind; as it was written, it has not (3.0)', () => {
    const source = only(clusterOf(server('http', HTTP)));
    expect(source.object.spec).toEqual({
      podSelector: {},
      port: 8080,
      proxyProtocol: 'unknown',
      accessPolicy: 'deny',
    });
    expect(writtenForm(source).spec).toEqual({ podSelector: {}, port: 8080 });
  });

  it('is what was written, where there is nothing to fill in', () => {
    const source = only(clusterOf(object('v1', 'Pod', 'web')));
    expect(writtenForm(source)).toBe(source.object);
    expect(Object.keys(source)).not.toContain('written');
  });
});
