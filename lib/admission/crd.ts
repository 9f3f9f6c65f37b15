import { memoized } from '../basics/collections';
import { POLICY_GROUP, WORKLOAD_GROUP } from '../kubernetes/kinds';
import { CRDS } from './crds.generated';

/** A schema as in CustomResourceDefinitions: the part of OpenAPI v3 that Kubernetes calls structural. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly [keyword: string]: unknown;
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  /** The schema of its objects; status is ignored. */
  readonly schema: Schema;
}

/** Groups whose kinds are all in crds/: any other kind there is a mistake, not somebody else's kind. */
export const CLOSED_GROUPS: readonly string[] = [POLICY_GROUP, WORKLOAD_GROUP];

const COMPILED: ReadonlyMap<string, string> = new Map(Object.entries(CRDS));
const GROUPS: ReadonlySet<string> = new Set([...COMPILED.keys()].map((key) => key.split('/')[0] ?? ''));

const parsed = new Map<string, readonly CrdVersion[]>();

/** The kinds of a group that crds/ has. */
export function knownKinds(group: string): string[] {
  return [...COMPILED.keys()]
    .filter((key) => key.startsWith(`${group}/`))
    .map((key) => key.slice(group.length + 1));
}

/** The versions of a kind, parsed on first use; `undefined` for kinds that have nothing to do with policy. */
export function versionsOf(group: string, kind: string): readonly CrdVersion[] | undefined {
  // Most objects of a cluster are of Kubernetes' own groups.
  if (!GROUPS.has(group)) return undefined;
  const key = `${group}/${kind}`;
  const json = COMPILED.get(key);
  if (json === undefined) return undefined;
  return memoized(parsed, key, () => JSON.parse(json) as readonly CrdVersion[]);
}
