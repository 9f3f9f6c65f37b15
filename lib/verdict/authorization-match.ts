import type { ClientAuthorization } from '../cluster/client-authorization';
import { isSpiffe, matchesIdentity, type IdentityMatch } from '../linkerd/identity';
import type { ProxyClient } from '../linkerd/client';

/** Why an authorization does not admit a client: the requirements that the client fails. */
export interface Mismatch {
  readonly network: boolean;
  readonly identity: boolean;
}

/** Whether an authorization admits a client, networks aside (linkerd-policy 3.15 `match`). */
export function admitsPeer(
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
        ? 'the client comes from none of its networks'
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
