import { compileRegex, useRegexEngine } from '../../lib/linkerd/regex';

let compiled = 0;

class Counting {
  public constructor(private readonly pattern: string) {
    compiled += 1;
  }

  public find(text: string): { start: number; end: number } | undefined {
    return text === this.pattern ? { start: 0, end: text.length } : undefined;
  }

  public syntax(): unknown {
    return this.pattern;
  }

  public free(): void {
    // Nothing to give back.
  }
}

it.each([
  ['small patterns are compiled once, however many routes ask in turn', '/p[a-z]+', 200],
  ['of patterns that may be large only some stay compiled', String.raw`/\w{9}`, 400],
])('%s', (_, pattern, times) => {
  useRegexEngine(() => Counting);
  compiled = 0;
  const patterns = Array.from({ length: 200 }, (_unused, i) => compileRegex(`${pattern}${i}`));
  for (const one of patterns) if (one.ok) one.spans('/');
  expect(compiled).toBe(times);
});
