import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const read = (name: string): string => readFileSync(join(ROOT, 'test/field/inputs', `${name}.yaml`), 'utf8');

/** The headlines of `can` and its exit status. */
async function can(
  text: string,
  from: string,
  to: string,
  ...flags: string[]
): Promise<[string[], number | null]> {
  const { out, status } = await run(['can', from, to, '-', ...flags], { cwd: ROOT, stdin: text });
  return [out.split('\n').filter((line) => /^(allow|audit|deny|depends|not-found): /.test(line)), status];
}

/** The exit statuses of `can`: plain, with `--any`, and with each `--expect` that is met. */
async function statuses(text: string, from: string, to: string): Promise<(number | string | null)[]> {
  const verdicts = ['allow', 'audit', 'deny', 'not-found', 'depends'];
  const met = await Promise.all(
    verdicts.map(async (verdict) => (await can(text, from, to, '--expect', verdict))[1] === 0),
  );
  const [, plain] = await can(text, from, to);
  const [, any] = await can(text, from, to, '--any');
  return [plain, any, ...verdicts.filter((_, index) => met[index])];
}

/** The ways in that `break-in` finds: who, by what, on what condition, and the last word. */
async function waysIn(text: string, ...flags: string[]): Promise<string[]> {
  const { out, status } = await run(['break-in', '-', ...flags], { cwd: ROOT, stdin: text });
  const lines = out
    .split('\n')
    .filter((line) => /^ {2}\d+\. |^ {5}(into|by|if|fix) |ways? in,/.test(line))
    .map((line) => line.trim());
  return [...lines, `exit ${status}`];
}

/** The matrix of `map`. */
async function matrix(text: string): Promise<string[]> {
  const { out } = await run(['map', '-'], { cwd: ROOT, stdin: text });
  return (out.split('\n\n', 1)[0] ?? '').split('\n');
}

describe('two Servers for one port, neither with a timestamp: which owns it depends (X8)', () => {
  const INPUT = read('06-ambiguous-server-overlap');
  const WEB = 'shop/deployment/web:8080';

  it('break-in counts what is only possible', async () => {
    expect(await waysIn(INPUT)).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop (possibly)",
        "into  deployment/web: 8080 (http)",
        "by    server/zz (-:41): its accessPolicy is all-unauthenticated",
        "if    server/zz is older than server/http",
        "fix   set accessPolicy: deny, and let clients in with an AuthorizationPolicy",
        "1 undeclared way in, 0 declared exceptions",
        "exit 1",
      ]
    `);
  });

  it('can says on what, and which status it takes for what', async () => {
    expect(await can(INPUT, '8.8.8.8', WEB)).toMatchInlineSnapshot(`
      [
        [
          "depends: 8.8.8.8 to shop/deployment/web:8080: deny if server/http is older than server/zz; allow if server/zz is older than server/http",
        ],
        1,
      ]
    `);
    expect(await statuses(INPUT, '8.8.8.8', WEB)).toEqual([1, 0, 'depends']);
  });

  it('can has the conditions in JSON', async () => {
    const { out } = await run(['can', '8.8.8.8', WEB, '-', '-o', 'json'], { stdin: INPUT });
    const { answers } = JSON.parse(out) as {
      answers: {
        classes: { outcomes: { verdict: string; when: { unknown: string; text: string }[] }[] }[];
      }[];
    };
    const outcomes = answers[0]?.classes[0]?.outcomes.map(({ verdict, when }) => [verdict, ...when]);
    expect(outcomes).toEqual([
      ['deny', { unknown: 'age', text: 'server/http is older than server/zz' }],
      ['allow', { unknown: 'age', text: 'server/zz is older than server/http' }],
    ]);
  });

  it('map marks it', async () => {
    expect(await matrix(INPUT)).toMatchInlineSnapshot(`
      [
        "FROM / TO                     shop",
        "namespace shop                all?",
        "any other namespace (meshed)  all?",
        "unmeshed in the cluster       all?",
        "outside the cluster           all?",
      ]
    `);
  });

  it('--explain names the flag that settles it, and the flag does', async () => {
    const { out } = await run(['can', '8.8.8.8', WEB, '-', '--explain'], { stdin: INPUT });
    expect(out).toContain('settle   with --ages index');
    expect(await waysIn(INPUT, '--ages', 'index')).toEqual([
      '0 undeclared ways in, 0 declared exceptions',
      'exit 0',
    ]);
  });

  it('a timestamp settles it, either way', async () => {
    const dated = (name: string): string =>
      INPUT.replace(`  name: ${name}\nspec:\n  podSelector`, (found) =>
        found.replace('\n', '\n  creationTimestamp: "2025-01-01T00:00:00Z"\n'),
      );
    expect(await statuses(dated('zz'), '8.8.8.8', WEB)).toEqual([0, 0, 'allow']);
    expect(await statuses(dated('http'), '8.8.8.8', WEB)).toEqual([1, 1, 'deny']);
  });

  it('of three Servers, each may be the oldest', async () => {
    const third = `${INPUT}\n---\napiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: { namespace: shop, name: mid }\nspec: { podSelector: {}, port: 8080, accessPolicy: audit }\n`;
    expect((await can(third, '8.8.8.8', WEB))[0]).toMatchInlineSnapshot(`
      [
        "depends: 8.8.8.8 to shop/deployment/web:8080: HTTP requests: deny if server/http is older than server/mid and server/zz; audit if server/mid is older than server/http and server/zz; allow if server/zz is older than server/http and server/mid; non-HTTP connections: deny if server/http is older than server/mid and server/zz or server/zz is older than server/http and server/mid; audit if server/mid is older than server/http and server/zz",
      ]
    `);
  });

  it('two routes of equal match: which takes the request depends', async () => {
    const route = (name: string): string => `
---
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: { namespace: shop, name: ${name} }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }] }]`;
    const open = `
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: b-open }
spec: { targetRef: { group: policy.linkerd.io, kind: HTTPRoute, name: b }, requiredAuthenticationRefs: [] }
`;
    const text = `${read('07-live-open-server-vs-new-strict').split(/---\n(?=.*\nkind: Server)/)[0] ?? ''}---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: http }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }${route('a')}${route('b')}${open}`;
    expect(await waysIn(text)).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop (possibly)",
        "into  deployment/web: 8080 (http)",
        "by    authorizationpolicy/b-open (-:50): it lets them in",
        "if    httproute/b is older than httproute/a",
        "fix   let fewer clients in or, if this is intended, declare it with the annotation namespace-jail/exception: "everyone"",
        "1 undeclared way in, 0 declared exceptions",
        "exit 1",
      ]
    `);
    expect(await statuses(text, '8.8.8.8', WEB)).toEqual([1, 0, 'depends']);
  });
});

