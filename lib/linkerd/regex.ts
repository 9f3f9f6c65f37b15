import type { RE2JS } from 're2js';

/** A pattern of a route match, or why Linkerd would refuse it. */
export type Regex =
  | { readonly ok: true; readonly spans: (text: string) => boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Compiles a pattern as Linkerd's proxy reads it: Rust's `regex` syntax, which like RE2 has neither look-around nor
 * back-references. `spans` is true when the leftmost match of the pattern is the whole text (linkerd-policy 6.2).
 *
 * RE2 stands in for Rust. Syntax that RE2 accepts but Rust refuses (`/users/{id}`, `\Q…\E`) or reads differently
 * (`[a[bc]]`, `[a&&b]`, `\<`) is a problem here, too. So is what Rust accepts and RE2 does not: a repetition above 1000,
 * `a**`, and the flags `x`, `u` and `R`: better to refuse openly than to judge by another pattern. `\d`, `\w`, `\s` and
 * `\b` are ASCII-only, which is enough for a request's path and header values.
 */
export function compileRegex(pattern: string): Regex {
  const difference = unlikeRust(pattern);
  if (difference !== undefined) return refused(pattern, difference);
  try {
    const regex = engine().compile(pattern);
    return {
      ok: true,
      spans: (text) => {
        const matcher = regex.matcher(text);
        return matcher.find() && matcher.start() === 0 && matcher.end() === text.length;
      },
    };
  } catch (error) {
    return refused(pattern, error instanceof Error ? error.message : String(error));
  }
}

function refused(pattern: string, reason: string): Regex {
  return {
    ok: false,
    problem: `${JSON.stringify(pattern)} is not a regular expression Linkerd accepts: ${reason}`,
  };
}

const NAMED_ESCAPE = /^\\[pPx]\{[^}]*\}/;
const POSIX_CLASS = /^\[:\^?[a-z]+:\]/;
const REPETITION = /^\{\d+(?:,\d*)?\}/;

/** Where RE2 would accept a pattern that Rust refuses or reads differently. */
function unlikeRust(pattern: string): string | undefined {
  let classStart: number | undefined;
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at, at + 32);
    if (rest.startsWith('\\')) {
      const letter = rest.charAt(1);
      if (/[0-9QEC<>]/.test(letter)) return `\\${letter} is not an escape it knows`;
      at += NAMED_ESCAPE.exec(pattern.slice(at))?.[0].length ?? 2;
      at -= 1;
    } else if (classStart === undefined) {
      if (rest.startsWith('{') && !REPETITION.test(rest)) return 'a literal { must be written \\{';
      if (rest.startsWith('[')) {
        // A leading ] is a literal.
        at += /^\[\^?\]?/.exec(rest)?.[0].length ?? 1;
        at -= 1;
        classStart = at;
      }
    } else if (rest.startsWith(']')) {
      classStart = undefined;
    } else if (rest.startsWith('[')) {
      const posix = POSIX_CLASS.exec(rest);
      if (posix === null) return 'a [ inside [ ] must be written \\[';
      at += posix[0].length - 1;
    } else if (at > classStart + 1 && /^(?:&&|--|~~)/.test(rest)) {
      return `${rest.slice(0, 2)} inside [ ] must be escaped`;
    }
  }
  return undefined;
}

/** Loaded on first use: most clusters have no regular expressions. */
function engine(): typeof RE2JS {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
}
