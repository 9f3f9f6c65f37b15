import {
  ADMISSION_WEBHOOKS_LABEL,
  CNI_RESOURCE_LABEL,
  CONTROL_PLANE_COMPONENT_LABEL,
  CONTROL_PLANE_NS_LABEL,
  INJECT,
} from '../linkerd/annotations';
import { PROXY_CONTAINER } from '../linkerd/ports';
import { OFFICIAL_PROXY } from '../linkerd/proxy-image';
import type { Labels } from '../kubernetes/selector';
import { valueAt, asList, asText, type Fields, ownValue } from '../kubernetes/fields';
import { allContainers } from '../workloads/containers';

/** Whether pods of a workload run Linkerd's proxy, and why (linkerd-policy 3.1). */
export type Injection = Meshed | Unmeshed;

export interface Meshed {
  readonly meshed: true;
  /** `injected`: the webhook will add the proxy; `as-written`: it is already in the manifest. */
  readonly how: 'injected' | 'as-written';
  readonly cause?: undefined;
  /** One sentence for people. */
  readonly reason: string;
}

export interface Unmeshed {
  readonly meshed: false;
  readonly how?: undefined;
  readonly cause: UnmeshedCause;
  /** The cause in one sentence for people. */
  readonly reason: string;
}

/** What keeps the proxy out of a pod. */
export type UnmeshedCause =
  /** There is a proxy, but without the label by which Linkerd knows its pods. */
  | 'proxy-without-label'
  /** The pod was created before anything asked for the proxy. */
  | 'already-running'
  | 'exempt-namespace'
  | 'webhooks-disabled'
  | 'exempt-pod'
  | 'annotation-invalid'
  | 'pod-opts-out'
  | 'nobody-asks'
  | 'host-network'
  | 'has-sidecar'
  /** A container has the proxy's name, but its image is not the proxy's. */
  | 'foreign-proxy'
  /** Nothing leads the pod's traffic to its proxy. */
  | 'proxy-without-init'
  /** An ExternalWorkload that the controller cannot decode. */
  | 'unreadable';

export interface InjectionInput {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly namespaceAnnotations: Labels;
  readonly podLabels: Labels;
  readonly podAnnotations: Labels;
  readonly podSpec: Fields;
  /** A pod that the cluster has already created: nothing more will be injected. */
  readonly running: boolean;
}

/** Helm's `proxyInjector.namespaceSelector`: the webhook never sees these namespaces. */
const EXEMPT_NAMESPACES = ['kube-system', 'cert-manager'];

const SIDECAR_NAMES = [PROXY_CONTAINER, 'istio-proxy'];
const SIDECAR_IMAGES = ['cr.l5d.io/linkerd/proxy:', 'gcr.io/istio-release/proxyv2:'];
const INIT_NAMES = ['linkerd-init', 'istio-init'];
const INIT_IMAGES = ['cr.l5d.io/linkerd/proxy-init:', 'gcr.io/istio-release/proxy_init:'];

/** Images of the proxy as private registries keep them. */
const MIRRORED_PROXY = /(?:^|\/)(?:proxy|[a-z0-9._-]*(?:linkerd|l5d)[a-z0-9._-]*proxy)(?:[:@]|$)/;

/** What leads a pod's traffic to its proxy, or waits until the CNI plugin has done so. */
const REDIRECTING_NAMES = ['linkerd-init', 'linkerd-network-validator'];
const REDIRECTING_IMAGES = ['cr.l5d.io/linkerd/proxy-init:'];

/** Decides as the injector's webhook does, in its order. */
export function decideInjection(input: InjectionInput): Injection {
  const { namespace, podSpec } = input;
  const proxy = allContainers(podSpec).find((container) => valueAt(container, 'name') === PROXY_CONTAINER);
  if (proxy !== undefined) return asWritten(proxy, input);
  if (input.running) {
    return unmeshed(
      'already-running',
      'the pod was created without the proxy, which is injected only when it is recreated',
    );
  }
  if (EXEMPT_NAMESPACES.includes(namespace)) {
    return unmeshed('exempt-namespace', `namespace ${namespace} is exempt from injection`);
  }
  if (ownValue(input.namespaceLabels, ADMISSION_WEBHOOKS_LABEL) === 'disabled') {
    return unmeshed(
      'webhooks-disabled',
      `namespace ${namespace} has the label ${ADMISSION_WEBHOOKS_LABEL}: disabled`,
    );
  }
  for (const label of [CONTROL_PLANE_COMPONENT_LABEL, CNI_RESOURCE_LABEL]) {
    if (Object.hasOwn(input.podLabels, label))
      return unmeshed('exempt-pod', `the pod has the label ${label}`);
  }
  const asked = askedFor(
    ownValue(input.namespaceAnnotations, INJECT),
    ownValue(input.podAnnotations, INJECT),
    namespace,
  );
  if ('cause' in asked) return asked;
  if (valueAt(podSpec, 'hostNetwork') === true)
    return unmeshed('host-network', 'hostNetwork pods are never injected');
  if (hasSidecar(podSpec))
    return unmeshed('has-sidecar', "the pod already has a mesh's proxy or init container");
  return { meshed: true, how: 'injected', reason: asked.reason };
}

