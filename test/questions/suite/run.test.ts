import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suiteJson } from '../../../lib/report/suite/json';
import { suiteJunit } from '../../../lib/report/suite/junit';
import { suiteText } from '../../../lib/report/suite/text';
import { loadSuite } from '../../../lib/input/suite-files';
import { runSuite } from '../../../lib/questions/suite';
import { InputError } from '../../../lib/basics/problem';
import { NOTHING_READ } from '../../helpers/coverage';

const WEB = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web }, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: web, image: web }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, port: 8080 }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: friends, namespace: shop }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: http }
  requiredAuthenticationRefs: [{ kind: ServiceAccount, name: friend }]
`;

const SUITE = `
- id: the-shop
  manifests: [./web.yaml]
  queries:
  - id: friend
    workload: shop/pod/web
    port: 8080
    client: { ip: 10.1.2.3, tls: mesh, identity: friend.shop.serviceaccount.identity.linkerd.cluster.local }
    request: { path: / }
    expect: allow
    by: [authorizationpolicy/friends]
    server: server/http
  - id: stranger
    workload: shop/pod/web
    port: 8080
    client: { ip: 10.1.2.3, tls: none }
    expect: allow
  - id: friend-by-another-policy
    workload: shop/pod/web
    port: 8080
    client: { ip: 10.1.2.3, tls: mesh, identity: friend.shop.serviceaccount.identity.linkerd.cluster.local }
    expect: allow
    by: [serverauthorization/friends, default/audit]
  - id: another-port
    workload: shop/pod/web
    port: 9090
    client: { ip: 10.1.2.3, tls: none }
    expect: allow
    server: server/http
- id: '<a> & "b"'
  object: { apiVersion: policy.linkerd.io/v1beta3, kind: Server, metadata: { name: x, namespace: y }, spec: { port: 0, podSelector: {} } }
  verdict: accept
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suite-'));
  writeFileSync(join(folder, 'web.yaml'), WEB);
  writeFileSync(join(folder, 'suite.yaml'), SUITE);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a query holds when verdict, authorization and server are as expected; the report has one line for each that does not', () => {
  const results = runSuite(loadSuite('suite.yaml', folder));

  expect(results.map(({ passed }) => passed)).toEqual([true, false, false, false, false]);
  expect(suiteText([{ file: 'suite.yaml', results }])).toMatchInlineSnapshot(`
    "suite.yaml:13 the-shop stranger: expected allow, got deny on server/http: no authorization of server/http admits this client [server/http (web.yaml:7); route default/default; authorizationpolicy/friends (web.yaml:12): it requires mutual TLS, but the client shows no identity; default/localhost: 10.1.2.3 is not in its networks]
    suite.yaml:18 the-shop friend-by-another-policy: expected allow by serverauthorization/friends or default/audit, got allow by authorizationpolicy/friends on server/http: authorizationpolicy/friends admits this client [server/http (web.yaml:7); route default/default; authorizationpolicy/friends (web.yaml:12)]
    suite.yaml:24 the-shop another-port: expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated: default/all-unauthenticated admits this client [route default/default; default/all-unauthenticated]
    suite.yaml:30 <a> & "b": expected accept, got reject: W3 spec.port: is 0; it must be a number from 1 to 65535, or the name of a container port
    1 passed, 4 failed
    "
  `);
});

test('the report for machines says the same', () => {
  const results = runSuite(loadSuite('suite.yaml', folder));
  const report = JSON.parse(suiteJson([{ file: 'suite.yaml', results }], { coverage: NOTHING_READ })) as {
    results: unknown[];
  };

  expect(report).toMatchObject({ apiVersion: 'namespace-jail/v1', kind: 'TestReport', passed: 1, failed: 4 });
  expect(report.results[0]).toMatchInlineSnapshot(`
    {
      "actual": "allow by authorizationpolicy/friends on server/http",
      "because": "authorizationpolicy/friends admits this client",
      "by": [
        "authorizationpolicy/friends",
      ],
      "case": "the-shop",
      "chain": [
        "server/http (web.yaml:7)",
        "route default/default",
        "authorizationpolicy/friends (web.yaml:12)",
      ],
      "expected": "allow by authorizationpolicy/friends on server/http",
      "file": "suite.yaml",
      "line": 5,
      "passed": true,
      "query": "friend",
      "server": "server/http",
    }
  `);
});

