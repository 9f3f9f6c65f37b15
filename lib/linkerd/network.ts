import { OCTETS_OF_CIDR, parseLiteral, type Address } from './address';

export type { Address } from './address';

/** A CIDR as the closed interval of its addresses. */
export interface Network {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** A network that `JSON.stringify` writes as its CIDR; a bigint it cannot write. */
class Cidr implements Network {
  public constructor(
    public readonly family: 4 | 6,
    public readonly first: bigint,
    public readonly last: bigint,
  ) {}

  public toJSON(): string {
    const hostBits = (this.last - this.first + 1n).toString(2).length - 1;
    return `${formatAddress({ family: this.family, value: this.first })}/${WIDTH[this.family] - hostBits}`;
  }
}

/** An entry of a policy's `networks`: addresses in `cidr` but not in any of `except`. */
export interface NetworkItem {
  readonly cidr: string;
  readonly except?: readonly string[];
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** The largest address of a family. */
export function lastAddress(family: 4 | 6): bigint {
  return (1n << BigInt(WIDTH[family])) - 1n;
}

/** Reads an address; IPv4-mapped IPv6 becomes IPv4, as the proxy normalizes its peers. `undefined` if invalid. */
export function parseAddress(text: string): Address | undefined {
  const address = parseLiteral(text);
  if (address?.family === 6 && address.value >> 32n === 0xffffn) {
    return { family: 4, value: address.value & 0xffffffffn };
  }
  return address;
}

/**
 * Reads a CIDR or a bare address (a /32 or /128) as Linkerd's webhook does: host bits may be set, mapped addresses stay
 * IPv6, and beside a length numbers may have leading zeros. `undefined` if it is neither.
 */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? parseLiteral(text) : parseLiteral(text.slice(0, slash), OCTETS_OF_CIDR);
  if (address === undefined) return undefined;
  const width = WIDTH[address.family];
  const length = slash < 0 ? width : parsePrefixLength(text.slice(slash + 1), width);
  if (length === undefined) return undefined;
  const hostBits = BigInt(width - length);
  const first = (address.value >> hostBits) << hostBits;
  return new Cidr(address.family, first, first + (1n << hostBits) - 1n);
}

/** Whether every address of `inner` is in `outer`; families never contain each other. */
export function containsNetwork(outer: Network, inner: Network): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two networks share an address. */
export function overlaps(a: Network, b: Network): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether an address is in a network. */
export function containsAddress(network: Network, address: Address): boolean {
  return network.family === address.family && network.first <= address.value && address.value <= network.last;
}

/** 127.0.0.1 and ::1, which every proxy lets in (authorization `localhost`). */
export const LOOPBACK: readonly Network[] = [new Cidr(4, 0x7f000001n, 0x7f000001n), new Cidr(6, 1n, 1n)];

export function isLoopback(address: Address): boolean {
  return LOOPBACK.some((network) => containsAddress(network, address));
}

/** An address in its usual form; IPv6 shortened. */
export function formatAddress(address: Address): string {
  if (address.family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 0xffn).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, i) => (address.value >> BigInt(112 - 16 * i)) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (zeros === undefined) return text;
  const head = text.slice(0, zeros.index);
  const tail = text.slice(zeros.index + zeros[0].length).replace(/^:/, '');
  return `${head}::${tail}`;
}

/** Why Linkerd's webhook refuses a network item. */
export interface NetworkProblem {
  /** Not a network at all (W17), or an exception that leaves nothing (W18) or lies outside (W19). */
  readonly kind: 'unreadable' | 'excludes-all' | 'outside';
  readonly text: string;
}

/** Everything that Linkerd's webhook refuses about a network item; empty if it accepts it. */
export function networkProblems(item: NetworkItem): NetworkProblem[] {
  const network = parseNetwork(item.cidr);
  const problems: NetworkProblem[] = [];
  if (network === undefined) {
    problems.push({ kind: 'unreadable', text: `${quote(item.cidr)} is neither a CIDR nor an IP address` });
  }
  for (const text of item.except ?? []) {
    const except = parseNetwork(text);
    if (except === undefined) {
      problems.push({
        kind: 'unreadable',
        text: `except ${quote(text)} is neither a CIDR nor an IP address`,
      });
    } else if (network === undefined) continue;
    else if (containsNetwork(except, network)) {
      problems.push({
        kind: 'excludes-all',
        text: `except ${quote(text)} excludes all of ${quote(item.cidr)}`,
      });
    } else if (!containsNetwork(network, except)) {
      problems.push({ kind: 'outside', text: `except ${quote(text)} is not inside ${quote(item.cidr)}` });
    }
  }
  return problems;
}

function quote(text: unknown): string {
  return JSON.stringify(text);
}

function parsePrefixLength(text: string, width: number): number | undefined {
  if (!(width === 32 ? /^\d{1,2}$/ : /^\d{1,3}$/).test(text)) return undefined;
  const length = Number(text);
  return length <= width ? length : undefined;
}