describe('a Server of a dump is older than one of a new manifest (X7)', () => {
  const INPUT = read('07-live-open-server-vs-new-strict');
  const WEB = 'shop/deployment/web:8080';

  it('so the open one keeps the port', async () => {
    expect(await waysIn(INPUT)).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 8080 (http)",
        "by    server/zz (-:41): its accessPolicy is all-unauthenticated",
        "fix   set accessPolicy: deny, and let clients in with an AuthorizationPolicy",
        "1 undeclared way in, 0 declared exceptions",
        "exit 1",
      ]
    `);
    expect(await statuses(INPUT, '8.8.8.8', WEB)).toEqual([0, 0, 'allow']);
    expect(await matrix(INPUT)).toMatchInlineSnapshot(`
      [
        "FROM / TO                     shop",
        "namespace shop                all",
        "any other namespace (meshed)  all",
        "unmeshed in the cluster       all",
        "outside the cluster           all",
      ]
    `);
  });

  it('the other way round it is closed', async () => {
    const stamp = /  creationTimestamp: .*\n/.exec(INPUT.slice(INPUT.lastIndexOf('kind: Server')))?.[0] ?? '';
    expect(stamp).not.toBe('');
    const swapped = INPUT.replace(stamp, '').replace(
      '  name: http\nspec:\n  podSelector',
      `  name: http\n${stamp}spec:\n  podSelector`,
    );
    expect(await waysIn(swapped)).toEqual(['0 undeclared ways in, 0 declared exceptions', 'exit 0']);
    expect(await statuses(swapped, '8.8.8.8', WEB)).toEqual([1, 1, 'deny']);
  });
});

/** The settings of the control plane, and a sign that all kinds were asked for: without these a dump is not whole. */
const REST = `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1., uid: 6059deb0-16be-44ca-9662-49ff37b30da8, resourceVersion: '1' }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data: { values: 'clusterDomain: cluster.local' }
`;

describe('a Service leads to the pods that run now, too (X9, B20)', () => {
  it('one without its owner in the input is a workload of its own', async () => {
    const input = read('10-running-pod-differs');
    expect(await can(input, '8.8.8.8', 'shop/web:80')).toMatchInlineSnapshot(`
      [
        [
          "deny: 8.8.8.8 may not reach shop/deployment/web:8080: no authorization of server/http admits this client",
          "allow: 8.8.8.8 may reach shop/pod/web-1-a:8080: shop/pod/web-1-a is not meshed: the pod was created without the proxy, which is injected only when it is recreated",
        ],
        1,
      ]
    `);
    expect(await statuses(input, '8.8.8.8', 'shop/web:80')).toEqual([1, 0]);
    expect(await matrix(input)).toMatchInlineSnapshot(`
      [
        "FROM / TO                     shop",
        "namespace shop                1/2+",
        "any other namespace (meshed)  1/2+",
        "unmeshed in the cluster       1/2+",
        "outside the cluster           1/2+",
      ]
    `);
    expect(await waysIn(input)).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  pod/web-1-a: 8080 (http) and any other port",
        "by    pod/web-1-a (-:54): it has no proxy, so no policy applies: the pod was created without the proxy, which is injected only when it is recreated",
        "fix   restart what made the pod (replicaset/web-1) so that its pods are injected",
        "1 undeclared way in, 0 declared exceptions",
        "exit 1",
      ]
    `);
  });

  it('one whose Deployment is there makes the answer depend', async () => {
    const input = `${read('stale-pods')}---\n${REST}`;
    expect(await can(input, 'unmeshed', 'shop/web:80')).toMatchInlineSnapshot(`
      [
        [
          "depends: unmeshed to shop/deployment/web:8080: deny, unless it reaches pod/web-6d9c8-aaaaa, which still runs as it was created or it reaches pod/web-6d9c8-bbbbb, which still runs as it was created",
        ],
        1,
      ]
    `);
    expect(await statuses(input, 'unmeshed', 'shop/web:80')).toEqual([1, 0, 'depends']);
    expect(await matrix(input)).toMatchInlineSnapshot(`
      [
        "FROM / TO                     shop",
        "namespace shop                all+?",
        "any other namespace (meshed)  all+?",
        "unmeshed in the cluster       all+?",
        "outside the cluster           all+?",
      ]
    `);
  });
});

