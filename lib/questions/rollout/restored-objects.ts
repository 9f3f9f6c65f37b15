import type { Cluster } from '../../cluster/cluster';
import { isPolicyGroup } from '../../kubernetes/kinds';
import { LAST_APPLIED } from '../../kubernetes/apply';
import { asFields, isFields, ownValue } from '../../kubernetes/fields';
import type { KubeObject, SourceObject } from '../../kubernetes/object';
import { groupOf } from '../../kubernetes/references';

/** What takes an object back to what it is today. */
export type Restored =
  /** A policy object that does not exist today. */
  | { readonly how: 'delete'; readonly source: SourceObject }
  /** Something else that does not exist today; it may hold data, or be somebody's. */
  | { readonly how: 'keep'; readonly source: SourceObject }
  /** A JSON merge patch. */
  | { readonly how: 'patch'; readonly source: SourceObject; readonly patch: KubePatch };

export interface KubePatch {
  readonly [field: string]: unknown;
}

/** Servers first: deleting an authorization before its Server leaves a port that lets nobody in. */
const POLICY_KINDS = [
  'Server',
  'AuthorizationPolicy',
  'ServerAuthorization',
  'HTTPLocalRateLimitPolicy',
  'HTTPRoute',
  'GRPCRoute',
  'MeshTLSAuthentication',
  'NetworkAuthentication',
];

/**
 * What undoes the applying of some manifests, in the order in which it is safe.
 *
 * @param now the cluster once they are applied
 */
export function restored(
  old: Cluster | undefined,
  now: Cluster,
  sources: readonly SourceObject[],
): readonly Restored[] {
  const today = new Map(old?.objects.map((source) => [old.keyOf(source), source]));
  const applied = new Map(now.objects.map((source) => [now.keyOf(source), source]));
  const found = sources.flatMap((source): Restored[] => {
    const key = now.keyOf(source);
    const [before, after] = [today.get(key), applied.get(key)];
    if (after === undefined) return [];
    if (before === undefined) {
      // Without the manifests of today, the Namespace is there for all that is known.
      if (isNamespace(after)) return unset(after);
      return [{ how: isPolicy(source) ? 'delete' : 'keep', source }];
    }
    const patch = patchOf(restorable(after.object), restorable(before.object));
    return patch === undefined ? [] : [{ how: 'patch', source: after, patch }];
  });
  const rank = ({ source }: Restored): number => POLICY_KINDS.indexOf(source.object.kind);
  return found.sort((a, b) => rank(a) - rank(b));
}

export function isNamespace({ object }: SourceObject): boolean {
  return object.kind === 'Namespace' && object.apiVersion === 'v1';
}

function isPolicy({ object }: SourceObject): boolean {
  return isPolicyGroup(groupOf(object.apiVersion)) && POLICY_KINDS.includes(object.kind);
}

/** A Namespace loses what it was given; it may have been there, and is never deleted. */
function unset(source: SourceObject): Restored[] {
  const annotations = Object.keys(asFields(source.object.metadata.annotations));
  if (annotations.length === 0) return [];
  const none = Object.fromEntries(annotations.map((key) => [key, null]));
  return [{ how: 'patch', source, patch: { metadata: { annotations: none } } }];
}

/** What an apply can change: not what the server itself writes. */
function restorable(object: KubeObject): KubePatch {
  const { apiVersion: _version, kind: _kind, metadata, status: _status, ...rest } = object;
  const { [LAST_APPLIED]: _applied, ...annotations } = asFields(metadata.annotations);
  return { ...rest, metadata: { annotations, labels: asFields(metadata.labels) } };
}

/** What makes the first of two values the second (RFC 7386); `undefined` if they are equal. */
function patchOf(from: KubePatch, to: KubePatch): KubePatch | undefined {
  const entries = [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap(
    (key): [string, unknown][] => {
      const [is, was] = [ownValue(from, key), ownValue(to, key)];
      if (JSON.stringify(is) === JSON.stringify(was)) return [];
      if (was === undefined || was === null) return [[key, null]];
      if (!isFields(is) || !isFields(was)) return [[key, was]];
      const inner = patchOf(is, was);
      return inner === undefined ? [] : [[key, inner]];
    },
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
