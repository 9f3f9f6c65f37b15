import { DEAD, States, type Automaton } from './automaton';
import { hasChar, LAST_CHAR, type CharRanges } from './char-set';

/** What paths have in place of a segment that nothing names. */
export const OTHER = Symbol('any other segment');

export type Segment = string | typeof OTHER;

/**
 * Paths that exact paths, prefixes and gRPC methods do not tell apart: those of exactly these segments, or, where it is
 * open, those that go on with a segment that is none of `except`, and anything behind it.
 */
export interface PathCell {
  readonly segments: readonly Segment[];
  readonly open: boolean;
  /** Segments that have a cell of their own at the place of an `OTHER`, by its place. */
  readonly except: readonly ReadonlySet<string>[];
}

interface Node {
  readonly children: Map<Segment, Node>;
}

/** The paths that something names, segment by segment. */
export class PathTree {
  private readonly root: Node = { children: new Map() };

  public constructor() {
    this.add(['']);
  }

  public add(segments: readonly Segment[]): void {
    let node = this.root;
    for (const segment of segments) {
      let child = node.children.get(segment);
      if (child === undefined) node.children.set(segment, (child = { children: new Map() }));
      node = child;
    }
  }

  /** A segment that may stand second behind any first one. */
  public addSecond(segment: string): void {
    for (const first of [...this.root.children.keys()]) this.add([first, segment]);
  }

  /** All cells: together they are all paths, and no path is in two. */
  public cells(): readonly PathCell[] {
    const cells: PathCell[] = [];
    const visit = (
      { children }: Node,
      segments: readonly Segment[],
      except: readonly ReadonlySet<string>[],
    ): void => {
      const named = new Set([...children.keys()].filter((key): key is string => typeof key === 'string'));
      const below = [...except, named];
      if (segments.length > 0) cells.push({ segments, open: false, except });
      for (const [segment, child] of children) visit(child, [...segments, segment], below);
      if (!children.has(OTHER)) cells.push({ segments: [...segments, OTHER], open: true, except: below });
    };
    visit(this.root, [], []);
    // Short paths first, and those without an empty segment: they make the better examples.
    const cost = ({ segments }: PathCell): number =>
      segments.length + (segments.length > 1 && segments.includes('') ? 0.5 : 0);
    return cells.sort((a, b) => cost(a) - cost(b));
  }
}

/** Segments of a path that begins with "/". */
export function segmentsOf(path: string): readonly string[] {
  return path.slice(1).split('/');
}

const FRESH = 'witness';

/** A path of a cell. */
export function samplePath({ segments, except }: PathCell): string {
  const texts = segments.map((segment, i) => {
    if (typeof segment === 'string') return segment;
    let fresh = FRESH;
    while (except[i]?.has(fresh) === true) fresh += '-';
    return fresh;
  });
  return `/${texts.join('/')}`;
}

const SLASH = 0x2f;

/** Characters that a path may have as they are; all others are sent encoded. */
export const PATH_CHARS: CharRanges = [
  [0x21, 0x22],
  [0x24, 0x3b],
  [0x3d, 0x3d],
  [0x40, 0x5f],
  [0x61, 0x7e],
  [0xa1, 0xd7ff],
  [0xe000, LAST_CHAR],
];

/** Whether a client can send a path as it is. */
export function isSendable(path: string): boolean {
  return path.startsWith('/') && [...path].every((char) => hasChar(PATH_CHARS, char.codePointAt(0) ?? 0));
}

/** How far a path has been read: the segment, and its text as long as that may still become a named one. */
interface Place {
  readonly index: number;
  readonly text: string | undefined;
}

/** Reads the paths of a cell. */
export function cellAutomaton({ segments, open, except }: PathCell): Automaton {
  const states = new States<Place>();
  const last = segments.length - 1;
  const number = (index: number, text: string | undefined): number =>
    states.number(`${index} ${text === undefined ? '' : `/${text}`}`, { index, text });
  const names = segments.map((segment, i) =>
    typeof segment === 'string' ? [segment] : [...(except[i] ?? [])],
  );
  const isWhole = ({ index, text }: Place): boolean => {
    const segment = segments[index];
    return typeof segment === 'string'
      ? text === segment
      : text === undefined || names[index]?.includes(text) !== true;
  };
  return {
    start: number(-1, ''),
    sets: [...new Set(['/', ...names.flat().join('')])].map((char) => {
      const point = char.codePointAt(0) ?? 0;
      return [[point, point]];
    }),
    step: (state, char) => {
      const place = states.at(state);
      if (place === undefined) return DEAD;
      const { index, text } = place;
      // Behind the last segment of an open cell anything goes.
      if (index > last) return state;
      if (char === SLASH) {
        if (index === -1) return number(0, '');
        return isWhole(place) && (index < last || open)
          ? number(index + 1, index === last ? undefined : '')
          : DEAD;
      }
      if (index === -1) return DEAD;
      const longer = text === undefined ? undefined : text + String.fromCodePoint(char);
      const mayBecome =
        longer !== undefined && names[index]?.some((name) => name.startsWith(longer)) === true;
      if (mayBecome) return number(index, longer);
      return segments[index] === OTHER ? number(index, undefined) : DEAD;
    },
    accepts: (state) => {
      const place = states.at(state);
      return place !== undefined && (place.index > last || (place.index === last && isWhole(place)));
    },
  };
}