/** Who asks for the proxy, as a reason; or why nobody does. */
function askedFor(
  ofNamespace: string | undefined,
  ofPod: string | undefined,
  namespace: string,
): Unmeshed | Pick<Meshed, 'reason'> {
  for (const [where, value] of [
    [`namespace ${namespace}`, ofNamespace],
    ['the pod', ofPod],
  ] as const) {
    if (value !== undefined && value !== '' && !['enabled', 'ingress', 'disabled'].includes(value)) {
      return unmeshed(
        'annotation-invalid',
        `${where} has ${INJECT}: ${JSON.stringify(value)}, which is not enabled, ingress or disabled`,
      );
    }
  }
  const wants = (value: string | undefined): boolean => value === 'enabled' || value === 'ingress';
  if (wants(ofNamespace)) {
    if (ofPod === 'disabled') return unmeshed('pod-opts-out', `the pod has ${INJECT}: disabled`);
    return { reason: `namespace ${namespace} has ${INJECT}: ${ofNamespace}` };
  }
  if (wants(ofPod)) return { reason: `the pod has ${INJECT}: ${ofPod}` };
  return unmeshed(
    'nobody-asks',
    `neither namespace ${namespace} nor the pod template has ${INJECT}: enabled`,
  );
}

/** A pod whose manifest has a container of the proxy's name: the injector keeps away, whatever that container is. */
function asWritten(proxy: unknown, { podLabels, podSpec }: InjectionInput): Injection {
  if (!Object.hasOwn(podLabels, CONTROL_PLANE_NS_LABEL)) {
    return unmeshed(
      'proxy-without-label',
      `the pod has a linkerd-proxy container but no label ${CONTROL_PLANE_NS_LABEL}: no policy reaches it`,
    );
  }
  const image = asText(valueAt(proxy, 'image')) ?? '';
  const isOfficial = OFFICIAL_PROXY.test(image);
  if (!isOfficial && !MIRRORED_PROXY.test(image)) {
    return unmeshed(
      'foreign-proxy',
      `the pod has a container that is only called linkerd-proxy: its image, ${JSON.stringify(image)}, is not Linkerd's proxy`,
    );
  }
  if (valueAt(podSpec, 'hostNetwork') === true)
    return unmeshed(
      'host-network',
      'hostNetwork pods do not send their traffic through a proxy, not even one in their manifest',
    );
  const isRedirected = asList(podSpec.initContainers).some((container) =>
    isOneOf(container, REDIRECTING_NAMES, REDIRECTING_IMAGES),
  );
  if (isRedirected) return { meshed: true, how: 'as-written', reason: 'the manifest contains the proxy' };
  if (!isOfficial)
    return unmeshed(
      'proxy-without-init',
      'the pod has a linkerd-proxy container but no linkerd-init: nothing leads its traffic to the proxy',
    );
  const reason = 'the manifest contains the proxy; without linkerd-init, linkerd-cni is taken for granted';
  return { meshed: true, how: 'as-written', reason };
}

function hasSidecar(podSpec: Fields): boolean {
  return (
    allContainers(podSpec).some((container) => isOneOf(container, SIDECAR_NAMES, SIDECAR_IMAGES)) ||
    asList(podSpec.initContainers).some((container) => isOneOf(container, INIT_NAMES, INIT_IMAGES))
  );
}

function isOneOf(container: unknown, names: readonly string[], images: readonly string[]): boolean {
  const name = asText(valueAt(container, 'name')) ?? '';
  const image = asText(valueAt(container, 'image')) ?? '';
  return names.includes(name) || images.some((prefix) => image.startsWith(prefix));
}

function unmeshed(cause: UnmeshedCause, reason: string): Unmeshed {
  return { meshed: false, cause, reason };
}
