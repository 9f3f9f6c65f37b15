import { canMatch, isSpiffe, type IdentityMatch } from '../linkerd/identity';
import { compareText, inHalves } from '../basics/collections';

/**
 * The DNS-form names below one suffix: whether the suffix itself is in the set, whether longer names are, and the labels
 * for which that differs. A label that is not listed stands for `{ self: rest, rest }`.
 */
interface Node {
  readonly self: boolean;
  readonly rest: boolean;
  readonly labels: ReadonlyMap<string, Node>;
}

/** SPIFFE ids are only ever matched whole: the listed ones, or all but the listed ones. */
interface SpiffeIds {
  readonly allBut: boolean;
  readonly ids: ReadonlySet<string>;
}

type Combine = (a: boolean, b: boolean) => boolean;

const NO_LABELS: ReadonlyMap<string, Node> = new Map();
const NO_IDS: ReadonlySet<string> = new Set();

/**
 * A set of mesh identities, closed under union, intersection and difference: a trie over the labels of DNS-form names
 * read from the right, with SPIFFE ids kept separately. Immutable.
 */
export class IdentitySet {
  public static readonly NONE = new IdentitySet(leaf(false), { allBut: false, ids: NO_IDS });
  public static readonly ALL = new IdentitySet(leaf(true), { allBut: true, ids: NO_IDS });

  private keyText: string | undefined;

  private constructor(
    private readonly names: Node,
    private readonly spiffe: SpiffeIds,
  ) {}

  public static fromPatterns(patterns: readonly IdentityMatch[]): IdentitySet {
    return inHalves(
      patterns.map((pattern) => IdentitySet.of(pattern)),
      (a, b) => a.or(b),
      IdentitySet.NONE,
    );
  }

  public static of(pattern: IdentityMatch): IdentitySet {
    if (!canMatch(pattern)) return IdentitySet.NONE;
    if (pattern.kind === 'suffix') {
      return new IdentitySet(path(pattern.labels, { self: false, rest: true, labels: NO_LABELS }), NO_SPIFFE);
    }
    if (isSpiffe(pattern.name))
      return new IdentitySet(leaf(false), { allBut: false, ids: new Set([pattern.name]) });
    return new IdentitySet(
      path(pattern.name.split('.'), { self: true, rest: false, labels: NO_LABELS }),
      NO_SPIFFE,
    );
  }

  /** Equal for equal sets. */
  public get key(): string {
    const { allBut, ids } = this.spiffe;
    this.keyText ??= `${nodeKey(this.names)} ${allBut ? '!' : ''}${JSON.stringify([...ids].sort())}`;
    return this.keyText;
  }

  public get isEmpty(): boolean {
    const { names, spiffe } = this;
    return !names.rest && names.labels.size === 0 && !spiffe.allBut && spiffe.ids.size === 0;
  }

  public get isAll(): boolean {
    const { names, spiffe } = this;
    return names.rest && names.labels.size === 0 && spiffe.allBut && spiffe.ids.size === 0;
  }

  public has(identity: string): boolean {
    if (isSpiffe(identity)) return this.spiffe.ids.has(identity) !== this.spiffe.allBut;
    let node = this.names;
    for (const label of identity.split('.').reverse()) node = child(node, label);
    return node.self;
  }

  public or(other: IdentitySet): IdentitySet {
    if (this === other || other.isEmpty || this.isAll) return this;
    if (this.isEmpty || other.isAll) return other;
    return this.combine(other, (a, b) => a || b);
  }

  public and(other: IdentitySet): IdentitySet {
    if (this === other || this.isEmpty || other.isAll) return this;
    if (other.isEmpty || this.isAll) return other;
    return this.combine(other, (a, b) => a && b);
  }

  public minus(other: IdentitySet): IdentitySet {
    if (this.isEmpty || other.isEmpty) return this;
    if (this === other || other.isAll) return IdentitySet.NONE;
    return this.combine(other, (a, b) => a && !b);
  }

  /** One identity of the set: the first preferred one in it, else a made-up name; `undefined` if the set is empty. */
  public witness(preferred: readonly string[] = []): string | undefined {
    return (
      preferred.find((identity) => this.has(identity)) ?? nodeWitness(this.names) ?? this.spiffeWitness()
    );
  }

  /** The set as policy would put it: names and wildcards, each with the names below it that are left out. */
  public describe(): IdentityDescription[] {
    const described: IdentityDescription[] = [];
    describeNode(this.names, [], described);
    const ids = [...this.spiffe.ids].sort();
    if (this.spiffe.allBut) described.push({ text: 'spiffe://*', except: ids });
    else described.push(...ids.map((text) => ({ text, except: [] })));
    return described;
  }

