import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { JAILED_NAMESPACE } from '../helpers/shop';

const FOLDER = 'test/field/inputs';

/** What a report says of what it rests on, and the exit status. */
async function restsOn(...argv: string[]): Promise<string[]> {
  const { out, status } = await run(argv, { cwd: `${ROOT}/${FOLDER}` });
  const told = out
    .split('\n')
    .filter((line) =>
      /^(old: |new: )?judged|^ {2}\S+:\d+ {2}|ways? in\b.*exceptions?|  not-judged  \S+\//.test(line),
    );
  return [...told.map((line) => line.trim()), `exit ${status}`];
}

describe('0 ways in is no answer where something was not judged', () => {
  it('a workload that admission refuses', async () => {
    expect(await restsOn('break-in', '19-refused-workload-not-judged.yaml')).toMatchInlineSnapshot(`
      [
        "0 undeclared ways in, 0 declared exceptions",
        "19-refused-workload-not-judged.yaml:31  Deployment shop/api: admission refuses it (metadata.labels["bad label"] is "bad label"; it must be a name of at most 63 letters, digits, "-", "_" and ".", optionally after a DNS subdomain and "/"), so what the cluster has in its place is not known",
        "judged 1 workload of 1 namespace; not judged: 1",
        "exit 1",
      ]
    `);
  });

  it('a jail without workloads beside another, whose Server lets everybody in', async () => {
    expect(await restsOn('break-in', '20-jail-without-workloads-passes.yaml')).toMatchInlineSnapshot(`
      [
        "1 undeclared way in, 0 declared exceptions",
        "20-jail-without-workloads-passes.yaml:31  Namespace pay: judged by the policy alone; no workload of pay was in the input",
        "judged 1 workload of 1 namespace; not judged: 1",
        "exit 1",
      ]
    `);
    expect(await restsOn('break-in', '20-jail-without-workloads-passes.yaml', '-n', 'pay'))
      .toMatchInlineSnapshot(`
      [
        "1 undeclared way in, 0 declared exceptions",
        "20-jail-without-workloads-passes.yaml:31  Namespace pay: judged by the policy alone; no workload of pay was in the input",
        "judged 0 workloads of 0 namespaces; not judged: 1",
        "exit 1",
      ]
    `);
  });

  it('pods whose annotations replace the proxy', async () => {
    expect(await restsOn('break-in', '47-proxy-replaced-by-annotation.yaml')).toMatchInlineSnapshot(`
      [
        "0 undeclared ways in, 0 declared exceptions",
        "47-proxy-replaced-by-annotation.yaml:9  Deployment shop/web: its pods have config.linkerd.io/proxy-image: "evil.example/proxy" and config.linkerd.io/proxy-version: "x", which replaces the image of the proxy and the version of the proxy, so its policy may be enforced otherwise or not at all",
        "judged 0 workloads of 0 namespaces; not judged: 1",
        "exit 1",
      ]
    `);
    expect(await restsOn('check', '47-proxy-replaced-by-annotation.yaml')).toMatchInlineSnapshot(`
      [
        "9  error  not-judged  deployment/shop/web",
        "28:7  warning  port-denied-by-default  deployment/shop/web",
        "judged 0 workloads of 0 namespaces; not judged: 1 (https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/what-an-answer-rests-on.md)",
        "exit 1",
      ]
    `);
  });

  it('a suite that passes on what is left of its manifests', async () => {
    const cwd = `${ROOT}/${FOLDER}/46-test-silent-about-refused`;
    const { out, err, status } = await run(['test', 'suite.yaml'], { cwd });
    expect(out).toMatchInlineSnapshot(`
      "1 passed, 0 failed

      not judged, so it counts as open (https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/what-an-answer-rests-on.md):
        in.yaml:41  AuthorizationPolicy shop/x: admission refuses it (spec.requiredAuthenticationRefs has 2 references to a ServiceAccount; it must have at most one), so what the cluster has in its place is not known
          fix: correct it or, if the case is about that, annotate it with namespace-jail/ignore: 'refused-by-admission: REASON'

      judged 1 workload of 1 namespace; not judged: 1
      "
    `);
    expect(err).toContain('AuthorizationPolicy x is refused at admission');
    expect(status).toBe(1);
  });
});

