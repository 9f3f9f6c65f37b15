import { shortName, type SourceObject } from '../kubernetes/object';
import { groupOf } from '../kubernetes/references';
import { refusalWords } from './refused-objects';
import { counted, enumerate } from '../basics/words';

/** An object that another one refers to, and that is not in the input, or only in a form that admission refuses. */
export interface MissingReference {
  /** The object that refers to it. */
  readonly from: SourceObject;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The document that is refused: an earlier form of the object may be in force. */
  readonly refused?: SourceObject;
}

export function asRefused(refused: SourceObject | undefined): Pick<MissingReference, 'refused'> {
  return refused === undefined ? {} : { refused };
}

/** `which is not in the input`, after the name of what a reference leads to. */
export function absenceWords({ refused }: Pick<MissingReference, 'refused'>): string {
  return refused === undefined ? 'which is not in the input' : refusalWords(refused);
}

/** Something that a verdict turns on and that the input does not say. */
export type Unknown =
  /** Which of these objects, none of which has a creationTimestamp, is the oldest. */
  | { readonly kind: 'age'; readonly of: readonly SourceObject[] }
  /** Whether there is an object that the input lacks; if there is, it may admit anyone. */
  | { readonly kind: 'reference'; readonly to: MissingReference }
  /** The client's address, if it has one of several. */
  | { readonly kind: 'address' }
  /** Which of the ports that lead to the target the client dials: its own proxy does not see all of them. */
  | { readonly kind: 'dialled' }
  /** Which of a workload's pods it is, of the client or of the target: one of those that run already, or one of its template. */
  | { readonly kind: 'running'; readonly of: 'client' | 'target'; readonly pods: readonly SourceObject[] };

/** A value that an unknown may have, in words that follow "if": "server/zz is older than server/http". */
export interface Condition {
  readonly unknown: Unknown;
  readonly text: string;
}

/** How many of the others are named. */
const NAMED = 3;

/** Which of several objects whose ages are unknown is the oldest: a condition for each, in their order. */
export function oldestOfAll(of: readonly SourceObject[]): readonly Condition[] {
  const counts = new Map<string, number>();
  for (const { object } of of) counts.set(shortName(object), (counts.get(shortName(object)) ?? 0) + 1);
  const names = of.map(({ object }) => {
    const name = shortName(object);
    return counts.get(name) === 1 ? name : `${name} of ${groupOf(object.apiVersion)}`;
  });
  // With thousands of them, each names but a few others.
  const first = names.slice(0, NAMED + 1);
  return names.map((name) => {
    const others = first.filter((one) => one !== name).slice(0, NAMED);
    const more = names.length - 1 - others.length;
    const words = more === 0 ? enumerate(others) : `${others.join(', ')} and ${more} more`;
    return { unknown: { kind: 'age', of }, text: `${name} is older than ${words}` };
  });
}

/** An object that the input lacks is there, and lets the client in. */
export function mayAdmit(to: MissingReference): Condition {
  const { from, kind, namespace, name, refused } = to;
  const object = `${kind.toLowerCase()} ${namespace}/${name}`;
  const referrer = shortName(from.object);
  const text =
    refused === undefined
      ? `${object}, which ${referrer} refers to, is there and admits it`
      : `${object}, to which ${referrer} refers and ${refusalWords(refused)}, is there in an earlier form and admits it`;
  return { unknown: { kind: 'reference', to }, text };
}

/** The client reaches a pod that was created from an older form of its workload, or before its Namespace changed. */
export function reachesRunning(pods: readonly SourceObject[]): Condition {
  return { unknown: { kind: 'running', of: 'target', pods }, text: `it reaches ${stillRunning(pods)}` };
}

/** The client itself is such a pod. */
export function isRunning(pods: readonly SourceObject[]): Condition {
  return { unknown: { kind: 'running', of: 'client', pods }, text: `it is ${stillRunning(pods)}` };
}

/** The client dials one of these ports, which are in its `skip-outbound-ports`. */
export function dialsPast(ports: readonly number[]): Condition {
  const words = ports.length === 1 ? counted(ports, 'port') : `one of ${counted(ports, 'port')}`;
  return { unknown: { kind: 'dialled' }, text: `it dials ${words}, past its own proxy` };
}

function stillRunning(pods: readonly SourceObject[]): string {
  const names = pods.map(({ object }) => shortName(object)).sort();
  const run =
    names.length === 1 ? 'which still runs as it was created' : 'which still run as they were created';
  return `${enumerate(names, 3, 'or')}, ${run}`;
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
    case 'dialled':
    case 'running':
      return undefined;
  }
}
