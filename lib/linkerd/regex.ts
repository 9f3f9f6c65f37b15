import type { RE2JS } from 're2js';

/** A pattern of a route match, or why Linkerd would not take it. */
export type Regex =
  | { readonly ok: true; readonly spans: (text: string) => boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Compiles a pattern as Linkerd's proxy reads it: Rust's `regex` syntax, which like RE2 has neither look-around nor
 * back-references. `spans` is true when the leftmost match of the pattern is the whole text (linkerd-policy 6.2).
 */
export function compileRegex(pattern: string): Regex {
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
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `${JSON.stringify(pattern)} is no regular expression that Linkerd takes: ${reason}` };
  }
}

/** Loaded on first use: most clusters have no regular expression. */
function engine(): typeof RE2JS {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
}
