import type { Workload } from '../../lib/cluster/workload';
import { clusterOf, manifest, unchecked, workloadOf } from '../helpers/manifests';

const SPEC = '{ serviceAccountName: web, containers: [{ name: a, image: x }] }';
const INJECTED = 'annotations: { linkerd.io/inject: enabled }';
const TEMPLATE = `template: { metadata: { ${INJECTED} }, spec: ${SPEC} }`;

function workload(text: string): Workload {
  return workloadOf(clusterOf(text));
}

function external(spec: string, more = ''): Workload {
  return workloadOf(
    unchecked(manifest('workload.linkerd.io/v1beta1', 'ExternalWorkload', 'web', spec, more)),
  );
}

describe('a workload', () => {
  it.each([
    ['apps/v1', 'Deployment', `{ ${TEMPLATE} }`],
    ['apps/v1', 'StatefulSet', `{ ${TEMPLATE} }`],
    ['apps/v1', 'DaemonSet', `{ ${TEMPLATE} }`],
    ['apps/v1', 'ReplicaSet', `{ ${TEMPLATE} }`],
    ['v1', 'ReplicationController', `{ ${TEMPLATE} }`],
    ['batch/v1', 'Job', `{ ${TEMPLATE} }`],
    ['batch/v1', 'CronJob', `{ jobTemplate: { spec: { ${TEMPLATE} } } }`],
  ])(
    '%s %s gives its pods labels of the control plane, the namespace and itself (3.2)',
    (version, kind, spec) => {
      const found = workload(manifest(version, kind, 'web', spec));
      expect(found).toMatchObject({
        namespace: 'shop',
        kind: kind.toLowerCase(),
        injection: { meshed: true, how: 'injected' },
        identity: 'web.shop.serviceaccount.identity.linkerd.cluster.local',
      });
      expect(found.pod.labels).toEqual({
        'linkerd.io/control-plane-ns': 'linkerd',
        'linkerd.io/workload-ns': 'shop',
        [`linkerd.io/proxy-${kind.toLowerCase()}`]: 'web',
      });
    },
  );

  it('that is a Pod of its own has no label of an owner (3.2)', () => {
    expect(
      workload(manifest('v1', 'Pod', 'web', SPEC, `labels: { app: web }, ${INJECTED}`)).pod.labels,
    ).toEqual({
      app: 'web',
      'linkerd.io/control-plane-ns': 'linkerd',
      'linkerd.io/workload-ns': 'shop',
    });
  });

  it('is only what has its kind in the right API group', () => {
    const cluster = clusterOf(
      manifest('example.com/v1', 'Deployment', 'a', '{}') +
        manifest('example.com/v1', 'ExternalWorkload', 'b', '{}') +
        manifest('v1', 'Service', 'c', '{}') +
        manifest('apps/v1', 'Deployment', 'd', `{ ${TEMPLATE} }`),
    );
    expect(cluster.workloads.map(({ name }) => name)).toEqual(['d']);
  });

  it('without a proxy has no identity and no control plane', () => {
    expect(workload(manifest('v1', 'Pod', 'web', SPEC))).toMatchObject({
      injection: { meshed: false },
      identity: undefined,
      controlPlane: undefined,
    });
  });

  it('with the proxy in its manifest belongs to the control plane of its label (3.1)', () => {
    const spec = '{ containers: [{ name: linkerd-proxy, image: cr.l5d.io/linkerd/proxy:edge }] }';
    const found = workload(
      manifest('v1', 'Pod', 'web', spec, 'labels: { linkerd.io/control-plane-ns: mesh }'),
    );
    expect(found).toMatchObject({
      injection: { how: 'as-written' },
      controlPlane: 'mesh',
      identity: 'default.shop.serviceaccount.identity.mesh.cluster.local',
    });
  });
});

