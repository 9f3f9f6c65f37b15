import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../helpers/command';

const INPUTS = join(__dirname, 'inputs');

interface Change {
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly witness: { readonly commands: { readonly after: string } };
}

interface Report {
  readonly opened: readonly Change[];
  readonly closed: readonly Change[];
}

async function reportOf(old: string, now: string): Promise<Report> {
  const { out, err } = await run(['diff', old, now, '-o', 'json'], { cwd: INPUTS });
  expect(err).toBe('');
  return JSON.parse(out) as Report;
}

/** What opened, back and forth: the way back closes the same. */
async function opened(folder: string): Promise<string[]> {
  const [old, now] = [`${folder}/old.yaml`, `${folder}/new.yaml`];
  const { status } = await run(['diff', old, now, '--fail-on', 'opened'], { cwd: INPUTS });
  const there = await reportOf(old, now);
  const back = await reportOf(now, old);
  expect([status, there.closed, back.opened]).toEqual([1, [], []]);
  expect(back.closed.map(({ before, after }) => [after, before])).toEqual(
    there.opened.map(({ before, after }) => [before, after]),
  );
  return there.opened.map(({ text }) => text);
}

it.each([
  ['30-diff-match-added-to-open-route', 'requests on httproute/pub, such as GET /admin', 'answered with 404'],
  ['31-diff-path-widened', 'requests on httproute/pub, such as GET /pub/witness', 'answered with 404'],
  ['32-diff-method-dropped', 'requests on httproute/pub, such as POST /pub', 'answered with 404'],
  [
    '33-diff-exact-slash-route-removed',
    'requests that no route takes, such as GET /witness',
    'answered with 404',
  ],
  [
    '36-diff-second-match-moves-to-open-route',
    'requests on httproute/a and requests on httproute/b, such as GET /admin',
    'denied',
  ],
  [
    '37-diff-precedence-shadow',
    'requests on httproute/adm and requests on httproute/all, such as GET /admin/witness',
    'denied',
  ],
  ['39-diff-grpc-to-http2', 'requests that no route takes, such as GET /', 'answered with 404'],
])('%s: opened to anyone', async (folder, requests, was) => {
  expect(await opened(folder)).toEqual([
    `opened to anyone: shop/deployment/web 8080 (http) (only ${requests}) (was ${was}, now allowed)`,
  ]);
});

describe('what leaves policy is opened, whatever its routes took before', () => {
  it('by skip-inbound-ports', async () => {
    expect(await opened('34-diff-says-closed-though-opened')).toMatchInlineSnapshot(`
      [
        "opened to anyone: shop/deployment/web 8080 (http) (only requests that no route takes, such as GET /) (was answered with 404, now allowed)",
        "opened to anyone but every ServiceAccount in namespace shop: shop/deployment/web 8080 (http) (only requests on httproute/re, such as GET /aaa/x) (was denied, now allowed)",
      ]
    `);
  });

  it('by hostNetwork', async () => {
    expect(await opened('35-diff-says-closed-though-unmeshed')).toMatchInlineSnapshot(`
      [
        "opened to unmeshed clients (and any without an identity): shop/deployment/web 4143 (linkerd-proxy) (was denied, now allowed)",
        "opened to anyone but ServiceAccount tap in linkerd-viz: shop/deployment/web 4190 (was denied, now allowed)",
        "opened to anyone: shop/deployment/web 8080 (http) (only non-HTTP connections) (was denied, now allowed)",
        "opened to anyone: shop/deployment/web 8080 (http) (only requests that no route takes, such as GET /) (was answered with 404, now allowed)",
      ]
    `);
  });
});

describe('siblings of these', () => {
  const jail = (routes: string, protocol = 'HTTP/1'): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: deny, linkerd.io/inject: enabled } }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec: { containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: ${protocol} }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: open }
spec: { targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: open }, requiredAuthenticationRefs: [] }
${routes}`;
  const route = (name: string, spec: string): string => `---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: ${name} }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], ${spec} }
