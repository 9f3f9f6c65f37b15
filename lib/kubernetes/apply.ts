import { asFields, asList, asText, isFields, ownValue, valueAt, type Fields } from './fields';
import type { KubeObject } from './object';
import { groupOf } from './references';

/** What `kubectl apply` writes of a manifest into the object, so that the next apply knows what it may remove. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields of metadata that only an API server sets. */
const SERVER_FIELDS = ['uid', 'resourceVersion', 'managedFields', 'creationTimestamp'];

/** Whether an object was read from a cluster; a manifest has nothing that the API server or `kubectl apply` wrote. */
export function isLive({ metadata }: KubeObject): boolean {
  return (
    SERVER_FIELDS.some((field) => ownValue(metadata, field) !== undefined) ||
    ownValue(asFields(metadata.annotations), LAST_APPLIED) !== undefined
  );
}

/** Whether a Pod exists: only the API server gives it a uid, only the cluster a phase, and only a controller its owner. */
export function isCreatedPod({ metadata, status }: KubeObject): boolean {
  const isOwned = asList(valueAt(metadata, 'ownerReferences')).length > 0;
  return typeof metadata.uid === 'string' || typeof valueAt(status, 'phase') === 'string' || isOwned;
}

/**
 * What a live object becomes once a manifest is applied to it. What the manifest sets counts; what an earlier manifest
 * set, by the object's own record of it, and this one does not, is removed; everything else stays. Lists of Kubernetes'
 * own kinds are merged by the key of their items, those of custom resources are replaced.
 */
export function mergedByApply(live: KubeObject, manifest: KubeObject): KubeObject {
  const merge = groupOf(manifest.apiVersion).includes('.') ? replaceList : mergeList;
  return mergeFields(live, manifest, lastApplied(live), merge) as KubeObject;
}

type ListMerge = (
  field: string,
  live: readonly unknown[],
  now: readonly unknown[],
  before: unknown,
) => unknown;

function lastApplied({ metadata }: KubeObject): Fields {
  const text = asText(valueAt(metadata, 'annotations', LAST_APPLIED));
  if (text === undefined) return {};
  try {
    return asFields(JSON.parse(text));
  } catch {
    return {}; // kubectl would stop here; without the record nothing is known to be removed
  }
}

function mergeFields(live: Fields, now: Fields, before: Fields, lists: ListMerge): Fields {
  const kept = Object.entries(live).filter(
    ([key]) => !Object.hasOwn(now, key) && !Object.hasOwn(before, key),
  );
  const set = Object.entries(now).flatMap(([key, value]): [string, unknown][] => {
    if (value === null) return [];
    const [was, record] = [ownValue(live, key), ownValue(before, key)];
    if (isFields(value) && isFields(was)) return [[key, mergeFields(was, value, asFields(record), lists)]];
    return [[key, Array.isArray(value) && Array.isArray(was) ? lists(key, was, value, record) : value]];
  });
  return Object.fromEntries([...kept, ...set]);
}

function replaceList(_: string, __: readonly unknown[], now: readonly unknown[]): unknown {
  return now;
}

/** The patch merge keys of the lists that say what a pod or a Service does. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  // Of containers and of Services; one port may have several protocols.
  ports: ['containerPort', 'port', 'protocol'],
};

function mergeList(
  field: string,
  live: readonly unknown[],
  now: readonly unknown[],
  before: unknown,
): unknown {
  const keys = ownValue(MERGE_KEYS, field);
  if (keys === undefined) return now;
  const keyOf = (item: unknown): string =>
    keys.map((key) => valueAt(item, key) ?? (key === 'protocol' ? 'TCP' : '')).join('\n');
  const byKey = (items: unknown): ReadonlyMap<string, unknown> =>
    new Map(Array.isArray(items) ? items.map((item) => [keyOf(item), item]) : []);
  const [was, set, record] = [byKey(live), byKey(now), byKey(before)];
  const merged = now.map((item) => {
    const key = keyOf(item);
    const own = was.get(key);
    if (!isFields(item) || !isFields(own)) return item;
    return mergeFields(own, item, asFields(record.get(key)), mergeList);
  });
  return [...merged, ...live.filter((item) => !set.has(keyOf(item)) && !record.has(keyOf(item)))];
}
