import { CONTROL_PLANE_NS_LABEL, INJECT, PROXY_CONFIG_PREFIX } from '../linkerd/annotations';
import type { LinkerdConfig } from '../linkerd/config';
import { workloadIdentity } from '../linkerd/identity';
import type { Labels } from '../kubernetes/selector';
import { valueAt, asFields, asList, asText, asTextMap, type Fields } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { decideInjection, type Injection } from './injection';
import { effectivePod, type EffectivePod, type Injector } from './pod';
import { POD_TEMPLATES, podTemplatePath, WORKLOAD_GROUP } from '../kubernetes/kinds';
import { runningContainers, type PlacedContainer } from '../workloads/containers';
import { podTemplateAt, type PodTemplate } from '../workloads/pod-template';
import { portNames, tcpPorts } from '../workloads/ports';

/** `namespace/kind/name`, with the kind in lower case. */
export interface WorkloadId {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** Something that serves ports or calls others: a workload as its pods will be after injection. */
export interface Workload extends WorkloadId {
  readonly source: SourceObject;
  readonly injection: Injection;
  readonly pod: EffectivePod;
  /** Its mesh identity; `undefined` without a proxy. */
  readonly identity: string | undefined;
  /** Namespace of the control plane its proxy belongs to. */
  readonly controlPlane: string | undefined;
  /** Whether another object in the cluster made it, such as a Deployment its ReplicaSet. */
  readonly isControlled: boolean;
}

/** A namespace's annotations and labels; if the Namespace is not in the input, it is assumed to have none. */
export interface NamespaceMeta {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Annotations that the injector copies onto pods that lack them. */
  readonly inherited: Labels;
}

export function namespaceMeta(labels: Labels, annotations: Labels): NamespaceMeta {
  const inherited = Object.entries(annotations).filter(
    ([key]) => key === INJECT || key.startsWith(PROXY_CONFIG_PREFIX),
  );
  return { labels, annotations, inherited: Object.fromEntries(inherited) };
}

export const WORKLOAD_KINDS: readonly string[] = [...POD_TEMPLATES.keys(), 'ExternalWorkload'].map((kind) =>
  kind.toLowerCase(),
);

export function isWorkload(group: string, kind: string): boolean {
  if (kind === 'ExternalWorkload') return group === WORKLOAD_GROUP;
  return POD_TEMPLATES.get(kind)?.group === group;
}

export function workloadKey({ namespace, kind, name }: WorkloadId): string {
  return `${namespace}/${kind}/${name}`;
}

/** Expands a workload object into its effective pod. */
export function expandWorkload(
  source: SourceObject,
  namespace: string,
  meta: NamespaceMeta,
  config: LinkerdConfig,
  pods: Injector,
): Workload {
  const { kind, metadata } = source.object;
  const id = { namespace, kind: kind.toLowerCase(), name: metadata.name };
  const isControlled = asList(valueAt(metadata, 'ownerReferences')).some(
    (owner) => valueAt(owner, 'controller') === true,
  );
  if (kind === 'ExternalWorkload')
    return { ...id, source, isControlled: false, ...externalWorkload(source, config, pods) };
  const template = templateOf(source);
  const decision = decideInjection({
    namespace,
    namespaceLabels: meta.labels,
    namespaceAnnotations: meta.annotations,
    podLabels: asTextMap(template.metadata.labels),
    podAnnotations: asTextMap(template.metadata.annotations),
    podSpec: template.spec,
    running: kind === 'Pod' && typeof metadata.uid === 'string',
  });
  const owner = kind === 'Pod' ? {} : { owner: { kind: id.kind, name: id.name } };
  const pod =
    decision.how === 'injected'
      ? pods.injected(template, { namespace, inherited: meta.inherited, ...owner })
      : pods.written(template);
  const controlPlane = decision.meshed
    ? (pod.labels[CONTROL_PLANE_NS_LABEL] ?? config.linkerdNamespace)
    : undefined;
  const identity =
    controlPlane === undefined
      ? undefined
      : workloadIdentity(pod.serviceAccount, namespace, {
          linkerdNamespace: controlPlane,
          trustDomain: config.trustDomain,
        });
  const { name } = metadata;
  return {
    namespace,
    kind: id.kind,
    name,
    source,
    injection: decision,
    pod,
    identity,
    controlPlane,
    isControlled,
  };
}

/** Where a workload's object keeps its pod template. */
export function templatePath({ source }: Workload): readonly string[] {
  return podTemplatePath(source.object.kind);
}

/** The pod template of a workload object. */
export function templateOf({ object }: SourceObject): PodTemplate {
  return podTemplateAt(object, podTemplatePath(object.kind));
}

/** The containers a workload keeps running; an ExternalWorkload has none. */
export function containersOf(workload: Workload): PlacedContainer[] {
  if (workload.kind === 'externalworkload') return [];
  return runningContainers(templateOf(workload.source).spec, [...templatePath(workload), 'spec']);
}

type ExternalParts = Pick<Workload, 'injection' | 'pod' | 'identity' | 'controlPlane'>;

/** A machine outside the cluster that runs the proxy: its own labels and annotations count, and it has no probes. */
function externalWorkload(source: SourceObject, config: LinkerdConfig, pods: Injector): ExternalParts {
  const { metadata } = source.object;
  const spec: Fields = asFields(source.object.spec);
  const ports = tcpPorts(spec.ports, 'port', '');
  const lastOfName = ports.filter((port, i) => !ports.slice(i + 1).some((later) => later.name === port.name));
  return {
    injection: { meshed: true, how: 'as-written', reason: 'an ExternalWorkload runs the proxy' },
    identity: asText(valueAt(spec, 'meshTLS', 'identity')),
    controlPlane: config.linkerdNamespace,
    pod: effectivePod(
      asTextMap(metadata.labels),
      asTextMap(metadata.annotations),
      {},
      { ports, portNames: portNames(lastOfName), probes: new Map() },
      pods.settings.external(asTextMap(metadata.annotations)),
    ),
  };
}
