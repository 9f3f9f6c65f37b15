import { utf8Length } from '../basics/utf8';

/** A pattern of a route match, or why Linkerd would refuse it. */
export type Regex =
  | {
      readonly ok: true;
      readonly spans: (text: string) => boolean;
      /** The pattern as Rust parsed it, in the form of its own `Hir`. */
      readonly syntax: () => unknown;
    }
  | { readonly ok: false; readonly problem: string };

/** What is used of the class `RRegex` of the package `rregex`: Rust's `regex` crate, as Linkerd's proxy has it. */
export interface RustRegex {
  /** The leftmost match; offsets are those of bytes. */
  find(text: string): { readonly start: number; readonly end: number } | undefined;
  syntax(): unknown;
  /** Gives back the memory, which no garbage collector sees. */
  free(): void;
}

/** Compiles a pattern. Throws an Error with Rust's own words where Rust refuses it. */
export type RustRegexClass = new (pattern: string) => RustRegex;

/** At most so many stay compiled: each may take 10 MiB, unless its text says that it is small. */
const MOST_COMPILED = 64;
const MOST_SMALL = 2048;

/** What may be large in a compiled pattern: counted repetitions, Unicode classes, and flags. */
const LARGE = /\{|\\[wWdDsSpPbB]|\(\?/;
const SMALL_LENGTH = 256;

let loadEngine = (): RustRegexClass => {
  throw new Error('no regular expressions: the edge of the program must call useRegexEngine first');
};
let engine: RustRegexClass | undefined;
/** The least recently used first. */
const compiled = new Map<string, RustRegex>();
const small = new Map<string, RustRegex>();
/** Why Rust refuses a pattern: to find one too large takes a second. */
const refused = new Map<string, string>();

/**
 * Says where the engine comes from: Node and browsers load WebAssembly each in its own way.
 *
 * @param load called when the first regular expression is met: most clusters have none
 */
export function useRegexEngine(load: () => RustRegexClass): void {
  loadEngine = load;
  engine = undefined;
  compiled.clear();
  small.clear();
  refused.clear();
}

/**
 * Compiles a pattern as Linkerd's webhook and proxy do: by Rust's `regex` crate, with Unicode classes and at most 10 MiB
 * of compiled size. `spans` is true when the leftmost match of the pattern is the whole text (linkerd-policy 6.2).
 */
export function compileRegex(pattern: string): Regex {
  const reason = whyRefused(pattern);
  if (reason !== undefined) {
    return {
      ok: false,
      problem: `${JSON.stringify(pattern)} is not a regular expression Linkerd accepts: ${reason}`,
    };
  }
  return {
    ok: true,
    spans: (text) => {
      const match = regexOf(pattern).find(text);
      return match?.start === 0 && match.end === utf8Length(text);
    },
    syntax: () => regexOf(pattern).syntax(),
  };
}

function regexOf(pattern: string): RustRegex {
  engine ??= loadEngine();
  const isSmall = pattern.length <= SMALL_LENGTH && !LARGE.test(pattern);
  const [known, most] = isSmall ? ([small, MOST_SMALL] as const) : ([compiled, MOST_COMPILED] as const);
  const regex = known.get(pattern) ?? new engine(pattern);
  known.delete(pattern);
  known.set(pattern, regex);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) {
    known.get(oldest)?.free();
    known.delete(oldest);
  }
  return regex;
}

/** Rust's last line has the reason; those above it show the place in the pattern. */
function whyRefused(pattern: string): string | undefined {
  const known = refused.get(pattern);
  if (known !== undefined) return known;
  try {
    regexOf(pattern);
    return undefined;
  } catch (error) {
    const { name, message: words } = error as Error;
    // Rust refuses by a plain Error; anything else (no engine, no memory) says nothing about the pattern.
    if (engine === undefined || name !== 'Error') throw error;
    const reason = words.replace(/^[^]*\n(?:error: )?/, '');
    refused.set(pattern, reason);
    return reason;
  }
}
