const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1e3],
  ['m', 6e4],
  ['h', 3.6e6],
]);

const PART = '(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)';
const WHOLE = new RegExp(`^\\+?(?:${PART})+$`);

/** Milliseconds of a duration in Go's notation, such as `1m30s`; `undefined` if invalid or negative. */
export function goDuration(value: string): number | undefined {
  if (/^\+?0$/.test(value)) return 0;
  if (!WHOLE.test(value)) return undefined;
  const parts = [...value.matchAll(new RegExp(PART, 'g'))];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (MILLISECONDS.get(unit ?? '') ?? NaN),
    0,
  );
}
