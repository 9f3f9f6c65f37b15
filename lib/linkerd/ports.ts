import { firstIndex } from '../basics/collections';

/** The ports of Linkerd's own proxy (Helm `proxy.ports`). */
export const PROXY_PORTS = { inbound: 4143, outbound: 4140, control: 4190, admin: 4191 } as const;

/** The container the injector adds; some people write it into their manifests themselves. */
export const PROXY_CONTAINER = 'linkerd-proxy';

/** The names the injector gives to the proxy's ports. */
export const PROXY_PORT_NAMES = { inbound: 'linkerd-proxy', admin: 'linkerd-admin' } as const;

/** Whether a number can be a TCP port. */
export function isPortNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** Why a text is not a port name. */
export interface PortNameProblem {
  /** A number that should not be in quotes, or not the form of a name. */
  readonly kind: 'quoted-number' | 'form';
  readonly text: string;
}

/**
 * Why Kubernetes refuses a port name (an IANA service name), or `undefined` if it is valid: at most 15 characters,
 * lower-case letters, digits and single inner dashes, with at least one letter.
 */
export function portNameProblem(name: string): PortNameProblem | undefined {
  if (/^\d+$/.test(name)) {
    const text = 'is a number in quotes, which Linkerd takes for a port name; write it without quotes';
    return { kind: 'quoted-number', text };
  }
  const form = portNameFormProblem(name);
  return form === undefined ? undefined : { kind: 'form', text: form };
}

function portNameFormProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > 15) return 'must have 1 to 15 characters';
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name) || name.includes('--')) {
    return 'must consist of a-z, 0-9 and single inner dashes';
  }
  if (!/[a-z]/.test(name)) return 'must contain a letter';
  return undefined;
}

/** A set of ports as closed ranges, so that a list such as "1-65535" does not cost memory. */
export class PortSet {
  public static readonly EMPTY = new PortSet([]);

  private ordered: readonly (readonly [number, number])[] | undefined;

  public constructor(private readonly ranges: readonly (readonly [number, number])[]) {}

  /** The union of several sets. */
  public static union(sets: readonly PortSet[]): PortSet {
    return new PortSet(sets.flatMap((set) => set.ranges));
  }

  public has(port: number): boolean {
    const ordered = (this.ordered ??= united(this.ranges));
    return (
      (ordered[firstIndex(ordered.length, (at) => (ordered[at]?.[1] ?? port) >= port)]?.[0] ?? Infinity) <=
      port
    );
  }

  public get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  /** Whether the set has every port of some ranges. */
  public covers(ranges: readonly (readonly [number, number])[]): boolean {
    const own = this.simplified().ranges;
    return ranges.every(([first, last]) => own.some(([from, to]) => from <= first && last <= to));
  }

  /** The same ports in ascending ranges with gaps between them. */
  public simplified(): PortSet {
    const ranges: [number, number][] = [];
    for (const [from, to] of [...this.ranges].sort(([a], [b]) => a - b)) {
      const previous = ranges.at(-1);
      if (previous !== undefined && from <= previous[1] + 1) previous[1] = Math.max(previous[1], to);
      else ranges.push([from, to]);
    }
    return new PortSet(ranges);
  }

  /** The ranges as written: the first and last port of each. */
  public spans(): readonly (readonly [number, number])[] {
    return this.ranges;
  }

  public toString(): string {
    return this.ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
  }
}

/** Ascending ranges that do not overlap. */
function united(ranges: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const apart: (readonly [number, number])[] = [];
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const previous = apart.at(-1);
    if (previous === undefined || previous[1] < from) apart.push([from, to]);
    else apart[apart.length - 1] = [previous[0], Math.max(previous[1], to)];
  }
  return apart;
}

/** White space as Unicode has it and Rust trims it: with the next-line character, without the byte order mark. */
const BLANK = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const IS_BLANK = new RegExp(BLANK);
const RANGE = new RegExp(`^\\+?(0*\\d{1,5})(?:${BLANK}*-${BLANK}*\\+?(0*\\d{1,5}))?$`);

function trimmed(text: string): string {
  // Not by an expression such as `blank+$`, which starts anew at each of many blanks.
  let [from, to] = [0, text.length];
  while (from < to && IS_BLANK.test(text.charAt(from))) from += 1;
  while (to > from && IS_BLANK.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** The outcome of reading a port-list annotation: an invalid list counts as empty for the policy controller. */
export interface PortList {
  readonly ports: PortSet;
  /** What makes the list invalid, if anything. */
  readonly problem?: string;
}

/**
 * Reads a port-list annotation as the policy controller does (linkerd-policy 4.3): numbers and `a-b` ranges,
 * blanks and empty elements skipped; names, 0, falling ranges or junk invalidate the entire list. Numbers are read as
 * Rust reads a `u16`: a plus sign and any number of leading zeros may stand in front.
 */
export function parsePortList(text: string): PortList {
  const ranges: [number, number][] = [];
  for (const element of text.split(',').map(trimmed)) {
    if (element === '') continue;
    const match = RANGE.exec(element);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || !isPortNumber(from) || !isPortNumber(to) || to < from) {
      return {
        ports: PortSet.EMPTY,
        problem: `${JSON.stringify(element)} is neither a port number nor an ascending range`,
      };
    }
    ranges.push([from, to]);
  }
  return { ports: new PortSet(ranges) };
}
