import { decideInjection, type InjectionInput } from '../../lib/cluster/injection';

const INJECT = 'linkerd.io/inject';
const CONTROL_PLANE = 'linkerd.io/control-plane-ns';

const PLAIN: InjectionInput = {
  namespace: 'shop',
  namespaceLabels: {},
  namespaceAnnotations: {},
  podLabels: {},
  podAnnotations: {},
  podSpec: { containers: [{ name: 'web', image: 'web:1' }] },
  running: false,
};
const ASKED: InjectionInput = { ...PLAIN, namespaceAnnotations: { [INJECT]: 'enabled' } };

function withContainer(name: string, image: string): InjectionInput['podSpec'] {
  return {
    containers: [
      { name: 'web', image: 'web:1' },
      { name, image },
    ],
  };
}

function withInitContainer(name: string, image: string): InjectionInput['podSpec'] {
  return {
    ...PLAIN.podSpec,
    initContainers: [
      { name: 'setup', image: 'x' },
      { name, image },
    ],
  };
}

describe('a pod is meshed (3.1)', () => {
  it.each<[reason: string, InjectionInput, how: string]>([
    ['namespace shop has linkerd.io/inject: enabled', ASKED, 'injected'],
    [
      'namespace shop has linkerd.io/inject: ingress',
      { ...PLAIN, namespaceAnnotations: { [INJECT]: 'ingress' } },
      'injected',
    ],
    [
      'the pod has linkerd.io/inject: enabled',
      { ...PLAIN, podAnnotations: { [INJECT]: 'enabled' } },
      'injected',
    ],
    [
      'the pod has linkerd.io/inject: ingress',
      {
        ...PLAIN,
        namespaceAnnotations: { [INJECT]: 'disabled' },
        podAnnotations: { [INJECT]: 'ingress' },
      },
      'injected',
    ],
    [
      'namespace shop has linkerd.io/inject: enabled',
      { ...ASKED, podAnnotations: { [INJECT]: '' } },
      'injected',
    ],
    [
      'the manifest contains the proxy; without linkerd-init, linkerd-cni is taken for granted',
      {
        ...PLAIN,
        podSpec: withContainer('linkerd-proxy', 'cr.l5d.io/linkerd/proxy:edge'),
        podLabels: { [CONTROL_PLANE]: 'linkerd' },
      },
      'as-written',
    ],
    [
      'the manifest contains the proxy',
      {
        ...PLAIN,
        podSpec: {
          initContainers: [
            { name: 'linkerd-init', image: 'mirror.example/proxy-init:v2' },
            { name: 'linkerd-proxy', image: 'mirror.example/linkerd/proxy:edge' },
          ],
        },
        podLabels: { [CONTROL_PLANE]: 'linkerd' },
        running: true,
      },
      'as-written',
    ],
  ])('because %s', (reason, input, how) => {
    expect(decideInjection(input)).toEqual({ meshed: true, how, reason });
  });
});

