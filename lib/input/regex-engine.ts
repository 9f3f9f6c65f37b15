import { useRegexEngine, type RustRegexClass } from '../linkerd/regex';

/** Gives the core the build of Rust's `regex` for Node; it is loaded with the first regular expression that is met. */
export function useNodeRegexEngine(): void {
  useRegexEngine(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return (require('rregex') as { RRegex: RustRegexClass }).RRegex;
  });
}
