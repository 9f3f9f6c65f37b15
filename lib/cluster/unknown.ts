import { shortName, type SourceObject } from '../kubernetes/object';
import { groupOf } from '../kubernetes/references';
import { enumerate } from '../basics/words';

/** An object that another one refers to, and that is not in the input. */
export interface MissingReference {
  /** The object that refers to it. */
  readonly from: SourceObject;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Something that a verdict turns on and that the input does not say. */
export type Unknown =
  /** Which of these objects, none of which has a creationTimestamp, is the oldest. */
  | { readonly kind: 'age'; readonly of: readonly SourceObject[] }
  /** Whether there is an object that the input lacks; if there is, it may admit anyone. */
  | { readonly kind: 'reference'; readonly to: MissingReference }
  /** The client's address, if it has one of several. */
  | { readonly kind: 'address' }
  /** Which of a workload's pods the client reaches: one of those that run already, or one of its template. */
  | { readonly kind: 'running'; readonly pods: readonly SourceObject[] };

/** A value that an unknown may have, in words that follow "if": "server/zz is older than server/http". */
export interface Condition {
  readonly unknown: Unknown;
  readonly text: string;
}

/** The oldest of several objects whose ages are unknown. */
export function isOldest(oldest: SourceObject, of: readonly SourceObject[]): Condition {
  const others = of.filter((one) => one !== oldest);
  const isUnique = others.every(({ object }) => shortName(object) !== shortName(oldest.object));
  const name = ({ object }: SourceObject): string =>
    isUnique ? shortName(object) : `${shortName(object)} of ${groupOf(object.apiVersion)}`;
  const text = `${name(oldest)} is older than ${enumerate(others.map(name), 4)}`;
  return { unknown: { kind: 'age', of }, text };
}

/** An object that the input lacks is there, and lets the client in. */
export function mayAdmit(to: MissingReference): Condition {
  const { from, kind, namespace, name } = to;
  const text = `${kind.toLowerCase()} ${namespace}/${name}, which ${shortName(from.object)} refers to, is there and admits it`;
  return { unknown: { kind: 'reference', to }, text };
}

/** The client reaches a pod that was created from an older form of its workload, or before its Namespace changed. */
export function reachesRunning(pods: readonly SourceObject[]): Condition {
  const names = pods.map(({ object }) => shortName(object)).sort();
  const run =
    names.length === 1 ? 'which still runs as it was created' : 'which still run as they were created';
  return { unknown: { kind: 'running', pods }, text: `it reaches ${enumerate(names, 3, 'or')}, ${run}` };
}

/** The flag that settles an unknown. */
export function flagFor({ kind }: Unknown): string | undefined {
  switch (kind) {
    case 'age':
      return '--ages index';
    case 'reference':
      return '--complete';
    case 'address':
      return '--pod-networks';
    case 'running':
      return undefined;
  }
}
