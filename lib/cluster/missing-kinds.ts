import type { ClusterOptions, UnreadKind } from './cluster-options';
import { completeness } from './cluster-options';
import { isPolicyObject } from './policy-index';
import { parentServers } from './route-decode';
import { isWorkload } from './workload';
import { asList, asText, valueAt } from '../kubernetes/fields';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { shortName, type KubeObject, type SourceObject } from '../kubernetes/object';
import { groupOf, refersTo } from '../kubernetes/references';
import { DUMP_KINDS, kubectlGet, OPTIONAL_DUMP_KINDS, resourceName } from '../linkerd/dump-kinds';

/** What is asked of an input to find out whether it is a dump that lacks something. */
export interface DumpFacts {
  /** Every object of the input, refused ones too. */
  readonly sources: readonly SourceObject[];
  readonly namespaceOf: (source: SourceObject) => string;
  readonly linkerdNamespace: string;
  /** Whether the input has the control plane's `linkerd-config`. */
  readonly hasConfig: boolean;
  /** Whether any workload is in the mesh. */
  readonly isMeshed: boolean;
  readonly options: Pick<ClusterOptions, 'complete' | 'defaultInboundPolicy' | 'clusterNetworks'>;
}

/**
 * The kinds that a dump of a cluster should have and has not. A kind of which a cluster has no object and one that nobody
 * asked for look alike, so it needs a sign: an object of the dump that refers to that kind, or that could not be there
 * without it. Manifests as people write them are no dump: they may leave out what they like.
 */
export function missingKinds(facts: DumpFacts): UnreadKind[] {
  const dump = facts.sources.filter(({ object }) => isServerMade(object));
  if (dump.length === 0 || facts.options.complete === true) return [];
  return [
    ...missingNamespaces(facts, dump),
    ...missingConfig(facts, dump),
    ...missingPolicy(facts, dump),
    ...missingReferents(facts, dump),
  ];
}