describe('a pod is not meshed (3.1)', () => {
  it.each<[cause: string, reason: string, InjectionInput]>([
    ['nobody-asks', 'neither namespace shop nor the pod template has linkerd.io/inject: enabled', PLAIN],
    [
      'nobody-asks',
      'neither namespace shop nor the pod template has linkerd.io/inject: enabled',
      { ...PLAIN, namespaceAnnotations: { [INJECT]: 'disabled' } },
    ],
    [
      'pod-opts-out',
      'the pod has linkerd.io/inject: disabled',
      { ...ASKED, podAnnotations: { [INJECT]: 'disabled' } },
    ],
    [
      'annotation-invalid',
      'namespace shop has linkerd.io/inject: "true", which is not enabled, ingress or disabled',
      { ...PLAIN, namespaceAnnotations: { [INJECT]: 'true' }, podAnnotations: { [INJECT]: 'enabled' } },
    ],
    [
      'annotation-invalid',
      'the pod has linkerd.io/inject: "yes", which is not enabled, ingress or disabled',
      { ...ASKED, podAnnotations: { [INJECT]: 'yes' } },
    ],
    [
      'proxy-without-label',
      'the pod has a linkerd-proxy container but no label linkerd.io/control-plane-ns: no policy reaches it',
      { ...ASKED, podSpec: withContainer('linkerd-proxy', 'x') },
    ],
    [
      'already-running',
      'the pod was created without the proxy, which is injected only when it is recreated',
      { ...ASKED, running: true },
    ],
    [
      'exempt-namespace',
      'namespace kube-system is exempt from injection',
      { ...ASKED, namespace: 'kube-system' },
    ],
    [
      'exempt-namespace',
      'namespace cert-manager is exempt from injection',
      { ...ASKED, namespace: 'cert-manager' },
    ],
    [
      'webhooks-disabled',
      'namespace shop has the label config.linkerd.io/admission-webhooks: disabled',
      { ...ASKED, namespaceLabels: { 'config.linkerd.io/admission-webhooks': 'disabled' } },
    ],
    [
      'exempt-pod',
      'the pod has the label linkerd.io/control-plane-component',
      { ...ASKED, podLabels: { 'linkerd.io/control-plane-component': 'destination' } },
    ],
    [
      'exempt-pod',
      'the pod has the label linkerd.io/cni-resource',
      { ...ASKED, podLabels: { 'linkerd.io/cni-resource': 'true' } },
    ],
    [
      'host-network',
      'hostNetwork pods are never injected',
      { ...ASKED, podSpec: { ...ASKED.podSpec, hostNetwork: true } },
    ],
  ])('%s: because %s', (cause, reason, input) => {
    expect(decideInjection(input)).toEqual({ meshed: false, cause, reason });
  });

  it.each([
    ['istio-proxy', 'x'],
    ['sidecar', 'cr.l5d.io/linkerd/proxy:edge-25.1.1'],
    ['sidecar', 'gcr.io/istio-release/proxyv2:1.20'],
  ])('because it has the container %s of %s', (name, image) => {
    const reason = "the pod already has a mesh's proxy or init container";
    expect(decideInjection({ ...ASKED, podSpec: withContainer(name, image) })).toEqual({
      meshed: false,
      cause: 'has-sidecar',
      reason,
    });
    // A native sidecar is an init container.
    expect(decideInjection({ ...ASKED, podSpec: withInitContainer(name, image) }).reason).toBe(reason);
  });

  it.each<[cause: string, reason: string, podSpec: InjectionInput['podSpec']]>([
    [
      'foreign-proxy',
      'the pod has a container that is only called linkerd-proxy: its image, "busybox", is not Linkerd\'s proxy',
      withContainer('linkerd-proxy', 'busybox'),
    ],
    [
      'foreign-proxy',
      'the pod has a container that is only called linkerd-proxy: its image, "envoyproxy/envoy:v1", is not Linkerd\'s proxy',
      withInitContainer('linkerd-proxy', 'envoyproxy/envoy:v1'),
    ],
    [
      'proxy-without-init',
      'the pod has a linkerd-proxy container but no linkerd-init: nothing leads its traffic to the proxy',
      withContainer('linkerd-proxy', 'mirror.example/linkerd/proxy:edge'),
    ],
    [
      'host-network',
      'hostNetwork pods do not send their traffic through a proxy, not even one in their manifest',
      { ...withContainer('linkerd-proxy', 'cr.l5d.io/linkerd/proxy:edge'), hostNetwork: true },
    ],
  ])('%s: because %s', (cause, reason, podSpec) => {
    const input = { ...ASKED, podSpec, podLabels: { [CONTROL_PLANE]: 'linkerd' } };
    expect(decideInjection(input)).toEqual({ meshed: false, cause, reason });
    expect(decideInjection({ ...input, running: true })).toEqual({ meshed: false, cause, reason });
  });

  it.each([
    ['linkerd-init', 'x'],
    ['istio-init', 'x'],
    ['init', 'cr.l5d.io/linkerd/proxy-init:v2'],
    ['init', 'gcr.io/istio-release/proxy_init:1.0'],
  ])('because it has the init container %s of %s', (name, image) => {
    const reason = "the pod already has a mesh's proxy or init container";
    expect(decideInjection({ ...ASKED, podSpec: withInitContainer(name, image) })).toEqual({
      meshed: false,
      cause: 'has-sidecar',
      reason,
    });
    expect(decideInjection({ ...ASKED, podSpec: withContainer(name, image) }).meshed).toBe(true);
  });
});