describe('injection happens at creation (3.1)', () => {
  it('so a running pod that has no proxy gets none', () => {
    const running = workload(manifest('v1', 'Pod', 'web', SPEC, `uid: 1a-2b, ${INJECTED}`));
    expect(running.injection).toEqual({
      meshed: false,
      cause: 'already-running',
      reason: 'the pod was created without the proxy, which is injected only when it is recreated',
    });
  });

  it('but the pods of a running Deployment are created anew', () => {
    const running = workload(manifest('apps/v1', 'Deployment', 'web', `{ ${TEMPLATE} }`, 'uid: 1a-2b'));
    expect(running.injection.meshed).toBe(true);
  });
});

describe('pods inherit of their namespace', () => {
  const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny, team: blue, xconfig.linkerd.io/a: b }
---
`;
  it("Linkerd's annotations and no others (3.2)", () => {
    expect(workload(NAMESPACE + manifest('v1', 'Pod', 'web', SPEC)).pod.annotations).toEqual({
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/default-inbound-policy': 'deny',
    });
  });

  it('only what they do not say themselves, even if that is invalid (3.2)', () => {
    const own = 'annotations: { config.linkerd.io/default-inbound-policy: nonsense, team: red }';
    const found = workload(NAMESPACE + manifest('v1', 'Pod', 'web', SPEC, own));
    expect(found.pod.annotations).toEqual({
      'linkerd.io/inject': 'enabled',
      'config.linkerd.io/default-inbound-policy': 'nonsense',
      team: 'red',
    });
    expect(found.pod.settings.policy).toBe('all-unauthenticated');
  });
});

describe('an ExternalWorkload', () => {
  const IDENTITY = 'meshTLS: { identity: "spiffe://a/b", serverName: web.example }';

  it('runs the proxy, with the identity that it names, and nobody controls it', () => {
    const owners = 'ownerReferences: [{ kind: ExternalGroup, name: g, controller: true }]';
    expect(external(`{ ${IDENTITY} }`, `labels: { app: web }, ${owners}`)).toMatchObject({
      kind: 'externalworkload',
      injection: { meshed: true, how: 'as-written', reason: 'an ExternalWorkload runs the proxy' },
      identity: 'spiffe://a/b',
      controlPlane: 'linkerd',
      isMadeByInput: false,
      pod: { labels: { app: 'web' } },
    });
  });

  it('has TCP ports, each name meaning one number, and no probes (3.3)', () => {
    const { pod } = external(`{ ${IDENTITY}, ports: [
      { name: http, port: 8080 }, { port: 8081 }, { name: dns, port: 53, protocol: UDP },
      { name: grpc, port: 8082, protocol: tcp }, { name: bad, port: 0 }, { name: odd, port: 9, protocol: 7 },
      { name: twice, port: 1001 }, { name: twice, port: 1002 } ] }`);
    expect(pod.ports).toStrictEqual([
      { number: 8080, container: '', name: 'http' },
      { number: 8081, container: '' },
      { number: 8082, container: '', name: 'grpc' },
      { number: 1001, container: '', name: 'twice' },
      { number: 1002, container: '', name: 'twice' },
    ]);
    expect([...pod.portNames.keys()].sort()).toEqual(['grpc', 'http', 'twice']);
    expect(pod.portNames.get('http')).toEqual(new Set([8080]));
    expect(pod.portNames.get('twice')?.size).toBe(1);
    expect(pod.probes.size).toBe(0);
  });

  it('has no ports, if it lists none', () => {
    expect(external(`{ ${IDENTITY} }`).pod.ports).toEqual([]);
  });

  it('has nothing that bypasses its proxy: there is no injector that would have set it up', () => {
    const { settings } = external(
      `{ ${IDENTITY} }`,
      'annotations: { config.linkerd.io/skip-inbound-ports: "1-100", config.linkerd.io/default-inbound-policy: deny }',
    ).pod;
    expect(settings.skippedInbound.isEmpty).toBe(true);
    expect(settings.policy).toBe('deny');
  });
});
