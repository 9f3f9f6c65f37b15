import { InvalidArgumentError } from 'commander';
import { DNS_LABEL } from '../linkerd/identity';
import { parseAddress, parseNetwork } from '../linkerd/network';

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

export function namespaceName(value: string): string {
  if (DNS_LABEL.test(value)) return value;
  throw new InvalidArgumentError('Use the name of a namespace, such as linkerd.');
}

export function domain(value: string): string {
  if (value.split('.').every((part) => DNS_LABEL.test(part))) return value;
  throw new InvalidArgumentError('Use a lowercase DNS name, such as cluster.local.');
}

export function networks(value: string): string[] {
  const cidrs = value.split(',').map((cidr) => cidr.trim());
  const wrong = cidrs.filter((cidr) => parseNetwork(cidr) === undefined);
  if (wrong.length === 0) return cidrs;
  const values = wrong.map((cidr) => JSON.stringify(cidr)).join(', ');
  throw new InvalidArgumentError(
    `Not a network: ${values}. Use comma-separated CIDRs, such as 10.0.0.0/8,fd00::/8.`,
  );
}

/** Networks, or `none`. */
export function networksOrNone(value: string): string[] {
  return value === '' || value === 'none' ? [] : networks(value);
}

export function address(value: string): string {
  if (parseAddress(value) !== undefined) return value;
  throw new InvalidArgumentError('Use an IPv4 or IPv6 address, such as 10.1.2.3 or fd00::7.');
}

export function requestPath(value: string): string {
  if (value.startsWith('/')) return value;
  throw new InvalidArgumentError('Use an absolute path, such as /api/list?x=1.');
}

/** A repeatable request header. */
export function header(value: string, previous: readonly string[] | undefined): string[] {
  if (value.indexOf(':', 1) > 0) return collect(value, previous);
  throw new InvalidArgumentError('Use name:value, such as host:web.shop.');
}
