import { run, type Run } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { JAILED_NAMESPACE } from '../helpers/shop';

const FOLDER = 'test/field/inputs';

function runCli(words: readonly string[]): Promise<Run> {
  return run(words, { cwd: ROOT });
}

/** What a break-in report says of ways in: who, into what, by what; and the words on standard error. */
async function waysIn(input: string): Promise<string[]> {
  const { out, err } = await runCli(['break-in', `${FOLDER}/${input}.yaml`]);
  const told = out.split('\n').filter((line) => /^ {2}\d+\. |^ {5}(into|by) |ways? in,/.test(line));
  const words = err.split('\n').filter((line) => line !== '');
  return [...told, ...words].map((line) => line.replaceAll(`${FOLDER}/`, '').trim());
}

describe('somebody gets in, and break-in says so', () => {
  it('by an address of skip-subnets', async () => {
    expect(await waysIn('01-skip-subnets')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop, from 0.0.0.0/0",
        "into  deployment/web: 8080 (http) and any other port",
        "by    namespace/shop (01-skip-subnets.yaml:1): their connections bypass the proxy on every port: config.linkerd.io/skip-subnets: "0.0.0.0/0" of Namespace shop",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it('into what an operator made', async () => {
    expect(await waysIn('02-controlled-workload-not-judged')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  statefulset/prom: 8080 (http) and any other port",
        "by    statefulset/prom (02-controlled-workload-not-judged.yaml:32): it has no proxy, so no policy applies: hostNetwork pods are never injected",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it('into an application on the control port', async () => {
    expect(await waysIn('03-control-port-annotation')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 8080 (http)",
        "by    deployment/web (03-control-port-annotation.yaml:9): the port is the control port of the proxy, by config.linkerd.io/control-port of the pod template, and traffic to that port always bypasses the proxy",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it('into a pod that has the proxy of another mesh', async () => {
    expect(await waysIn('05-native-istio-sidecar')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 8080 (http) and any other port",
        "by    deployment/web (05-native-istio-sidecar.yaml:9): it has no proxy, so no policy applies: the pod already has a mesh's proxy or init container",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it("where only a team's own linkerd-config says deny", async () => {
    expect(await waysIn('08-linkerd-config-anywhere')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 4191 (linkerd-admin) and any other port",
        "by    namespace/shop (08-linkerd-config-anywhere.yaml:1): no Server covers the port, so the pod's default policy decides: all-unauthenticated, the cluster's default, because neither the Namespace nor the pod template has config.linkerd.io/default-inbound-policy",
        "1 undeclared way in, 0 declared exceptions",
        "note: 08-linkerd-config-anywhere.yaml:40: ConfigMap shop/linkerd-config is ignored: Linkerd's control plane is in namespace linkerd, and only its settings count; if the control plane is in shop, say so by --linkerd-namespace shop",
      ]
    `);
  });

  it('by the accepted document of an object whose later document is refused', async () => {
    expect(await waysIn('09-refused-duplicate-hides-earlier')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 8080 (http)",
        "by    authorizationpolicy/x (09-refused-duplicate-hides-earlier.yaml:41): it lets them in",
        "1 undeclared way in, 0 declared exceptions",
        "note: 09-refused-duplicate-hides-earlier.yaml:53: AuthorizationPolicy shop/x is also in 09-refused-duplicate-hides-earlier.yaml:41 with different content; the last one that is accepted counts, as with kubectl apply; keep only one of them",
        "warning: 09-refused-duplicate-hides-earlier.yaml:53: AuthorizationPolicy x is refused at admission and its other document (09-refused-duplicate-hides-earlier.yaml:41) stays in force: spec.targetRef is "apps/Deployment"; it must be one of policy.linkerd.io/Server, core/Namespace, policy.linkerd.io/HTTPRoute, gateway.networking.k8s.io/HTTPRoute, gateway.networking.k8s.io/GRPCRoute (W6); target the port's Server (with its group) instead",
      ]
    `);
  });

  it('into workloads of any kind', async () => {
    expect(await waysIn('13-unknown-workload-kinds')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/legacy: 8080 (http) and any other port",
        "by    deployment/legacy (13-unknown-workload-kinds.yaml:55): it has no proxy, so no policy applies: hostNetwork pods are never injected",
        "2. anyone outside shop",
        "into  rollout.argoproj.io/pay: 8080 (http) and any other port",
        "by    rollout/pay (13-unknown-workload-kinds.yaml:31): it has no proxy, so no policy applies: the pod has linkerd.io/inject: disabled",
        "2 undeclared ways in, 0 declared exceptions",
      ]
    `);
  });

  it('by an authentication that the webhook never saw', async () => {
    expect(await waysIn('14-exempt-namespace-admits-refused')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop, from 0.0.0.0/0",
        "into  deployment/web: 8080 (http)",
        "by    authorizationpolicy/x (14-exempt-namespace-admits-refused.yaml:60): it lets them in, through networkauthentication/all (14-exempt-namespace-admits-refused.yaml:49)",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it('past a container that is only called linkerd-proxy', async () => {
    expect(await waysIn('15-fake-proxy-container')).toMatchInlineSnapshot(`
      [
        "1. anyone outside shop",
        "into  deployment/web: 8080 (http) and any other port",
        "by    deployment/web (15-fake-proxy-container.yaml:9): it has no proxy, so no policy applies: the pod has a container that is only called linkerd-proxy: its image, "busybox", is not Linkerd's proxy",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });
});

describe('nobody gets in, and break-in does not say otherwise', () => {
  it('by an identity that no client has', async () => {
    expect(await waysIn('17-empty-namespace-ref-false-alarm')).toEqual([
      '0 undeclared ways in, 0 declared exceptions',
    ]);
  });

  it('by a route that takes no request', async () => {
    expect(await waysIn('18-route-without-rules-false-alarm')).toEqual([
      '0 undeclared ways in, 0 declared exceptions',
    ]);
  });
});

it('every printed replay runs, that of a SPIFFE id too', async () => {
  const { out } = await runCli(['break-in', `${FOLDER}/16-spiffe-witness-not-replayable.yaml`]);
  const replays = [...out.matchAll(/try {3}namespace-jail (.*)/g)].map(([, words = '']) => words.split(' '));
  expect(replays).toHaveLength(2);
  for (const words of replays) expect((await runCli(words)).status).toBe(0);
});

it('check finds what an operator made without a proxy', async () => {
  const { out, status } = await runCli(['check', `${FOLDER}/operator-statefulset.yaml`]);
  expect(status).toBe(1);
  expect(out).toContain('workload-unmeshed  statefulset/monitoring/prometheus-k8s');
});

it('check takes no Server of the admin port for one that refuses probes', async () => {
  const { out } = await runCli(['check', `${FOLDER}/01-admin-port-http2.yaml`]);
  expect(out).toContain('deprecated-version');
  expect(out).not.toContain('probe-refused');
});

it('a namespace that the webhook passes over admits what its contradictory authorization admits', async () => {
  const input = `${FOLDER}/exempt-namespace.yaml`;
  expect((await runCli(['can', '10.1.2.3', 'ex/pod/w:8080', input])).out).toContain(
    'allow: 10.1.2.3 may reach ex/pod/w:8080',
  );
});

describe('check finds what bypasses the proxy', () => {
  const application = (annotation: string, port: number): string => `
${JAILED_NAMESPACE}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { ${annotation} } }
    spec: { containers: [{ name: web, image: 'web:1', ports: [{ containerPort: ${port} }] }] }
`;
  const found = async (manifests: string): Promise<string> => {
    const { out } = await run(
      ['check', '-', '--rule', 'skipped-port', '--rule', 'server-on-skipped-port', '-o', 'json'],
      {
        stdin: manifests,
      },
    );
    return (JSON.parse(out) as { findings: { text: string }[] }).findings.map(({ text }) => text).join('\n');
  };

  it('by the address of a client', async () => {
    expect(
      await found(application('config.linkerd.io/skip-subnets: 10.7.0.0/16', 8080)),
    ).toMatchInlineSnapshot(
      `"Clients from "10.7.0.0/16" reach every port of deployment/web past its proxy because of config.linkerd.io/skip-subnets: "10.7.0.0/16": no policy applies to them and there is no mTLS."`,
    );
    expect(await found(application('config.linkerd.io/skip-subnets: ""', 8080))).toBe('');
  });

  it('on the control port', async () => {
    expect(await found(application('config.linkerd.io/control-port: "8080"', 8080))).toMatchInlineSnapshot(
      `"Port 8080 of deployment/web is the control port of Linkerd's proxy, whose traffic always bypasses the proxy: no policy applies and there is no mTLS, for every client."`,
    );
    expect(await found(application('', 4190))).toContain('Port 4190 of deployment/web is the control port');
    const server = `---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: {}, port: 4190 }
`;
    expect(await found(application('', 4190) + server)).toContain('does not protect port 4190');
  });
});

it('check finds an ExternalWorkload that Linkerd cannot read, in any namespace', async () => {
  const machine = `
apiVersion: workload.linkerd.io/v1alpha1
kind: ExternalWorkload
metadata: { name: vm, namespace: shop }
spec: { meshTls: { identity: 'spiffe://a/b', serverName: a.b }, workloadIPs: [{ ip: 192.0.2.1 }] }
`;
  const { out, status } = await run(['check', '-'], { stdin: machine });
  expect(status).toBe(1);
  expect(out).toContain('workload-unmeshed  externalworkload/shop/vm');
});

it('a rollout deletes pods of other APIs by their labels, and never the object that makes them', async () => {
  const spec = (labels: string): string =>
    `{ selector: { matchExpressions: [{ key: app, operator: Exists }] }, template: { metadata: { ${labels} }, spec: { containers: [{ name: c, image: 'c:1' }] } } }`;
  const { out } = await run(['rollout', '-'], {
    stdin: `
${JAILED_NAMESPACE}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec: ${spec('labels: { app: web }')}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: hello, namespace: shop }
spec: ${spec('annotations: {}')}
`,
  });
  const deletions = out.split('\n').filter((line) => line.includes('kubectl -n shop delete'));
  expect([...new Set(deletions.map((line) => line.trim()))]).toEqual(['kubectl -n shop delete pods -l app']);
});