test('the JUnit report escapes what XML reserves', () => {
  const results = runSuite(loadSuite('suite.yaml', folder)).slice(3);

  expect(suiteJunit([{ file: 'suite.yaml', results }], { coverage: NOTHING_READ })).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="namespace-jail test" tests="2" failures="2" errors="0" skipped="0">
      <testsuite name="suite.yaml" tests="2" failures="2" errors="0" skipped="0">
        <testcase classname="suite.yaml the-shop" name="another-port">
          <failure message="expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated" type="verdict">suite.yaml:24 the-shop another-port: expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated: default/all-unauthenticated admits this client [route default/default; default/all-unauthenticated]</failure>
        </testcase>
        <testcase classname="suite.yaml &lt;a&gt; &amp; &quot;b&quot;" name="&lt;a&gt; &amp; &quot;b&quot;">
          <failure message="expected accept, got reject" type="verdict">suite.yaml:30 &lt;a&gt; &amp; &quot;b&quot;: expected accept, got reject: W3 spec.port: is 0; it must be a number from 1 to 65535, or the name of a container port</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test('manifests are named by a path beside the suite, a folder, or from the root', () => {
  const asked = SUITE.replace('./web.yaml', join(folder, 'web.yaml'));
  writeFileSync(join(folder, 'suite.yaml'), asked);

  expect(runSuite(loadSuite(join(folder, 'suite.yaml')))[0]?.passed).toBe(true);
});

test('a manifest that is not there is a problem of the suite, at the line that names it', () => {
  rmSync(join(folder, 'web.yaml'));

  expect(() => loadSuite('suite.yaml', folder)).toThrow(InputError);
  expect(() => loadSuite('suite.yaml', folder)).toThrow(/^suite\.yaml:3: manifest \.\/web\.yaml: /);
});

test.each([
  ['a file that is not there', 'nowhere.yaml', /^nowhere\.yaml: there is no such file/],
  ['a folder', '.', /^\.: this is a folder/],
])('%s is no suite', (_what, name, message) => {
  expect(() => loadSuite(name, folder)).toThrow(message);
});

describe('a query without a request', () => {
  const ROUTES = `
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: api, namespace: shop }
spec: { podSelector: {}, port: 9000, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { name: list, namespace: shop }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: api }], rules: [{ matches: [{ path: { value: /list } }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { name: ops, namespace: shop }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: api }], rules: [{ matches: [{ path: { value: /ops } }] }] }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: list, namespace: shop }
spec:
  targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: list }
  requiredAuthenticationRefs: [{ kind: ServiceAccount, name: friend }]
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop }
spec: { containers: [{ name: db, image: db }] }
`;
  const FRIEND = 'client: { tls: mesh, identity: friend.shop.serviceaccount.identity.linkerd.cluster.local }';

  /** The report on queries, given without braces and id. */
  function report(...queries: readonly string[]): string[] {
    writeFileSync(join(folder, 'web.yaml'), WEB + ROUTES);
    const listed = queries.map((query, index) => `  - { id: q${index}, workload: shop/pod/${query} }`);
    writeFileSync(
      join(folder, 'suite.yaml'),
      `- id: shop\n  manifests: [web.yaml]\n  queries:\n${listed.join('\n')}\n`,
    );
    return suiteText([{ file: 'suite.yaml', results: runSuite(loadSuite('suite.yaml', folder)) }])
      .trimEnd()
      .split('\n');
  }

  it('does not hold where only some routes let the client in, and says which', () => {
    expect(report(`web, port: 9000, ${FRIEND}, expect: allow`)).toMatchInlineSnapshot(`
      [
        "suite.yaml:4 shop q0: expected allow, got partly by authorizationpolicy/list on server/api: httproute/list: allow, authorizationpolicy/list admits this client; httproute/ops: deny, no authorization of server/api admits this client [server/api (web.yaml:20); httproute/list (web.yaml:25); authorizationpolicy/list (web.yaml:35); httproute/ops (web.yaml:30); default/localhost: the client comes from none of its networks]",
        "0 passed, 1 failed",
      ]
    `);
  });

  it('holds with `any: true` where some traffic gets in, and names the authorization of it', () => {
    expect(
      report(
        `web, port: 9000, ${FRIEND}, any: true, expect: allow, by: [authorizationpolicy/list]`,
        `web, port: 9000, client: { tls: none }, any: true, expect: deny`,
      ),
    ).toEqual(['2 passed, 0 failed']);
  });

  it('must be by one of the expected authorizations for each class of traffic', () => {
    const client = 'client: { tls: none }, expect: allow, server: default/all-unauthenticated';
    expect(
      report(
        `web, port: 1234, ${client}, by: [default/all-unauthenticated]`,
        `web, port: 1234, ${client}, by: [default/probe]`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "suite.yaml:5 shop q1: expected allow by default/probe on default/all-unauthenticated, got allow by default/all-unauthenticated on default/all-unauthenticated: default/all-unauthenticated admits this client [route default/default; default/all-unauthenticated]",
        "1 passed, 1 failed",
      ]
    `);
  });

  it('is an error where no policy could change the answer, right or wrong, unless it means just that', () => {
    const stranger = 'client: { tls: none }';
    expect(
      report(
        `db, port: 5432, ${stranger}, expect: allow`,
        `db, port: 5432, ${stranger}, expect: deny`,
        `db, port: 5432, ${stranger}, connection: true, expect: allow`,
        `db, port: 5432, ${stranger}, request: { path: / }, expect: allow`,
        `web, port: 4143, ${stranger}, expect: deny`,
        `web, port: 8080, client: { ip: 127.0.0.1, tls: none }, expect: allow`,
        `gone, port: 8080, ${stranger}, expect: not-found`,
        `gone, port: 8080, ${stranger}, expect: not-found, notFound: workload`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "suite.yaml:4 shop q0: expected allow, but no policy could change this answer, allow (shop/pod/db is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled), so the query tests nothing; if it means that, write request or connection: true",
        "suite.yaml:5 shop q1: expected deny, but no policy could change this answer, allow (shop/pod/db is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled), so the query tests nothing; if it means that, write request or connection: true",
        "suite.yaml:8 shop q4: expected deny, but no policy could change this answer, deny (port 4143 is the proxy's own; it accepts only mesh connections), so the query tests nothing; if it means that, write request or connection: true",
        "suite.yaml:9 shop q5: expected allow, but no policy could change this answer, allow (default/localhost admits this client), so the query tests nothing; if it means that, write request or connection: true",
        "suite.yaml:10 shop q6: expected not-found, but no policy could change this answer, not-found (shop/pod/gone is not in the manifests), so the query tests nothing; if it means that, write request or connection: true",
        "3 passed, 5 failed",
      ]
    `);
  });

  it('is an error in JUnit, too, and not a failure', () => {
    report('db, port: 5432, client: { tls: none }, expect: allow');
    const results = runSuite(loadSuite('suite.yaml', folder));
    const xml = suiteJunit([{ file: 'suite.yaml', results }], { coverage: NOTHING_READ });
    expect(xml).toContain('tests="1" failures="0" errors="1"');
    expect(xml).toContain('<error message="no policy could change this answer');
  });
});
