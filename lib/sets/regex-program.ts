import { memoized } from '../basics/collections';
import type { CharRanges } from './char-set';

/**
 * A step of a pattern: take a character, go on at one of several places (the first that leads to a match counts), hold
 * only at the start or the end of the text, or be done.
 */
export type RegexStep =
  | { readonly kind: 'char'; readonly ranges: CharRanges; readonly next: number }
  | { readonly kind: 'split'; next: readonly number[] }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'match' };

export interface RegexProgram {
  readonly steps: readonly RegexStep[];
  readonly first: number;
}

/** More than this, and a pattern is not taken apart. */
const MOST_STEPS = 4000;

/** What is used of Rust's `regex_syntax::hir::Hir`, as `rregex` hands it out. */
interface Hir {
  readonly kind: { readonly '@variant': string; readonly '@values'?: readonly unknown[] };
}

/**
 * Translates a pattern, as Rust parsed it, keeping which alternative is tried first.
 *
 * @returns undefined where it asks for word boundaries or line ends, or is too long
 */
export function compileProgram(syntax: unknown): RegexProgram | undefined {
  const compiler = new Compiler();
  const match = compiler.add({ kind: 'match' });
  try {
    return { first: compiler.compile(syntax as Hir, match), steps: compiler.steps };
  } catch (error) {
    if (error instanceof NotTranslated) return undefined;
    throw error;
  }
}

class NotTranslated extends Error {}

/** Builds from the end: each part knows where it goes on. */
class Compiler {
  public readonly steps: RegexStep[] = [];
  /** A class that is repeated is one and the same each time. */
  private readonly classes = new Map<HirClass, CharRanges>();

  public add(step: RegexStep): number {
    if (this.steps.length >= MOST_STEPS) throw new NotTranslated();
    return this.steps.push(step) - 1;
  }

  public compile({ kind }: Hir, next: number): number {
    const [value] = kind['@values'] ?? [];
    switch (kind['@variant']) {
      case 'Empty':
        return next;
      case 'Literal':
        return this.literal(value as { '@values': [Readonly<Record<number, number>>] }, next);
      case 'Class':
        return this.add({ kind: 'char', ranges: memoized(this.classes, value as HirClass, rangesOf), next });
      case 'Look':
        return this.look((value as { '@variant': string })['@variant'], next);
      case 'Repetition':
        return this.repetition(value as Repetition, next);
      case 'Capture':
        return this.compile((value as { sub: Hir }).sub, next);
      case 'Concat':
        return (value as Hir[]).reduceRight((after, part) => this.compile(part, after), next);
      case 'Alternation':
        return this.add({ kind: 'split', next: (value as Hir[]).map((part) => this.compile(part, next)) });
      default:
        throw new NotTranslated();
    }
  }

  private literal(
    { '@values': [bytes] }: { '@values': [Readonly<Record<number, number>>] },
    next: number,
  ): number {
    const encoded = Object.values(bytes).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
    const chars = [...decodeURIComponent(encoded.join(''))].map((char) => char.codePointAt(0) ?? 0);
    return chars.reduceRight(
      (after, char) => this.add({ kind: 'char', ranges: [[char, char]], next: after }),
      next,
    );
  }

  private look(kind: string, next: number): number {
    if (kind === 'Start') return this.add({ kind: 'start', next });
    if (kind === 'End') return this.add({ kind: 'end', next });
    throw new NotTranslated();
  }

  private repetition({ min, max, greedy, sub }: Repetition, next: number): number {
    let start: number;
    if (max === undefined || max === null) {
      // A part that may be empty is repeated once or more, and that is optional, as Rust does it.
      const isOptional = min === 0;
      const loop = { kind: 'split' as const, next: [] as readonly number[] };
      const again = this.add(loop);
      const body = this.compile(sub, again);
      loop.next = greedy ? [body, next] : [next, body];
      start = isOptional ? (this.isNullable(body, again) ? this.either(body, next, greedy) : again) : body;
    } else {
      start = next;
      for (let i = min; i < max; i++) start = this.either(this.compile(sub, start), next, greedy);
    }
    const copies = max === undefined || max === null ? min - 1 : min;
    for (let i = 0; i < copies; i++) start = this.compile(sub, start);
    return start;
  }

  private either(body: number, next: number, greedy: boolean): number {
    return this.add({ kind: 'split', next: greedy ? [body, next] : [next, body] });
  }

  /** Whether one place leads to another without a character. */
  private isNullable(from: number, to: number, seen = new Set<number>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    const step = this.steps[from];
    if (step === undefined || step.kind === 'char' || step.kind === 'match') return false;
    const next = step.kind === 'split' ? step.next : [step.next];
    return next.some((place) => this.isNullable(place, to, seen));
  }
}

interface Repetition {
  readonly min: number;
  readonly max?: number | null;
  readonly greedy: boolean;
  readonly sub: Hir;
}

interface HirClass {
  readonly '@values': readonly [
    { readonly ranges: readonly { readonly start: string | number; readonly end: string | number }[] },
  ];
}

function rangesOf({ '@values': [{ ranges }] }: HirClass): CharRanges {
  const point = (edge: string | number): number =>
    typeof edge === 'number' ? edge : (edge.codePointAt(0) ?? 0);
  return ranges.map(({ start, end }) => [point(start), point(end)]);
}
