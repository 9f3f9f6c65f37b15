import {
  DEFAULT_POLICIES,
  JAIL_MODES,
  isMeantAsJail,
  isMeantToBeOpen,
  originAdmitted,
  isDefaultPolicy,
  isProtective,
  requiresIdentity,
  whoIsAdmitted,
  withIdentityRequired,
} from '../../lib/linkerd/default-policy';
import { PROXY_PROTOCOLS, isProxyProtocol, protocolMode } from '../../lib/linkerd/protocol';

it('default policies: who needs an identity, who must come from the cluster, what required identity makes of them (4.1, 4.3)', () => {
  const rows = DEFAULT_POLICIES.map((policy) => [
    policy,
    requiresIdentity(policy),
    originAdmitted(policy),
    withIdentityRequired(policy),
  ]);
  expect(rows).toEqual([
    ['all-authenticated', true, 'everywhere', 'all-authenticated'],
    ['all-unauthenticated', false, 'everywhere', 'all-authenticated'],
    ['cluster-authenticated', true, 'cluster', 'cluster-authenticated'],
    ['cluster-unauthenticated', false, 'cluster', 'cluster-authenticated'],
    ['deny', false, 'everywhere', 'deny'],
    ['audit', false, 'everywhere', 'audit'],
  ]);
});

it('only deny admits nobody, deny and audit are for jails, and four policies are meant to protect', () => {
  expect(DEFAULT_POLICIES.filter((policy) => whoIsAdmitted(policy) === 'nobody')).toEqual(['deny']);
  expect(JAIL_MODES).toEqual(['deny', 'audit']);
  expect(DEFAULT_POLICIES.filter(isProtective)).toEqual([
    'all-authenticated',
    'cluster-authenticated',
    'deny',
    'audit',
  ]);
  expect(DEFAULT_POLICIES.filter(isMeantToBeOpen)).toEqual([
    'all-unauthenticated',
    'cluster-unauthenticated',
  ]);
  expect([undefined, 'Deny'].some(isProtective)).toBe(false);
});

it('any other spelling is no default policy', () => {
  expect(['all_authenticated', 'Deny', '', undefined, 'allow'].filter(isDefaultPolicy)).toEqual([]);
});

it('each protocol has its mode in the proxy (3.6)', () => {
  expect(PROXY_PROTOCOLS.map((name) => [name, protocolMode(name)])).toEqual([
    ['unknown', 'detect'],
    ['HTTP/1', 'http1'],
    ['HTTP/2', 'http2'],
    ['gRPC', 'grpc'],
    ['opaque', 'opaque'],
    ['TLS', 'tls'],
  ]);
  expect(['http/1', 'tls', ''].filter(isProxyProtocol)).toEqual([]);
});

describe('a text in place of a default policy, which Linkerd takes in its own spelling only (4.1), was meant', () => {
  it.each([
    'deny',
    'audit',
    'Deny',
    'DENY',
    'dney',
    'denied',
    'closed',
    'block-all',
    'refuse',
    'reject',
    'Audited',
  ])('to close: %s', (text) => expect(isMeantAsJail(text)).toBe(true));

  it.each([
    'all-authenticated',
    'all-unauthenticated',
    'cluster-authenticated',
    'all_authenticated',
    'Cluster-Unauthenticated',
    'allow',
    'open',
    'permissive',
    'anyone',
    'true',
    'yes',
    'mtls-auth',
    '',
    '  ',
  ])('to let somebody in, or nothing: %j', (text) => expect(isMeantAsJail(text)).toBe(false));

  it.each(['zero-trust', 'none', 'off'])('to close, if it means nothing at all: %s', (text) =>
    expect(isMeantAsJail(text)).toBe(true),
  );

  it('by a text with blanks around it, which Linkerd takes for no policy', () => {
    expect(isMeantAsJail(' deny ')).toBe(true);
    expect(isMeantAsJail(' all-authenticated ')).toBe(false);
  });
});