describe("a pod never has a node's address (B3)", () => {
  const INPUT = read('node-exception');
  const API = 'shop/deploy/api:9000';
  const INTRUDER = 'other/deploy/intruder';

  it('so it stays out where only the node is let in, and the node gets in', async () => {
    expect((await can(INPUT, INTRUDER, API))[0]).toMatchInlineSnapshot(`
      [
        "deny: other/deploy/intruder may not reach shop/deployment/api:9000: no authorization of server/grpc admits this client",
      ]
    `);
    expect(await statuses(INPUT, INTRUDER, API)).toEqual([1, 1, 'deny']);
    expect(await statuses(INPUT, '192.168.10.11', API)).toEqual([0, 0, 'allow']);
  });

  it('where the input has no Nodes, it depends on its address', async () => {
    const text = INPUT.replace(/^#[^]*?---\n/, '');
    expect(text).not.toContain('kind: Node\n');
    expect((await can(text, INTRUDER, API))[0]).toMatchInlineSnapshot(`
      [
        "depends: other/deploy/intruder to shop/deployment/api:9000: deny, unless its address is 192.168.10.11",
      ]
    `);
    expect(await statuses(text, INTRUDER, API)).toEqual([1, 0, 'depends']);
    expect((await can(text, INTRUDER, API, '--pod-networks', '10.42.0.0/16', '--expect', 'deny'))[1]).toBe(0);
    expect(
      (await can(text, INTRUDER, API, '--node-networks', '192.168.10.0/24', '--expect', 'deny'))[1],
    ).toBe(0);
  });

  it("but a pod on the host's network has that of its node", async () => {
    const text = INPUT.replace(
      'spec: { containers: [{ name: i',
      'spec: { hostNetwork: true, containers: [{ name: i',
    );
    expect(text).not.toBe(INPUT);
    expect(await statuses(text, INTRUDER, API)).toEqual([0, 0, 'allow']);
  });

  it('where a network covers a part of the pods, it depends', async () => {
    const text = INPUT.replace('192.168.10.11/32', '10.42.0.0/25');
    expect((await can(text, INTRUDER, API))[0]).toMatchInlineSnapshot(`
      [
        "depends: other/deploy/intruder to shop/deployment/api:9000: deny, unless its address is in 10.42.0.0/25",
      ]
    `);
    expect(await statuses(text, INTRUDER, API)).toEqual([1, 0, 'depends']);
  });
});
