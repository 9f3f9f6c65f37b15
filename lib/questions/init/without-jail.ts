import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import { asTextMap, ownValue } from '../../kubernetes/fields';
import { GATEWAY_GROUP, POLICY_GROUP } from '../../kubernetes/kinds';
import type { KubeObject, SourceObject } from '../../kubernetes/object';
import type { Cluster } from '../../cluster/cluster';
import type { InitBase } from './init-base';
import type { InitPlan } from './plan';

/** Annotations that a jail puts on its Namespace, and the values that it gives them. */
const OF_A_JAIL: ReadonlyMap<string, readonly string[]> = new Map([
  [DEFAULT_INBOUND_POLICY, ['audit', 'deny']],
  [INJECT, ['enabled']],
]);

/** What the Namespaces of a plan say themselves today, to be told later from what their jails say. */
export function namespacesNow(cluster: Cluster, { namespaces }: InitPlan): InitBase['namespaces'] {
  return Object.fromEntries(
    namespaces.map(({ namespace }) => {
      const { annotations } = cluster.namespaceMeta(namespace);
      const kept = [...OF_A_JAIL.keys()].flatMap((key) => {
        const value = ownValue(annotations, key);
        return value === undefined ? [] : [[key, value] as const];
      });
      return [namespace, Object.fromEntries(kept)];
    }),
  );
}

/**
 * The manifests as they were without the jails of an app: once applied, its own policy is in every dump, and a new run
 * would take it for somebody else's.
 *
 * @param own what the app synthesized
 */
export function withoutJail(
  objects: readonly SourceObject[],
  { namespaces }: Pick<InitBase, 'namespaces'>,
  own: readonly SourceObject[],
): SourceObject[] {
  const keys = new Set(own.filter(({ object }) => isPolicy(object)).map(({ object }) => keyOf(object)));
  return objects
    .filter(({ object }) => !(isPolicy(object) && keys.has(keyOf(object))))
    .map((source) => {
      const { object } = source;
      const before = object.kind === 'Namespace' ? ownValue(namespaces, object.metadata.name) : undefined;
      return before === undefined ? source : { ...source, object: restored(object, before) };
    });
}

/** Servers in the namespaces of an app, which may be those of its jails. */
export function serversIn(
  objects: readonly SourceObject[],
  { namespaces }: Pick<InitBase, 'namespaces'>,
): SourceObject[] {
  return objects.filter(
    ({ object: { apiVersion, kind, metadata } }) =>
      kind === 'Server' &&
      apiVersion.startsWith(`${POLICY_GROUP}/`) &&
      Object.hasOwn(namespaces, metadata.namespace ?? ''),
  );
}

function isPolicy({ apiVersion }: KubeObject): boolean {
  return apiVersion.startsWith(`${POLICY_GROUP}/`) || apiVersion.startsWith(`${GATEWAY_GROUP}/`);
}

/** Whatever the version: a dump has the one that the cluster stores. */
function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion.replace(/\/.*/, ''), kind, metadata.namespace ?? '', metadata.name].join(' ');
}

function restored(object: KubeObject, before: Readonly<Record<string, string>>): KubeObject {
  const entries = Object.entries(asTextMap(object.metadata.annotations)).flatMap(([key, value]) => {
    if (OF_A_JAIL.get(key)?.includes(value) !== true) return [[key, value] as const];
    const own = ownValue(before, key);
    return own === undefined ? [] : [[key, own] as const];
  });
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(entries) } };
}