  private combine(other: IdentitySet, f: Combine): IdentitySet {
    return new IdentitySet(
      combineNodes(this.names, other.names, f),
      combineIds(this.spiffe, other.spiffe, f),
    );
  }

  private spiffeWitness(): string | undefined {
    const { allBut, ids } = this.spiffe;
    if (!allBut) return [...ids].sort()[0];
    return fresh(
      (n) => `spiffe://witness.example/witness${n}`,
      (id) => !ids.has(id),
    );
  }
}

/** A name or wildcard, and what is left out below it. */
export interface IdentityDescription {
  readonly text: string;
  readonly except: readonly string[];
}

const NO_SPIFFE: SpiffeIds = { allBut: false, ids: NO_IDS };

function leaf(member: boolean): Node {
  return { self: member, rest: member, labels: NO_LABELS };
}

/** A trie that is empty except for the node at the end of a path, given from left to right. */
function path(labels: readonly string[], end: Node): Node {
  // The root has no name of its own; it holds what longer names hold, so that equal sets are equal tries.
  if (labels.length === 0) return { ...end, self: end.rest };
  return labels.reduce<Node>(
    (node, label) => ({ self: false, rest: false, labels: new Map([[label, node]]) }),
    end,
  );
}

function child(node: Node, label: string): Node {
  return node.labels.get(label) ?? leaf(node.rest);
}

function combineNodes(a: Node, b: Node, f: Combine): Node {
  const rest = f(a.rest, b.rest);
  const labels = new Map<string, Node>();
  for (const label of new Set([...a.labels.keys(), ...b.labels.keys()])) {
    const combined = combineNodes(child(a, label), child(b, label), f);
    if (combined.self !== rest || combined.rest !== rest || combined.labels.size > 0)
      labels.set(label, combined);
  }
  return { self: f(a.self, b.self), rest, labels };
}

function combineIds(a: SpiffeIds, b: SpiffeIds, f: Combine): SpiffeIds {
  const allBut = f(a.allBut, b.allBut);
  const has = (set: SpiffeIds, id: string): boolean => set.ids.has(id) !== set.allBut;
  const ids = [...new Set([...a.ids, ...b.ids])].filter((id) => f(has(a, id), has(b, id)) !== allBut);
  return { allBut, ids: new Set(ids) };
}

function nodeKey(node: Node): string {
  const below = sortedLabels(node).map(([label, inner]) => JSON.stringify(label) + nodeKey(inner));
  return `${node.self ? 's' : '-'}${node.rest ? 'r' : '-'}(${below.join()})`;
}

function nodeWitness(root: Node): string | undefined {
  const search = (node: Node, labels: readonly string[]): string | undefined => {
    if (node.self && labels.length > 0) return labels.join('.');
    for (const [label, below] of sortedLabels(node)) {
      const found = search(below, [label, ...labels]);
      if (found !== undefined) return found;
    }
    if (!node.rest) return undefined;
    return [
      fresh(
        (n) => `witness${n}`,
        (label) => !node.labels.has(label),
      ),
      ...labels,
    ].join('.');
  };
  return search(root, []);
}

function fresh(name: (suffix: string) => string, isFree: (name: string) => boolean): string {
  for (let n = 0; ; n += 1) {
    const candidate = name(n === 0 ? '' : `${n}`);
    if (isFree(candidate)) return candidate;
  }
}

/** Exceptions are listed at the nearest wildcard above them. */
function describeNode(node: Node, labels: readonly string[], out: IdentityDescription[]): void {
  if (node.self && labels.length > 0) out.push({ text: labels.join('.'), except: [] });
  if (node.rest) {
    const except: string[] = [];
    const within: IdentityDescription[] = [];
    collectMissing(node, labels, except, within);
    out.push({ text: ['*', ...labels].join('.'), except }, ...within);
    return;
  }
  for (const [label, below] of sortedLabels(node)) {
    describeNode(below, [label, ...labels], out);
  }
}

/** Names that are back in below an excluded wildcard go to `within`. */
function collectMissing(
  node: Node,
  labels: readonly string[],
  except: string[],
  within: IdentityDescription[],
): void {
  for (const [label, below] of sortedLabels(node)) {
    const name = [label, ...labels];
    if (!below.self) except.push(name.join('.'));
    if (below.rest) {
      collectMissing(below, name, except, within);
      continue;
    }
    except.push(['*', ...name].join('.'));
    for (const [inner, deeper] of sortedLabels(below)) describeNode(deeper, [inner, ...name], within);
  }
}

function sortedLabels({ labels }: Node): [string, Node][] {
  return [...labels].sort(([a], [b]) => compareText(a, b));
}
