import { readFileSync } from 'node:fs';
import ts from 'typescript';
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

describe('a policy that is added', () => {
  const path = 'lib/linkerd/default-policy.ts';
  const now = readFileSync(path, 'utf8');
  const named = now.replace("  | 'audit';", "  | 'audit'\n  | 'same-namespace';");
  const row = (fields: string): string =>
    named.replace(/^ {2}audit: .*$/m, `$&\n  'same-namespace': { ${fields} },`);

  it.each([
    [
      'compiles with a row',
      row("who: 'identities', from: 'everywhere', meantToKeepOut: 'unmeshed'"),
      undefined,
    ],
    ['does not compile without a row', named, '"same-namespace"\' is missing'],
    [
      'does not compile unless its row says whom it admits',
      row("from: 'everywhere', meantToKeepOut: 'unmeshed'"),
      "Property 'who' is missing",
    ],
    [
      'does not compile unless its row says from where',
      row("who: 'identities', meantToKeepOut: 'unmeshed'"),
      "Property 'from' is missing",
    ],
  ])('%s', (_, text, expected) => {
    expect(text).not.toBe(now);
    expect(typeErrors(path, text)).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });
});

/** What the compiler says about a file if this were its text. */
function typeErrors(path: string, text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target, ...rest) =>
    name === path ? ts.createSourceFile(name, text, target) : read(name, target, ...rest);
  const program = ts.createProgram([path], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

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
