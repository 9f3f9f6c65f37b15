import type { Cluster } from './cluster';
import { namespaceDefault } from './inventory';
import { doubtOfConfig, isConfig } from './linkerd-config';
import { parentServers } from './route-decode';
import type { Relevance, Subject } from './relevance';
import type { RefusedObject } from './stored-objects';
import { templateOf, isWorkload, type Workload } from './workload';
import { compareText } from '../basics/collections';
import { enumerate, quote } from '../basics/words';
import { asTextMap, ownValue } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectKey } from '../kubernetes/references';
import { isJailMode } from '../linkerd/default-policy';
import { IGNORE_ANNOTATION, parseIgnore } from '../linkerd/ignore-annotation';
import { ADDITIONAL_ENV, replacements, type Replacement } from '../linkerd/proxy-image';
import { allContainers } from '../workloads/containers';

/** Why an object was not judged. */
export type NotJudgedCause =
  /** Admission refuses it, and no form of it that was accepted is in the input. */
  | 'refused'
  /** It is of a kind that answers are read from, but says nothing that can be read. */
  | 'unread'
  /** Something else than Linkerd's own proxy may enforce its policy. */
  | 'proxy-replaced'
  /** A jail without workloads in the input: only its policy was judged. */
  | 'no-workloads'
  /** A whole kind that should be in the input and is not; `source` stands for it. */
  | 'kind-unread';

/** An object that could change the answer and was not judged: it counts as open. */
export interface NotJudged {
  readonly source: SourceObject;
  /** The namespace that it is about. */
  readonly namespace: string;
  readonly cause: NotJudgedCause;
  /** What else is said of it that was not judged: of a jail without workloads, its policy. */
  readonly beside?: readonly SourceObject[];
  /** The cause as a sentence. */
  readonly because: string;
  readonly remedy: string;
}

const GRANTING = [
  'AuthorizationPolicy',
  'ServerAuthorization',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
];

/** Whether an object, whatever it says, could only let in further clients: policy never takes back what it grants. */
export function canOnlyAdmit({ source, cause }: NotJudged): boolean {
  return cause === 'refused' && GRANTING.includes(source.object.kind);
}

/** What was not judged, and is accepted by its annotation, for a reason. */
export interface AcceptedObject extends NotJudged {
  readonly reason: string;
}

/** The rules of `check` that find what was not judged. */
const RULES_OF: Readonly<Record<NotJudgedCause, string>> = {
  refused: 'refused-by-admission',
  unread: 'not-judged',
  'proxy-replaced': 'not-judged',
  'no-workloads': 'not-judged',
  'kind-unread': 'not-judged',
};

/** Why an object that was not judged is accepted, if its annotation says so. */
export function acceptedBecause({ source, cause }: NotJudged): string | undefined {
  const text = ownValue(asTextMap(source.object.metadata.annotations), IGNORE_ANNOTATION) ?? '';
  const found = parseIgnore(text).find(({ rule, reason }) => rule === RULES_OF[cause] && reason !== '');
  return found?.reason;
}

/** Everything that could change an answer about a subject and was not judged, in the order of the input. */
export function notJudgedObjects(cluster: Cluster, relevance: Relevance, subject: Subject): NotJudged[] {
  return [
    ...refusedObjects(cluster, relevance),
    ...doubtfulObjects(cluster, relevance),
    ...replacedProxies(cluster, relevance),
    ...jailsWithoutWorkloads(cluster, relevance, subject),
    ...unreadKinds(cluster, relevance),
  ].sort(byPlace);
}

function byPlace(a: NotJudged, b: NotJudged): number {
  return (
    compareText(a.source.origin.file, b.source.origin.file) ||
    a.source.origin.line - b.source.origin.line ||
    compareText(a.because, b.because)
  );
}

/** Kinds that could hold anything, for the namespaces of which they were not read. */
function unreadKinds(cluster: Cluster, relevance: Relevance): NotJudged[] {
  const asked = cluster.namespaceNames().filter((name) => relevance.isAsked(name));
  return cluster.unread.flatMap(({ resource, except, because, remedy, origin }): NotJudged[] => {
    if (except !== undefined && asked.every((name) => except.includes(name))) return [];
    const object = { apiVersion: 'v1', kind: 'Kind', metadata: { name: resource } };
    return [{ source: { object, origin }, namespace: '', cause: 'kind-unread', because, remedy }];
  });
}

/** One document of each object that is refused in all its documents: the last. */
export function standIns(refused: readonly RefusedObject[], cluster: Cluster): SourceObject[] {
  const last = new Map<string, SourceObject>();
  for (const { source, inForce } of refused) {
    if (inForce === undefined) last.set(objectKey(source.object, cluster.namespaceOf(source)), source);
  }
  return [...last.values()];
}

/** A refused object may stand in the cluster in an earlier form that was accepted, or have been refused there too. */
function refusedObjects(cluster: Cluster, relevance: Relevance): NotJudged[] {
  const sources = new Set(standIns(cluster.refused, cluster));
  return cluster.refused
    .filter(({ source }) => sources.has(source) && relevance.isRelevant(source))
    .map(({ source, violations: [first, ...others] }): NotJudged => {
      const field = first === undefined || first.field === '' ? '' : `${first.field} `;
      const more = others.length === 0 ? '' : `, and ${others.length} more`;
      return {
        source,
        namespace: aboutNamespace(cluster, source),
        cause: 'refused',
        because: `admission refuses it (${field}${first?.message ?? ''}${more}), so what the cluster has in its place is not known`,
        remedy: 'correct it; if the cluster has taken it as it is, pass --assume-admitted',
      };
    });
}

