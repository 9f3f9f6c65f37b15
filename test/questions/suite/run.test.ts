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
    "suite.yaml:13 the-shop stranger: expected allow, got deny on server/http: no authorization of server/http admits this client [server/http (web.yaml:7); authorizationpolicy/friends (web.yaml:12): it requires mutual TLS, but the client shows no identity; default/localhost: 10.1.2.3 is not in its networks]
    suite.yaml:18 the-shop friend-by-another-policy: expected allow by serverauthorization/friends or default/audit, got allow by authorizationpolicy/friends on server/http: authorizationpolicy/friends admits this client [server/http (web.yaml:7); authorizationpolicy/friends (web.yaml:12)]
    suite.yaml:24 the-shop another-port: expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated: default/all-unauthenticated admits this client [default/all-unauthenticated]
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
          <failure message="expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated" type="verdict">suite.yaml:24 the-shop another-port: expected allow on server/http, got allow by default/all-unauthenticated on default/all-unauthenticated: default/all-unauthenticated admits this client [default/all-unauthenticated]</failure>
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
