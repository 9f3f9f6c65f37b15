import { allWorkloads } from '../../lib/cluster/inventory';
import { restartOf } from '../../lib/cluster/restart';
import { exposureOf, meshRemedy } from '../../lib/cluster/unmeshed';
import { clusterOf, manifest, unchecked, workloadOf } from '../helpers/manifests';

const PODS = '{ containers: [{ name: c, image: x }] }';
const INJECT = 'annotations: { linkerd.io/inject: enabled }';
const UID = 'uid: "1"';

function owned(kind: string, name: string): string {
  return `ownerReferences: [{ apiVersion: other/v1, kind: Extra, name: no }, { apiVersion: apps/v1, kind: ${kind}, name: ${name}, controller: true }]`;
}

function podWith(metadata: string, spec = PODS): string {
  return manifest('v1', 'Pod', 'web', spec, metadata);
}

function deployment(metadata: string, spec = PODS): string {
  const template = `template: { metadata: { labels: { app: web }, ${metadata} }, spec: ${spec} }`;
  return manifest('apps/v1', 'Deployment', 'web', `{ selector: { matchLabels: { app: web } }, ${template} }`);
}

function namespace(metadata: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, ${metadata} }\n---\n`;
}

/** What is said of the workload `web`: why it has no proxy, and what to do. */
function remedy(text: string, options = {}): string {
  const cluster = unchecked(text, options);
  const web = workloadOf(cluster);
  return `${web.injection.meshed ? 'meshed' : web.injection.cause}: ${meshRemedy(cluster, web)}`;
}

describe('what to do about a workload without a proxy (3.1)', () => {
  it('nobody asks: annotate where its kind of object is annotated', () => {
    expect(remedy(podWith('labels: {}'))).toBe(
      'nobody-asks: annotate the Namespace (or the pod) with linkerd.io/inject: enabled and restart; ' +
        'if it should stay outside the mesh, protect it with a NetworkPolicy',
    );
    expect(remedy(deployment('annotations: {}'))).toContain('(or the pod template)');
  });

  it('it runs already without: have it made anew', () => {
    expect(remedy(podWith(`${INJECT}, ${UID}`))).toBe(
      'already-running: delete the pod and create it again so that its pods are injected',
    );
  });

  it('the host network: move it, and close the nodes', () => {
    expect(remedy(podWith(INJECT, '{ hostNetwork: true, containers: [{ name: c, image: x }] }'))).toBe(
      'host-network: pods on the host network cannot be meshed, and most network plugins exempt them from NetworkPolicy: ' +
        'move it out of this namespace, and keep clients away with a firewall on the nodes, ' +
        "or take away hostNetwork if it does not need the node's network",
    );
  });

  it('it opts out: take the annotation away', () => {
    const asked = namespace(INJECT);
    expect(remedy(asked + podWith('annotations: { linkerd.io/inject: disabled }'))).toBe(
      'pod-opts-out: remove linkerd.io/inject: disabled from the pod and restart; ' +
        'if it should stay outside the mesh, protect it with a NetworkPolicy',
    );
  });

  it("another mesh's proxy: only one of them can stay", () => {
    expect(remedy(podWith(INJECT, '{ containers: [{ name: istio-proxy, image: istio/proxyv2 }] }'))).toBe(
      "has-sidecar: a pod can have one mesh's proxy only: take the other one out of it, " +
        "or move the workload to a namespace that Linkerd's policy is not meant for",
    );
  });

  it('a namespace that Linkerd never injects into: move it', () => {
    const system = podWith(INJECT).replace('namespace: shop', 'namespace: kube-system');
    expect(remedy(system)).toBe(
      'exempt-namespace: move it to a namespace that Linkerd injects into; it never does in kube-system',
    );
  });

  it('a label that keeps the webhooks away: take it away where it stands', () => {
    const off = namespace('labels: { config.linkerd.io/admission-webhooks: disabled }');
    expect(remedy(off + podWith(INJECT))).toBe(
      'webhooks-disabled: remove that label from the Namespace and restart, or move the workload to another namespace',
    );
    const control = 'labels: { linkerd.io/control-plane-component: x }';
    expect(remedy(deployment(`${control.replace('labels', 'annotations')}`))).toContain('nobody-asks');
    expect(remedy(podWith(`${INJECT}, ${control}`))).toBe(
      'exempt-pod: remove that label from the pod and restart',
    );
  });

  it('a value that Linkerd does not know: write the one it does', () => {
    expect(remedy(podWith('annotations: { linkerd.io/inject: "true" }'))).toBe(
      'annotation-invalid: write linkerd.io/inject: enabled and restart',
    );
  });

  it.each([
    ['proxy-without-label', 'labels: {}', 'cr.l5d.io/linkerd/proxy'],
    ['foreign-proxy', 'labels: { linkerd.io/control-plane-ns: linkerd }', 'sidecar'],
    [
      'proxy-without-init',
      'labels: { linkerd.io/control-plane-ns: linkerd }',
      'registry.example/linkerd-proxy',
    ],
  ])('what only looks like a proxy (%s): let Linkerd inject its own', (cause, metadata, image) => {
    const spec = `{ containers: [{ name: linkerd-proxy, image: ${image} }] }`;
    expect(remedy(podWith(metadata, spec))).toBe(
      `${cause}: take the container linkerd-proxy out of the pod and have Linkerd inject its own`,
    );
  });

  it('a machine that Linkerd cannot read: write it as it reads them', () => {
    const machine = manifest(
      'workload.linkerd.io/v1beta1',
      'ExternalWorkload',
      'web',
      '{ workloadIPs: [{}] }',
    );
    expect(remedy(machine)).toBe(
      'unreadable: write it as workload.linkerd.io/v1beta1, with meshTLS, and with an ip in each item of workloadIPs',
    );
  });
});

describe('a pod that runs is made anew by restarting', () => {
  const restart = (text: string, kind = 'pod'): string => {
    const cluster = clusterOf(text);
    const found = cluster.workloads.find((one) => one.kind === kind);
    return found === undefined ? 'none' : restartOf(cluster, found);
  };

  it('the workload itself, or the one that made it', () => {
    expect(restart(deployment(''), 'deployment')).toBe('restart deployment/web');
    const set = manifest('apps/v1', 'StatefulSet', 'db', `{ template: { spec: ${PODS} } }`);
    expect(restart(set + podWith(owned('StatefulSet', 'db')))).toBe('restart statefulset/db');
  });

  it('what its controller is by name, where that is not in the input', () => {
    expect(restart(podWith(owned('StatefulSet', 'db')))).toBe('restart what made the pod (statefulset/db)');
  });

  it('nothing, where nobody made it: it must be created again', () => {
    expect(restart(podWith('labels: {}'))).toBe('delete the pod and create it again');
    const helper = 'ownerReferences: [{ apiVersion: v1, kind: Node, name: n1 }]';
    expect(restart(podWith(helper))).toBe('delete the pod and create it again');
  });
});

describe('an unmeshed workload lays open', () => {
  const exposure = (spec: string): string => {
    const [web] = allWorkloads(clusterOf(podWith('labels: {}', spec)));
    return web === undefined ? 'none' : exposureOf(web);
  };

  it('every port, be it declared or not', () => {
    expect(exposure('{ containers: [{ name: c, image: x, ports: [{ containerPort: 80 }] }] }')).toBe(
      'No policy protects it: everyone on the network can reach every port.',
    );
    expect(exposure(PODS)).toBe(
      'It declares no port, but should it listen on one, everyone on the network can reach it.',
    );
  });
});
