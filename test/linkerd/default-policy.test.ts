import {
  DEFAULT_POLICIES,
  JAIL_MODES,
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
