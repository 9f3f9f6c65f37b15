import { isFields } from '../kubernetes/fields';
import { placeIn, type SourceText } from './positions';
import type { ParserState } from './yaml-syntax-errors';
import type { Path } from '../kubernetes/path';
import { describe, type Fault } from '../kubernetes/fault';

/** Listens to js-yaml while it reads one document, because its results carry no positions. */
export interface Tracker {
  readonly listener: (event: 'open' | 'close', state: ParserState) => void;
  /** The parser's state, live; after a failure it shows how far the parser got. */
  readonly state: ParserState | undefined;
  /** Line of the document's first value, counting from 0. */
  readonly firstLine: number;
  /** Line breaks in the document, known once it has been read. */
  readonly lines: number;
  /** Where an item of the document's top-level list starts. */
  itemAt(item: object): { readonly line: number; readonly position: number } | undefined;
}

export class LineTracker implements Tracker {
  public state: ParserState | undefined;
  public firstLine = 0;

  public readonly listener = (_event: 'open' | 'close', state: ParserState): void => {
    if (this.state !== undefined) return;
    this.state = state;
    this.firstLine = state.line;
  };

  /** Resets the tracker for the next document. */
  public reset(): this {
    this.state = undefined;
    this.firstLine = 0;
    return this;
  }

  public get lines(): number {
    return this.state?.line ?? 0;
  }

  public itemAt(): undefined {
    return undefined;
  }
}

const ITEM_DEPTH = 3; // the document, its `items`, an item
const BRACE = 0x7b;

/** Also records where the items of a list start, so that `kubectl get -o yaml` need not be read twice. */
export class ListTracker implements Tracker {
  public state: ParserState | undefined;
  public firstLine = 0;
  private readonly items = new Map<object, { line: number; position: number }>();
  private opened = { line: 0, position: 0 };
  private depth = ITEM_DEPTH;

  public readonly listener = (event: 'open' | 'close', state: ParserState): void => {
    if (this.state === undefined) {
      this.state = state;
      this.firstLine = state.line;
      // js-yaml first tries a { … } document (JSON) as the key of a block mapping, which is one level deeper.
      if (state.input.charCodeAt(state.position) === BRACE) this.depth = ITEM_DEPTH + 1;
    }
    if (state.depth !== this.depth) return;
    if (event === 'open') this.opened = { line: state.line, position: state.position };
    else if (isFields(state.result)) this.items.set(state.result, this.opened);
  };

  public get lines(): number {
    return this.state?.line ?? 0;
  }

  public itemAt(item: object): { readonly line: number; readonly position: number } | undefined {
    return this.items.get(item);
  }
}

/** Cheap test for texts that may contain a list; only then is it worth recording where items start. */
export function mayBeList(text: string): boolean {
  return text.includes('List') && text.includes('items');
}

/**
 * Whether a document is a list that was still being written: `kubectl get -o yaml` prints `kind: List` behind the items, so
 * what it printed before it stopped, or before the pipe broke, is YAML without it.
 */
export function isCutOffList(value: Record<string, unknown>): boolean {
  const { apiVersion, kind = '', items } = value;
  const isUnfinished =
    kind === null || (typeof kind === 'string' && kind !== 'List' && 'List'.startsWith(kind));
  return apiVersion === 'v1' && isUnfinished && (items === null || Array.isArray(items)) && !hasName(value);
}

export interface Member {
  readonly value: Record<string, unknown>;
  readonly source: SourceText | undefined;
  readonly line: number;
}

export interface Members {
  readonly members: readonly Member[];
  /** Items that are not objects; their paths are those of the whole document. */
  readonly faults: readonly Fault[];
}

/**
 * The objects of a document: the document itself, or the items of a `List` (or `PodList` and the like, whose items the
 * API server prints without apiVersion and kind). A kind that merely ends in "List" and has a name is an ordinary object.
 */
export function listMembers(
  value: Record<string, unknown>,
  source: SourceText | undefined,
  line: number,
  tracker: Tracker,
): Members {
  const members: Member[] = [];
  const faults: Fault[] = [];
  expand({ value, source, line }, { members, faults, tracker, document: source, path: [] });
  return { members, faults };
}

interface Expansion {
  readonly members: Member[];
  readonly faults: Fault[];
  readonly tracker: Tracker;
  readonly document: SourceText | undefined;
  readonly path: Path;
}

function expand(list: Member, into: Expansion): void {
  const { kind, apiVersion, items } = list.value;
  if (
    typeof kind !== 'string' ||
    !kind.endsWith('List') ||
    !Object.hasOwn(list.value, 'items') ||
    hasName(list.value)
  ) {
    into.members.push(list);
    return;
  }
  const path = [...into.path, 'items'];
  if (items === null) return;
  if (!Array.isArray(items)) {
    const message = `items of ${kind} is ${describe(items)}, but it must be a list`;
    into.faults.push({ path, message, remedy: 'write each object as an item: - apiVersion: …' });
    return;
  }
  const starts = items.map((item: unknown) => (isFields(item) ? into.tracker.itemAt(item) : undefined));
  items.forEach((item: unknown, index) => {
    if (!isFields(item)) {
      const message = `item ${index + 1} of ${kind} is ${describe(item)}, but it must be an object`;
      into.faults.push({ path: [...path, index], message, remedy: 'remove it, or write an object' });
      return;
    }
    const value = { ...item } as Record<string, unknown>;
    if (kind !== 'List') {
      if (!Object.hasOwn(value, 'kind')) value.kind = kind.slice(0, -'List'.length);
      if (!Object.hasOwn(value, 'apiVersion') && typeof apiVersion === 'string')
        value.apiVersion = apiVersion;
    }
    const start = starts[index];
    const source = start && into.document && itemText(into.document, start, starts[index + 1]);
    // Nested lists are rare; their items are looked up when the document is read again.
    const found = source ?? (into.document && placeIn(into.document, [...path, index]));
    const member = { value, source, line: found?.line ?? list.line };
    if (Object.hasOwn(value, 'items')) expand(member, { ...into, path: [...path, index] });
    else into.members.push(member);
  });
}

function itemText(
  source: SourceText,
  start: { readonly line: number; readonly position: number },
  next: { readonly position: number } | undefined,
): SourceText {
  return {
    text: source.text,
    start: source.start + start.position,
    end: next === undefined || next.position <= start.position ? source.end : source.start + next.position,
    line: source.line + start.line,
  };
}

function hasName(value: Record<string, unknown>): boolean {
  return isFields(value.metadata) && typeof value.metadata.name === 'string' && value.metadata.name !== '';
}
