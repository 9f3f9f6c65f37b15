import { FAILSAFE_SCHEMA, type Schema, Type, YAMLException } from 'js-yaml';

/**
 * Plain scalars as kubectl and the API server read them: sigs.k8s.io/yaml, which is go-yaml v2 decoding to untyped
 * values. That is YAML 1.1 with these peculiarities:
 *
 * - `y`, `yes`, `on`, `true` and `n`, `no`, `off`, `false` are booleans in their three spellings (`no`, `No`, `NO`);
 *   so the API server refuses an unquoted label value `y`, and so do we;
 * - whole numbers may be `10`, `0x1F`, `0o17`, `0b11` and, unlike in YAML 1.2, `017` is fifteen; `_` may group digits;
 * - times (`2024-01-31`) stay text when decoded to untyped values, and `1:30` is not a base-60 number;
 * - `<<` merges, `!!binary`, `!!set`, `!!omap` and application tags are refused: no Kubernetes object needs them;
 * - `.nan` and `.inf` have no JSON form, so such an object cannot be sent to a cluster.
 *
 * One type resolves them all, chosen by the first character: most scalars in manifests are words, and js-yaml's default
 * schema tries six types (two of them by regular expression) on each word.
 */
const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...spellings(['y', 'yes', 'on', 'true'], true),
  ...spellings(['n', 'no', 'off', 'false'], false),
  ...spellings(['null'], null),
  ['~', null],
]);

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const WHOLE = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const LARGEST_OCTAL = 2 ** 64;

/** What a plain (unquoted, untagged) scalar means. Throws a `YAMLException` for a number that JSON cannot express. */
export function plainScalar(word: string): string | number | boolean | null {
  const first = word.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return numeric(word);
  switch (first) {
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
      return numeric(word);
    case 0x46: // F
    case 0x4e: // N
    case 0x4f: // O
    case 0x54: // T
    case 0x59: // Y
    case 0x66: // f
    case 0x6e: // n
    case 0x6f: // o
    case 0x74: // t
    case 0x79: // y
    case 0x7e: {
      if (word.length > 5) return word;
      const value = WORDS.get(word);
      return value === undefined ? word : value;
    }
    default:
      return word;
  }
}

function numeric(word: string): string | number {
  if (isUsualNumber(word)) return Number(word);
  if (NOT_FINITE.test(word))
    throw new YAMLException(`${word} is not a number that JSON, and so a Kubernetes object, can represent`);
  // go-yaml drops every underscore before it looks, unless the word starts with a dot.
  const digits = word.startsWith('.') ? word : word.replaceAll('_', '');
  const whole = WHOLE.exec(digits);
  if (whole !== null) {
    const [, sign, hex, binary, octal, decimal] = whole;
    const size = magnitude(hex, binary, octal, decimal);
    if (size !== undefined && Number.isFinite(size)) return sign === '-' && size !== 0 ? -size : size;
  }
  if (!DECIMAL.test(digits)) return word;
  const value = Number(digits);
  if (!Number.isFinite(value)) return word;
  return value === 0 ? 0 : value; // to JSON, `-0e0` is not minus zero
}

/** What most numbers look like, such as those of ports: some digits, the first of which is not zero. */
function isUsualNumber(word: string): boolean {
  if (word.length > 9 || word.startsWith('0')) return false;
  for (let at = 0; at < word.length; at++) {
    const digit = word.charCodeAt(at);
    if (digit < 0x30 || digit > 0x39) return false;
  }
  return true;
}

function magnitude(hex?: string, binary?: string, octal?: string, decimal?: string): number | undefined {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (binary !== undefined) return Number.parseInt(binary, 2);
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    return value < LARGEST_OCTAL ? value : undefined; // beyond 64 bits go-yaml reads the digits as a decimal float
  }
  return decimal === undefined ? undefined : Number(decimal);
}

function spellings(words: readonly string[], value: boolean | null): [string, boolean | null][] {
  return words.flatMap((word): [string, boolean | null][] => [
    [word, value],
    [`${word.charAt(0).toUpperCase()}${word.slice(1)}`, value],
    [word.toUpperCase(), value],
  ]);
}

// js-yaml calls `resolve` and then at once `construct` for the same word: the second returns what the first found.
let resolved: unknown = null;

const scalar = new Type('tag:kubernetes.io,plain', {
  kind: 'scalar',
  resolve(word: string | null) {
    if (word === null) {
      resolved = null;
      return true;
    }
    const value = plainScalar(word);
    if (value === word) return false;
    resolved = value;
    return true;
  },
  construct: () => resolved,
});

const merge = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: (word: string | null) => word === '<<',
});

function tagged(name: string, accepts: (value: unknown) => boolean): Type {
  return new Type(`tag:yaml.org,2002:${name}`, {
    kind: 'scalar',
    resolve: (word: string | null) => accepts(word === null ? null : plainScalar(word)),
    construct: (word: string | null) => (word === null || word === '' ? null : plainScalar(word)),
  });
}

/** The schema for everything read as a Kubernetes manifest. */
export const KUBERNETES_SCHEMA: Schema = FAILSAFE_SCHEMA.extend({
  implicit: [scalar, merge],
  explicit: [
    tagged('null', (value) => value === null || value === ''),
    tagged('bool', (value) => typeof value === 'boolean'),
    tagged('int', (value) => typeof value === 'number' && Number.isInteger(value)),
    tagged('float', (value) => typeof value === 'number'),
    new Type('tag:yaml.org,2002:timestamp', { kind: 'scalar' }),
  ],
});
