import { ownValue } from '../kubernetes/fields';
import { portNumber } from './addresses';
import { placeOfLabels } from './line-prefix';
import type { ResourceName, Seen, SignalClient, SignalKind, SignalPlace } from './signal';

type Labels = Readonly<Record<string, string>>;

const COUNTERS: Readonly<Record<string, { readonly kind: SignalKind; readonly layer: 'http' | 'tcp' }>> = {
  inbound_http_authz_deny_total: { kind: 'denied', layer: 'http' },
  inbound_http_authz_allow_total: { kind: 'allowed', layer: 'http' },
  inbound_http_route_not_found_total: { kind: 'not-found', layer: 'http' },
  inbound_http_local_ratelimit_total: { kind: 'rate-limited', layer: 'http' },
  inbound_tcp_authz_deny_total: { kind: 'denied', layer: 'tcp' },
  inbound_tcp_authz_terminate_total: { kind: 'terminated', layer: 'tcp' },
  inbound_tcp_authz_allow_total: { kind: 'allowed', layer: 'tcp' },
};

/** Whether a metric is one of the proxy's counters of who was let in or kept out. */
export function isAuthorizationCounter(name: string): boolean {
  return Object.hasOwn(COUNTERS, name);
}

/**
 * What a series says. Without a name, as after `increase()`, its labels must be those of a decision: with an authorization
 * it was let in, else denied.
 */
export function seenByMetric(name: string | undefined, labels: Labels, home: SignalPlace): Seen | undefined {
  const known = name === undefined ? unnamed(labels) : ownValue(COUNTERS, name);
  if (known === undefined) return undefined;
  const isAudit = known.kind === 'allowed' && labels.authz_name === 'audit';
  const port = portNumber(labels.target_port ?? '') ?? portNumber(labels.srv_port ?? '');
  const server = resource(labels, 'srv');
  const route = resource(labels, 'route');
  const authorization = resource(labels, 'authz') ?? resource(labels, 'ratelimit');
  return {
    kind: isAudit ? 'audited' : known.kind,
    source: 'metrics',
    place: placeOfLabels(labels, home),
    ...(port === undefined ? {} : { port }),
    ...(server === undefined ? {} : { server }),
    ...(route === undefined ? {} : { route }),
    ...(authorization === undefined ? {} : { authorization }),
    client: clientOf(labels),
    ...(known.layer === undefined ? {} : { layer: known.layer }),
  };
}

function unnamed(labels: Labels): { readonly kind: SignalKind; readonly layer?: 'http' | 'tcp' } | undefined {
  const isDecision = ['srv_name', 'client_id', 'srv_port', 'authz_name'].some((name) => name in labels);
  if (!isDecision) return undefined;
  const layer = labels.route_name === undefined || labels.route_name === '' ? {} : { layer: 'http' as const };
  return { kind: (labels.authz_name ?? '') === '' ? 'denied' : 'allowed', ...layer };
}

function resource(labels: Labels, what: string): ResourceName | undefined {
  const name = labels[`${what}_name`];
  if (name === undefined || name === '') return undefined;
  // A query that sums by name alone leaves out the kind: only defaults have these names.
  const kind = labels[`${what}_kind`] ?? (what === 'srv' ? 'server' : '');
  return { group: labels[`${what}_group`] ?? '', kind: kind.toLowerCase(), name };
}

function clientOf({ tls, client_id: identity = '', no_tls_reason: noTls, sni }: Labels): SignalClient {
  switch (tls) {
    case 'true':
      return identity === '' ? { tls: 'unauthenticated-tls' } : { tls: 'mesh', identity };
    case 'no_identity':
      return { tls: 'none', ...(noTls === undefined ? {} : { noTls }) };
    case 'opaque':
      return { tls: 'none', ...(sni === undefined ? {} : { sni }) };
    case 'disabled':
      return { tls: 'none', noTls: 'disabled' };
    default:
      return identity === '' ? { tls: 'unknown' } : { tls: 'mesh', identity };
  }
}
