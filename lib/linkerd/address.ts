/** An address as a number within its family. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/**
 * Reads an address as Linkerd does, by Rust's `std::net`: four decimal octets without leading zeros, or eight groups
 * of one to four hexadecimal digits, some of which may be left out with one `::`, and the last two of which may be an
 * IPv4 address. No zone ids, no surrounding space. `undefined` if the text is not an address.
 *
 * @param octets how octets are written; before the length of a CIDR they may have leading zeros
 */
export function parseLiteral(text: string, octets: RegExp = OCTETS): Address | undefined {
  const family = text.includes(':') ? 6 : 4;
  const value = family === 6 ? parseIPv6(text, octets) : parseIPv4(text, octets);
  return value === undefined ? undefined : { family, value };
}

const OCTETS = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** As `ipnet` reads the address of a CIDR: up to three digits, zeros in front or not. */
export const OCTETS_OF_CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function parseIPv4(text: string, octets: RegExp): bigint | undefined {
  const values = octets.exec(text)?.slice(1).map(Number);
  if (values === undefined || values.some((octet) => octet > 255)) return undefined;
  return values.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIPv6(text: string, octets: RegExp): bigint | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  // An IPv4 address may only come last.
  const before = parseGroups(head, tail === undefined, octets);
  const after = parseGroups(tail ?? '', true, octets);
  if (before === undefined || after === undefined) return undefined;
  const left = 8 - before.length - after.length;
  // `::` leaves out at least one group.
  if (tail === undefined ? left !== 0 : left < 1) return undefined;
  const groups = [...before, ...Array.from({ length: left }, () => 0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

const GROUP = /^[0-9a-f]{1,4}$/i;

function parseGroups(text: string, mayEndInIPv4: boolean, octets: RegExp): bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(BigInt(`0x${part}`));
      continue;
    }
    const ipv4 = mayEndInIPv4 && i === parts.length - 1 ? parseIPv4(part, octets) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
  }
  return groups;
}
