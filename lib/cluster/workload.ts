import { groupBy } from '../basics/collections';
import { CONTROL_PLANE_NS_LABEL, INJECT, PROXY_CONFIG_PREFIX } from '../linkerd/annotations';
import type { LinkerdConfig } from '../linkerd/config';
import { workloadIdentity } from '../linkerd/identity';
import type { Labels } from '../kubernetes/selector';
import { valueAt, asFields, asList, asText, asTextMap, type Fields } from '../kubernetes/fields';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { decideInjection, type Injection } from './injection';
import { effectivePod, type EffectivePod, type Injector } from './pod';
import { isCreatedPod } from '../kubernetes/apply';
import { POD_TEMPLATES, WORKLOAD_GROUP } from '../kubernetes/kinds';
import { furtherTemplates } from '../kubernetes/further-templates';
import { currentGroup, podTemplateHome } from '../kubernetes/pod-template-home';
import { groupOf, splitApiVersion } from '../kubernetes/references';
import { writtenForm } from './stored-objects';
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
  /** Whether another workload of the input made it, such as a Deployment its ReplicaSet, and is judged in its place. */
  readonly isMadeByInput: boolean;
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

/** Whether an object runs pods, or is a machine that runs the proxy. */
export function isWorkload(object: KubeObject): boolean {
  if (object.kind === 'ExternalWorkload') return groupOf(object.apiVersion) === WORKLOAD_GROUP;
  return podTemplateHome(object) !== undefined;
}

/** A kind as workloads are named by: in lower case, with its group unless it is Kubernetes' own or Linkerd's. */
export function kindName(group: string, kind: string): string {
  const lower = kind.toLowerCase();
  const home = kind === 'ExternalWorkload' ? WORKLOAD_GROUP : POD_TEMPLATES.get(kind)?.group;
  return home === currentGroup(group) || group === '' ? lower : `${lower}.${group}`;
}

/** The pods of an object's further templates, each as an object of its own. */
export function listedPodObjects(source: SourceObject): readonly SourceObject[] {
  const templates = furtherTemplates(source.object);
  if (templates.length === 0) return NO_PODS;
  const { metadata } = source.object;
  const names = new Set<string>();
  return templates.map(({ template, role }, index): SourceObject => {
    const own = asFields(template.metadata);
    const meant = asText(own.name) ?? `${metadata.name}-${role.toLowerCase()}`;
    const name = names.has(meant) ? `${meant}-${index}` : meant;
    names.add(name);
    const { namespace } = metadata;
    const named = { ...own, name, ...(namespace === undefined ? {} : { namespace }) };
    return { ...source, object: { ...template, apiVersion: 'v1', kind: 'Pod', metadata: named } };
  });
}

const NO_PODS: readonly SourceObject[] = [];

export function workloadKey({ namespace, kind, name }: WorkloadId): string {
  return `${namespace}/${kind}/${name}`;
}

/** Expands a workload object into its effective pod; who made it is not looked at. */
export function expandWorkload(
  source: SourceObject,
  namespace: string,
  meta: NamespaceMeta,
  config: LinkerdConfig,
  pods: Injector,
): Workload {
  const { apiVersion, kind, metadata } = source.object;
  const id = { namespace, kind: kindName(groupOf(apiVersion), kind), name: metadata.name };
  if (kind === 'ExternalWorkload')
    return { ...id, source, ...externalWorkload(source, config, pods), isMadeByInput: false };
  const template = templateOf(source);
  const decision = decideInjection({
    namespace,
    namespaceLabels: meta.labels,
    namespaceAnnotations: meta.annotations,
    podLabels: asTextMap(template.metadata.labels),
    podAnnotations: asTextMap(template.metadata.annotations),
    podSpec: template.spec,
    running: kind === 'Pod' && isCreatedPod(source.object),
  });
  const owner = kind === 'Pod' ? {} : { owner: { kind: kind.toLowerCase(), name: id.name } };
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
    isMadeByInput: false,
  };
}

/** Where a workload's object keeps its pod template. */
export function templatePath({ source }: Workload): readonly string[] {
  return podTemplateHome(source.object) ?? [];
}

/** The pod template of a workload object. */
export function templateOf({ object }: SourceObject): PodTemplate {
  return podTemplateAt(object, podTemplateHome(object) ?? []);
}

/** The containers a workload keeps running; an ExternalWorkload has none. */
export function containersOf(workload: Workload): PlacedContainer[] {
  if (workload.kind === 'externalworkload') return [];
  return runningContainers(templateOf(workload.source).spec, [...templatePath(workload), 'spec']);
}

/** Why the policy controller cannot read an ExternalWorkload (linkerd-policy 1.12). */
function whyUnread(source: SourceObject): string | undefined {
  const { apiVersion } = writtenForm(source);
  if (splitApiVersion(apiVersion).version === 'v1alpha1')
    return `it is written as ${apiVersion}, whose meshTls is lost when it is stored`;
  const ips = asList(valueAt(source.object, 'spec', 'workloadIPs'));
  return ips.some((item) => asText(valueAt(item, 'ip')) === undefined)
    ? 'an item of its workloadIPs has no ip'
    : undefined;
}

type ExternalParts = Pick<Workload, 'injection' | 'pod' | 'identity' | 'controlPlane'>;

/** A machine outside the cluster that runs the proxy: its own labels and annotations count, and it has no probes. */
function externalWorkload(source: SourceObject, config: LinkerdConfig, pods: Injector): ExternalParts {
  const { metadata } = source.object;
  const spec: Fields = asFields(source.object.spec);
  const ports = tcpPorts(spec.ports, 'port', '');
  const unread = whyUnread(source);
  const lastOfName = ports.filter((port, i) => !ports.slice(i + 1).some((later) => later.name === port.name));
  return {
    injection:
      unread === undefined
        ? { meshed: true, how: 'as-written', reason: 'an ExternalWorkload runs the proxy' }
        : {
            meshed: false,
            cause: 'unreadable',
            reason: `${unread}, so Linkerd does not know the machine, and no policy but its proxy's own default reaches it`,
          },
    // The machine's proxy has its identity from elsewhere, whether or not Linkerd can read the object.
    identity:
      asText(valueAt(spec, 'meshTLS', 'identity')) ??
      asText(valueAt(writtenForm(source), 'spec', 'meshTls', 'identity')),
    controlPlane: config.linkerdNamespace,
    pod: effectivePod(
      asTextMap(metadata.labels),
      asTextMap(metadata.annotations),
      {},
      { ports, portNames: portNames(lastOfName), probes: new Map(), probed: new Set() },
      pods.settings.external(asTextMap(metadata.annotations)),
    ),
  };
}

/** Workloads by their keys, and kinds of other APIs without their group too, where that names one kind only. */
export function workloadsByKey(workloads: readonly Workload[]): Map<string, Workload> {
  const byKey = new Map(workloads.map((workload) => [workloadKey(workload), workload]));
  const short = groupBy(
    workloads.filter(({ kind }) => kind.includes('.')),
    ({ namespace, kind, name }) => workloadKey({ namespace, kind: kind.split('.', 1)[0] ?? '', name }),
  );
  for (const [key, [only, ...others]] of short) {
    if (only !== undefined && others.length === 0 && !byKey.has(key)) byKey.set(key, only);
  }
  return byKey;
}
