/** Units by their names, the last of which is also a beginning: `days` is a day. */
const UNITS: readonly (readonly string[])[] = [
  ['ns', 'nano'],
  ['us', 'µs', 'micro'],
  ['ms', 'milli'],
  ['s', 'sec'],
  ['m', 'min'],
  ['h', 'hr', 'hour'],
  ['d', 'day'],
  ['w', 'week', 'wk'],
];

const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const LARGEST = 2n ** 63n - 1n;

/**
 * Whether a text has the format `duration` of a schema: a duration as Go writes it, which must fit 63 bits of nanoseconds, or
 * whole numbers with a unit up to weeks, such as `1d` and `2 weeks`.
 */
export function isDuration(text: string): boolean {
  return isGoDuration(text) || isWordDuration(text);
}

function isGoDuration(text: string): boolean {
  const unsigned = text.replace(/^[-+]/, '');
  if (unsigned === '0') return true;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(unsigned)) return false;
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of unsigned.matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g,
  )) {
    const size = GO_UNITS.get(unit) ?? 0n;
    const digits = fraction.slice(0, 18);
    sum += BigInt(whole === '' ? '0' : whole.slice(-40)) * size;
    if (whole.replace(/^0+/, '').length > 20) return false;
    sum += (BigInt(digits === '' ? '0' : digits) * size) / 10n ** BigInt(digits.length);
  }
  return sum <= LARGEST;
}

function isWordDuration(text: string): boolean {
  const parts = [...text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)];
  if (parts.some(([, count = '']) => count.length > 40 || BigInt(count) > LARGEST)) return false;
  return parts.some(([, , word = '']) => {
    const unit = word.toLowerCase();
    return UNITS.some((names) => names.includes(unit) || unit.startsWith(names.at(-1) ?? ''));
  });
}