function aboutNamespace(cluster: Cluster, source: SourceObject): string {
  const { kind, metadata } = source.object;
  return kind === 'Namespace' ? metadata.name : cluster.namespaceOf(source);
}

/** Objects of kinds that answers are read from, without what is read from them. */
function doubtfulObjects(cluster: Cluster, relevance: Relevance): NotJudged[] {
  return cluster.objects.flatMap((source): NotJudged[] => {
    const doubt = isConfig(source) ? doubtOfConfig(source) : doubtOfWorkload(source);
    if (doubt === undefined || !relevance.isRelevant(source)) return [];
    const remedy =
      doubt.cause === 'unread'
        ? 'give the object as the cluster has it: kubectl get … -o yaml'
        : "leave these variables out, so that the control plane's own settings hold";
    return [{ source, namespace: cluster.namespaceOf(source), remedy, ...doubt }];
  });
}

function doubtOfWorkload(source: SourceObject): Pick<NotJudged, 'cause' | 'because'> | undefined {
  const { object } = source;
  if (object.kind === 'ExternalWorkload' || !isWorkload(object)) return undefined;
  if (allContainers(templateOf(source).spec).length > 0) return undefined;
  const because = 'it has no containers that could be read, so neither its ports nor its probes are known';
  return { cause: 'unread', because };
}

/** Pods whose policy is enforced by something that these rules do not describe. */
function replacedProxies(cluster: Cluster, relevance: Relevance): NotJudged[] {
  const said = new Set<string>();
  return [...cluster.workloads]
    .sort((a, b) => Number(a.isMadeByInput) - Number(b.isMadeByInput))
    .flatMap((workload): NotJudged[] => {
      const { source, namespace, injection, isMadeByInput } = workload;
      if (!injection.meshed || !relevance.isAskedWorkload(workload)) return [];
      const found = replacingAnnotations(cluster, workload);
      const values = found.map(({ annotation, value }) => `${annotation}: ${quote(value)}`);
      // What runs is told of only where it says something else than what made it.
      const key = `${namespace} ${values.join()}`;
      if (found.length === 0 || (isMadeByInput && (workload.kind !== 'pod' || said.has(key)))) return [];
      said.add(key);
      return [
        {
          source,
          namespace,
          cause: 'proxy-replaced',
          because: `its pods have ${values.join(' and ')}, which replaces ${enumerate(found.map(({ what }) => what))}, so its policy may be enforced otherwise or not at all`,
          remedy: "remove the annotation, so that the control plane's own version enforces policy",
        },
      ];
    });
}

/** Annotations of the Namespace hold where the pod has none; of environment variables both hold. */
function replacingAnnotations(cluster: Cluster, { namespace, pod, injection }: Workload): Replacement[] {
  const found = replacements(pod.annotations);
  if (injection.how !== 'injected' || found.some(({ annotation }) => annotation === ADDITIONAL_ENV))
    return found;
  const { inherited } = cluster.namespaceMeta(namespace);
  return [...found, ...replacements(inherited).filter(({ annotation }) => annotation === ADDITIONAL_ENV)];
}

function jailsWithoutWorkloads(cluster: Cluster, relevance: Relevance, subject: Subject): NotJudged[] {
  return withoutWorkloads(cluster, relevance, subject).flatMap((namespace): NotJudged[] => {
    const source = cluster.namespaceObject(namespace) ?? policyObjects(cluster, namespace)[0];
    if (source === undefined || cluster.workloadsElsewhere.includes(namespace)) return [];
    const remedy = `add the workloads of ${namespace} to the input; if they are kept elsewhere, say workloads: elsewhere for it in namespace-jail.yaml`;
    const beside = policyObjects(cluster, namespace);
    return [{ source, namespace, cause: 'no-workloads', because: byPolicyAlone(namespace), beside, remedy }];
  });
}

/** Namespaces that are meant to be closed, or were asked for by name, but of which the input has policy only. */
export function withoutWorkloads(cluster: Cluster, relevance: Relevance, subject: Subject): string[] {
  // A question about workloads has found them.
  if (subject.workloads !== undefined) return [];
  const refused = new Set(
    cluster.refused
      .filter(({ source }) => isWorkload(source.object))
      .map(({ source }) => cluster.namespaceOf(source)),
  );
  return cluster.namespaceNames().filter((namespace) => {
    if (!relevance.isAsked(namespace) || refused.has(namespace)) return false;
    if (cluster.everyWorkloadIn(namespace).length > 0) return false;
    if (subject.namespaces?.includes(namespace) === true) return true;
    return isJailMode(namespaceDefault(cluster, namespace)) || policyObjects(cluster, namespace).length > 0;
  });
}

/** What is said of a jail whose workloads are not in the input. */
export function byPolicyAlone(namespace: string): string {
  return `judged by the policy alone; no workload of ${namespace} was in the input`;
}

function policyObjects(cluster: Cluster, namespace: string): readonly SourceObject[] {
  const { servers, authorizationPolicies, serverAuthorizations, routes } = cluster.policyOf(namespace);
  const admitting = authorizationPolicies.flatMap(({ authorization }) =>
    'via' in authorization ? authorization.via : [],
  );
  // Routes of a Gateway keep nobody out.
  const inbound = routes.filter(({ source }) => parentServers(source, namespace).length > 0);
  const own = [servers, authorizationPolicies, serverAuthorizations, inbound].flat();
  return [...own.map(({ source }) => source), ...admitting];
}