const UID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Only an API server gives a UUID together with the time or version of what it stored; examples may have one of them. */
function isServerMade({ metadata }: KubeObject): boolean {
  const { uid, creationTimestamp, resourceVersion, managedFields } = metadata;
  if (Array.isArray(managedFields) && managedFields.length > 0) return true;
  return UID.test(asText(uid) ?? '') && (isText(creationTimestamp) || isText(resourceVersion));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function decides({ object }: SourceObject): boolean {
  return isWorkload(object) || isPolicyObject(groupOf(object.apiVersion), object.kind);
}

/** Every namespace with objects has a Namespace, which says whether pods are injected and what their default policy is. */
function missingNamespaces({ sources, namespaceOf }: DumpFacts, dump: readonly SourceObject[]): UnreadKind[] {
  const there = new Set(
    sources.flatMap(({ object: { apiVersion, kind, metadata } }) =>
      kind === 'Namespace' && apiVersion === 'v1' ? [metadata.name] : [],
    ),
  );
  const without = dump.filter((source) => decides(source) && !there.has(namespaceOf(source)));
  const [first] = without;
  if (first === undefined) return [];
  const lacking = new Set(without.map(namespaceOf));
  const other = [...new Set(sources.map(namespaceOf))].filter((name) => !lacking.has(name));
  const because = `the dump has ${shortName(first.object)} of ${namespaceOf(first)} but no Namespace ${namespaceOf(first)}, which may turn injection on or off and set the default policy`;
  return [{ ...unread('namespaces', first, because), except: [...new Set([...there, ...other])] }];
}

/** The cluster-wide default policy and networks, of a cluster that shows signs of Linkerd. */
function missingConfig(
  { hasConfig, isMeshed, linkerdNamespace, namespaceOf, options }: DumpFacts,
  dump: readonly SourceObject[],
): UnreadKind[] {
  const isSaid = options.defaultInboundPolicy !== undefined && options.clusterNetworks !== undefined;
  if (hasConfig || isSaid) return [];
  const sign =
    dump.find((source) => namespaceOf(source) === linkerdNamespace) ??
    dump.find(({ object }) => groupOf(object.apiVersion) === POLICY_GROUP) ??
    (isMeshed ? dump.find(({ object }) => isWorkload(object)) : undefined);
  if (sign === undefined) return [];
  const because = `the dump has no ConfigMap linkerd-config of namespace ${linkerdNamespace}, the settings of the control plane, so Linkerd's default settings are assumed`;
  const command = `kubectl get configmap linkerd-config -n ${linkerdNamespace} -o yaml`;
  const remedy = `add what ${command} prints; or pass --linkerd-namespace, or --default-inbound-policy and --cluster-networks`;
  return [{ ...unread('configmaps', sign, because), remedy }];
}

/** Kinds that come late in the list of `namespace-jail kinds`, and that nobody reads for another reason. */
const LISTED = [
  'IngressClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'APIService',
  'CustomResourceDefinition',
];

/** Pods of the mesh without any policy, or Servers that nobody is let into, where nothing shows that those were asked for. */
function missingPolicy({ sources, isMeshed }: DumpFacts, dump: readonly SourceObject[]): UnreadKind[] {
  if (dump.some(({ object }) => LISTED.includes(object.kind))) return [];
  const policy = sources.filter(({ object }) => groupOf(object.apiVersion) === POLICY_GROUP);
  const [workload] = dump.filter(({ object }) => isWorkload(object));
  if (policy.length === 0) {
    if (workload === undefined || !isMeshed) return [];
    const because = `the dump has ${shortName(workload.object)} but no object of ${POLICY_GROUP}, so whether any policy guards it is not known`;
    return [unread(`servers.${POLICY_GROUP}`, workload, because)];
  }
  const server = dump.find(
    ({ object }) => object.kind === 'Server' && groupOf(object.apiVersion) === POLICY_GROUP,
  );
  const authorizes = policy.some(({ object }) =>
    /^(?:AuthorizationPolicy|ServerAuthorization)$/.test(object.kind),
  );
  if (server === undefined || authorizes) return [];
  const because = `the dump has ${shortName(server.object)} but no AuthorizationPolicy or ServerAuthorization at all, so whom it lets in is not known`;
  return [unread(`authorizationpolicies.${POLICY_GROUP}`, server, because)];
}

/** Kinds that objects of the dump refer to, and of which the input has not one. */
function missingReferents({ sources, options }: DumpFacts, dump: readonly SourceObject[]): UnreadKind[] {
  const isComplete = completeness(options.complete ?? []);
  const there = new Set(sources.map(({ object }) => `${groupOf(object.apiVersion)}/${object.kind}`));
  const found = new Map<string, UnreadKind>();
  for (const source of dump) {
    for (const { group, kind, namespace } of referredKinds(source)) {
      const key = `${group}/${kind}`;
      if (there.has(key) || found.has(key) || isComplete(kind, namespace)) continue;
      const because = `${shortName(source.object)} of the dump refers to an object of kind ${kind}, and the dump has no ${kind} of ${group} at all`;
      found.set(key, unread(resourceOf(group, kind), source, because));
    }
  }
  return [...found.values()];
}

interface ReferredKind {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

const TARGETS: readonly (readonly [group: string, kind: string])[] = [
  [POLICY_GROUP, 'Server'],
  [POLICY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'GRPCRoute'],
  [POLICY_GROUP, 'MeshTLSAuthentication'],
  [POLICY_GROUP, 'NetworkAuthentication'],
];

function referredKinds(source: SourceObject): ReferredKind[] {
  const { object } = source;
  const own = object.metadata.namespace ?? '';
  const server = { group: POLICY_GROUP, kind: 'Server', namespace: own };
  if (object.kind === 'HTTPRoute' || object.kind === 'GRPCRoute')
    return parentServers(source, own).map(({ namespace }) => ({ ...server, namespace }));
  if (groupOf(object.apiVersion) !== POLICY_GROUP) return [];
  if (object.kind === 'ServerAuthorization') return [server];
  if (object.kind !== 'AuthorizationPolicy') return [];
  const references = [
    valueAt(object, 'spec', 'targetRef'),
    ...asList(valueAt(object, 'spec', 'requiredAuthenticationRefs')),
  ];
  return references.flatMap((reference) =>
    TARGETS.filter(([group, kind]) => refersTo(reference, group, kind)).map(([group, kind]) => ({
      group,
      kind,
      namespace: asText(valueAt(reference, 'namespace')) ?? own,
    })),
  );
}

function resourceOf(group: string, kind: string): string {
  const known = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS].find(
    (one) => one.group === group && one.kind === kind,
  );
  return known === undefined ? `${kind.toLowerCase()}s.${group}` : resourceName(known);
}

/** The place is a copy: it stands for the kind, not for the object that shows it. */
function unread(resource: string, { origin }: SourceObject, because: string): UnreadKind {
  const isListed = DUMP_KINDS.some((kind) => resourceName(kind) === resource);
  const command = kubectlGet(...(isListed ? [] : [resource]));
  const remedy = `make the dump with ${command}, or add ${resource} to it; if the cluster has nothing more, pass --complete`;
  return { resource, because, remedy, origin: { ...origin } };
}
