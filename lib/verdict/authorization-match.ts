import type { ClientAuthorization } from '../cluster/client-authorization';
import { isSpiffe, matchesIdentity, type IdentityMatch } from '../linkerd/identity';
import {
  containsAddress,
  containsNetwork,
  overlaps,
  parseAddress,
  parseNetwork,
  type Network,
} from '../linkerd/network';
import type { NetworkMatch } from '../linkerd/network-match';
import type { ProxyClient } from '../linkerd/client';

/** Why an authorization does not admit a client: the requirements that the client fails. */
export interface Mismatch {
  readonly network: boolean;
  readonly identity: boolean;
}

/** Whether an authorization admits a client: `undefined` if it does (linkerd-policy 3.15 `match`). */
export function mismatch(
  authorization: ClientAuthorization,
  client: ProxyClient,
  clusterNetworks: readonly string[],
): Mismatch | undefined {
  const network = !inNetworks(authorization.networks, client.ip, clusterNetworks);
  const identity = !isAdmitted(authorization, client);
  return network || identity ? { network, identity } : undefined;
}

function isAdmitted(
  { authentication: admits }: ClientAuthorization,
  { tls, identity }: ProxyClient,
): boolean {
  switch (admits.kind) {
    case 'anyone':
      return true;
    case 'tls':
      return tls !== 'none';
    case 'identities':
      if (tls !== 'mesh' || identity === undefined) return false;
      return admits.patterns.some((pattern) => matchesIdentity(pattern, identity));
  }
}

/** A client with an unknown address is somewhere in the cluster; a list that covers part of it counts as a match. */
export function inNetworks(
  items: readonly NetworkMatch[],
  ip: string | undefined,
  clusterNetworks: readonly string[],
): boolean {
  if (ip === undefined) return clusterCoverage(items, clusterNetworks) !== 'none';
  const address = parseAddress(ip);
  if (address === undefined) return false;
  return items.some(
    ({ network, except }) =>
      containsAddress(network, address) && !except.some((hole) => containsAddress(hole, address)),
  );
}

/** How much of the cluster's networks a list covers. If `some`, an evaluator without addresses must mention it. */
export function clusterCoverage(
  items: readonly NetworkMatch[],
  clusterNetworks: readonly string[],
): 'all' | 'some' | 'none' {
  const networks = clusterNetworks
    .map(parseNetwork)
    .filter((network): network is Network => network !== undefined);
  const touched = networks.filter((network) =>
    items.some(
      (item) =>
        overlaps(item.network, network) && !item.except.some((hole) => containsNetwork(hole, network)),
    ),
  );
  if (touched.length === 0) return networks.length === 0 && items.length > 0 ? 'some' : 'none';
  const whole = networks.every((network) =>
    items.some(
      (item) =>
        containsNetwork(item.network, network) && !item.except.some((hole) => overlaps(hole, network)),
    ),
  );
  return whole ? 'all' : 'some';
}

/** Says which requirement a client fails, for people. */
export function describeMismatch(
  { authentication: admits }: ClientAuthorization,
  client: ProxyClient,
  { network, identity }: Mismatch,
): string {
  const reasons: string[] = [];
  if (identity) reasons.push(identityReason(admits.kind === 'identities' ? admits.patterns : [], client));
  if (network)
    reasons.push(
      client.ip === undefined
        ? 'its networks are outside the cluster'
        : `${client.ip} is not in its networks`,
    );
  return reasons.join(', and ');
}

function identityReason(patterns: readonly IdentityMatch[], client: ProxyClient): string {
  if (client.tls === 'none') return 'it requires mutual TLS, but the client shows no identity';
  if (client.identity === undefined) return 'it requires an identity, but the client shows none';
  const only =
    patterns.length === 1 && patterns[0] !== undefined ? `, only ${formatIdentity(patterns[0])}` : '';
  const wildcard = patterns.some(({ kind }) => kind === 'suffix') && isSpiffe(client.identity);
  const hint = wildcard ? ' (wildcards never match a SPIFFE id)' : '';
  return `it does not admit identity ${client.identity}${only}${hint}`;
}

/** An identity pattern as people write it. */
export function formatIdentity(pattern: IdentityMatch): string {
  if (pattern.kind === 'exact') return pattern.name;
  return ['*', ...pattern.labels].join('.');
}