`;
  const open = (matches: string): string => route('open', `rules: [{ matches: [${matches}] }]`);

  async function told(before: string, after: string): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'diff-'));
    writeFileSync(join(folder, 'old.yaml'), before);
    writeFileSync(join(folder, 'new.yaml'), after);
    const found = await run(['diff', 'old.yaml', 'new.yaml'], { cwd: folder });
    rmSync(folder, { recursive: true });
    expect(found.err).toBe('');
    return found.out;
  }

  it.each([
    ['a header that is no longer asked for', '{ headers: [{ name: x, value: "1" }] }', '{}', 'GET /'],
    [
      'a parameter',
      '{ queryParams: [{ name: x, value: "1" }] }',
      '{ queryParams: [{ name: x, type: RegularExpression, value: "[12]" }] }',
      'GET /?x=2',
    ],
    [
      'a pattern that is wider',
      '{ path: { type: RegularExpression, value: "/[ab]" } }',
      '{ path: { type: RegularExpression, value: "/[a-c]" } }',
      'GET /c',
    ],
    [
      'alternatives in another order',
      '{ path: { type: RegularExpression, value: "/(a|ab)" } }',
      '{ path: { type: RegularExpression, value: "/(ab|a)" } }',
      'GET /ab',
    ],
  ])('%s', async (_what, before, after, example) => {
    expect(await told(jail(open(before)), jail(open(after)))).toContain(
      `opened to anyone: shop/pod/web 8080 (http) (only requests on httproute/open, such as ${example})`,
    );
  });

  it('a host more', async () => {
    const rules = 'rules: [{ matches: [{ path: { value: / } }] }]';
    const before = jail(route('open', `hostnames: [a.example], ${rules}`));
    const after = jail(route('open', `hostnames: [a.example, "*.b.example"], ${rules}`));
    expect(await told(before, after)).toContain('such as GET / (host: witness.b.example))');
  });

  it('patterns that cannot be looked into are never the same, unless their text is', async () => {
    const bounded = open('{ path: { type: RegularExpression, value: "/\\\\ba" } }');
    const other = open('{ path: { type: RegularExpression, value: "/\\\\b[a-c]" } }');
    expect(await told(jail(bounded), jail(bounded))).toMatch(/^nothing differs in who gets in\n/);
    expect(await told(jail(bounded), jail(other))).toContain('possibly opened to anyone: shop/pod/web 8080');
  });
});

describe('what the printed command answers on each side', () => {
  const pod = (inject: string): string => `
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web, labels: { app: web }, annotations: { linkerd.io/inject: ${inject} } }
spec: { containers: [{ name: app, image: app, ports: [{ containerPort: 8080 }] }] }
`;
  const server = (name: string, protocol: string, more = ''): string => `---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: ${name} }
spec: { podSelector: {}, port: 8080, proxyProtocol: ${protocol}${more} }
`;

  async function linesOf(old: string, now: string): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'diff-'));
    writeFileSync(join(folder, 'old.yaml'), old);
    writeFileSync(join(folder, 'new.yaml'), now);
    const { out } = await run(['diff', 'old.yaml', 'new.yaml'], { cwd: folder });
    rmSync(folder, { recursive: true });
    return out.split('\n').flatMap((line) => (/[ :]8080 /.test(line) ? [line.trim()] : []));
  }

  it('mesh clients get a 404 for requests to a TLS port, and get in once the port has left policy', async () => {
    const tls = server('tls', 'TLS', ', accessPolicy: all-authenticated');
    expect(await linesOf(pod('enabled') + tls, pod('disabled'))).toMatchInlineSnapshot(`
      [
        "3. opened to unmeshed clients (and any without an identity) and every SPIFFE id: shop/pod/web 8080 (only non-HTTP connections) (was denied, now allowed)",
        "try      namespace-jail can 10.1.2.3 shop/pod/web:8080 new.yaml  (old: deny, new: allow)",
        "4. opened to any mesh identity: shop/pod/web 8080 (only requests that no route takes, such as GET /) (was answered with 404, now allowed)",
        "try      namespace-jail can elsewhere/serviceaccount/default shop/pod/web:8080 new.yaml --ip 10.1.2.3 --path /  (old: not-found, new: allow)",
      ]
    `);
  });

  it('a denial or a 404, by which of two Servers is older, is no verdict of its own for can', async () => {
    const route = `---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: api }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: a }]
  rules: [{ matches: [{ path: { type: Exact, value: /api } }] }]
`;
    const old = pod('enabled') + server('a', 'HTTP/1') + server('b', 'HTTP/1') + route;
    expect(await linesOf(old, pod('disabled'))).toMatchInlineSnapshot(`
      [
        "3. opened to anyone: shop/pod/web 8080 (was denied or answered with 404, now allowed)",
        "try      namespace-jail can 10.1.2.3 shop/pod/web:8080 new.yaml --path /  (old: depends, new: allow)",
      ]
    `);
  });
});