describe('nothing is passed over without a word', () => {
  it('pod templates of other APIs are workloads', async () => {
    expect(await restsOn('map', '13-unknown-workload-kinds.yaml')).toMatchInlineSnapshot(`
      [
        "judged 3 workloads of 1 namespace; not judged: 0",
        "exit 0",
      ]
    `);
  });

  it('of a refused document the accepted one stays in force, and is judged', async () => {
    expect(await restsOn('break-in', '09-refused-duplicate-hides-earlier.yaml')).toMatchInlineSnapshot(`
      [
        "1 undeclared way in, 0 declared exceptions",
        "judged 1 workload of 1 namespace; not judged: 0",
        "exit 1",
      ]
    `);
  });

  it('what is asked of one namespace does not hang on the others', async () => {
    expect(await restsOn('break-in', '20-jail-without-workloads-passes.yaml', '-n', 'shop'))
      .toMatchInlineSnapshot(`
      [
        "0 undeclared ways in, 0 declared exceptions",
        "judged 1 workload of 1 namespace; not judged: 0",
        "exit 0",
      ]
    `);
  });
});

describe('siblings of these', () => {
  const JAIL = `${JAILED_NAMESPACE}
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: {}, port: http }
`;
  const refused = (kind: string): string => `---
apiVersion: policy.linkerd.io/v1${kind === 'Server' ? 'beta3' : 'alpha1'}
kind: ${kind}
metadata: { name: broken, namespace: shop, labels: { 'bad label': x } }
spec: {}
`;
  const say = async (argv: readonly string[], text: string): Promise<[string, number | null]> => {
    const { out, status } = await run(argv, { stdin: text });
    return [out.trimEnd().split('\n').at(-1) ?? '', status];
  };

  it('can: whoever is let in may be kept out by what was not judged, and who is not, let in', async () => {
    const inside = ['can', 'shop/serviceaccount/default', 'shop/pod/web:8080', '-'];
    const open = JAIL.replace('port: http }', 'port: http, accessPolicy: all-unauthenticated }');
    expect(await say(inside, open)).toEqual(['judged 1 workload of 1 namespace; not judged: 0', 0]);
    // A Server could take the port; an authorization could only let in more.
    expect((await say(inside, open + refused('Server')))[1]).toBe(1);
    expect((await say(inside, open + refused('AuthorizationPolicy')))[1]).toBe(0);
    expect((await say([...inside, '--any'], JAIL))[1]).toBe(1);
    expect((await say([...inside, '--any'], JAIL + refused('AuthorizationPolicy')))[1]).toBe(0);
  });

  it('can does not mind another workload, unless a Service may lead there', async () => {
    const other = `---
apiVersion: v1
kind: Pod
metadata: { name: other, namespace: shop, labels: { 'bad label': x, app: x } }
spec: { containers: [{ name: a, image: a }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;
    const open = JAIL.replace(
      'name: web, namespace: shop }',
      'name: web, namespace: shop, labels: { app: web } }',
    ).replace('port: http }', 'port: http, accessPolicy: all-unauthenticated }');
    expect((await say(['can', 'unmeshed', 'shop/pod/web:8080', '-'], open + other))[1]).toBe(0);
    expect((await say(['can', 'unmeshed', 'shop/web:80', '-'], open + other))[1]).toBe(1);
  });

  it('diff minds only what differs between the sides', async () => {
    const both = async (before: string, after: string): Promise<number | null> => {
      const folder = mkdtempSync(join(tmpdir(), 'sides-'));
      writeFileSync(join(folder, 'old.yaml'), before);
      writeFileSync(join(folder, 'new.yaml'), after);
      return (await run(['diff', 'old.yaml', 'new.yaml'], { cwd: folder })).status;
    };
    const bad = JAIL + refused('AuthorizationPolicy');
    expect(await both(JAIL, JAIL)).toBe(0);
    expect(await both(bad, bad)).toBe(0);
    expect(await both(JAIL, bad)).toBe(1);
    expect(await both(bad, JAIL)).toBe(1);
    const policyOnly = JAIL.replace(/apiVersion: v1\nkind: Pod[^-]*---\n/, '');
    expect(await both(policyOnly, policyOnly)).toBe(0);
    expect(
      await both(policyOnly, policyOnly.replace('port: http }', 'port: http, accessPolicy: audit }')),
    ).toBe(1);
  });

  it.each(['map', 'authz', 'rollout'])('%s says it and keeps its exit status', async (verb) => {
    expect(await say([verb, '-'], JAIL + refused('Server'))).toEqual([
      'judged 1 workload of 1 namespace; not judged: 1',
      0,
    ]);
  });
});
