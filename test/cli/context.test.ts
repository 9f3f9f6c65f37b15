import { StandInKubectl, SERVED, type StandIn } from '../helpers/stand-in-kubectl';
import { run as runIn, type Run } from '../helpers/command';

/** A jail that admits the ServiceAccount web of namespace front by an authentication in namespace auth. */
const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, uid: n1, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny } }
---
apiVersion: v1
kind: Namespace
metadata: { name: front, uid: n2, annotations: { linkerd.io/inject: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop, uid: d1 }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: x, args: ['{{ not a template }}'], ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: front, uid: d2 }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { serviceAccountName: web, containers: [{ name: web, image: x }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop, uid: s1, creationTimestamp: '2026-01-01T00:00:00Z' }
spec: { podSelector: {}, port: http, proxyProtocol: HTTP/1 }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: front, namespace: shop, uid: a1 }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: http }
  requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: front, namespace: auth }]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: { name: front, namespace: auth, uid: m1 }
spec: { identities: [web.front.serviceaccount.identity.linkerd.cluster.local] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd, uid: c1 }
data: { values: 'identityTrustDomain: cluster.local' }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: passwords, namespace: shop, uid: c2 }
data: { database: hunter2 }
---
apiVersion: v1
kind: Secret
metadata: { name: passwords, namespace: shop, uid: c3 }
`;

let kubectl: StandInKubectl | undefined;

afterEach(() => {
  kubectl?.remove();
  kubectl = undefined;
});

/** Runs a verb against the cluster of context prod. */
function run(argv: readonly string[], differences: StandIn = {}, manifests = CLUSTER): Promise<Run> {
  kubectl?.remove();
  kubectl = new StandInKubectl(manifests, differences);
  return runIn([...argv, '--context', 'prod', '--no-config'], { env: kubectl.env });
}

const FROM_FRONT = ['can', 'front/deployment/web', 'shop/deployment/api:8080'];

describe('--context', () => {
  it.each([
    [0, ['can', 'front/deployment/web', 'shop/deployment/api:8080']],
    [1, ['can', 'unmeshed', 'shop/deployment/api:8080']],
    [0, ['map']],
    [0, ['authz', 'deploy/api', '-n', 'shop']],
    [1, ['break-in', '-n', 'shop']],
    [0, ['check']],
    [0, ['init', '--dry-run']],
    [2, ['rollout', 'emojivoto-app.yaml']],
    [1, ['diff', 'emojivoto-jail.yaml']],
  ])('exit %i of %j is about the cluster', async (status, argv) => {
    const found = await run(argv);
    expect(found.err).not.toMatch(/internal error|refused at admission/);
    expect(found.status).toBe(status);
  });

  it('reads only: the kinds that the server has, all at once, and of ConfigMaps one', async () => {
    await run(FROM_FRONT);
    const calls = kubectl?.calls.map((call) => call.join(' ')) ?? [];
    expect(calls.map((call) => call.replace(/ \S{100,} /, ' KINDS '))).toMatchInlineSnapshot(`
      [
        "--context prod api-resources --verbs=list -o name --request-timeout=60s",
        "--context prod get KINDS -A -o json --chunk-size=500 --request-timeout=60s",
        "--context prod get configmap linkerd-config -n linkerd --ignore-not-found -o json --chunk-size=500 --request-timeout=60s",
      ]
    `);
    expect(calls.join()).not.toMatch(/secrets|\bconfigmaps\b/);
  });

  it('takes no template for one that was not rendered, since an API server rendered nothing', async () => {
    const { out, err } = await run(['map']);
    expect(out + err).not.toContain('template');
  });

  it('settles references: a kind that was read whole has no more than what was read', async () => {
    const without = CLUSTER.replace('name: front, namespace: auth, uid', 'name: other, namespace: auth, uid');
    const { out } = await run(FROM_FRONT, {}, without);
    expect(out.split(':')[0]).toBe('deny');
  });

  it.each([
    ['may not be read', { readable: { 'meshtlsauthentications.policy.linkerd.io': [] } }],
    ['the server lacks', { served: SERVED.filter((name) => !name.startsWith('meshtls')) }],
    [
      'fails',
      { failing: { 'meshtlsauthentications.policy.linkerd.io': 'Error from server (InternalError): no' } },
    ],
    [
      'the server may have',
      { served: SERVED.filter((name) => !name.startsWith('meshtls')), discovery: ['error: incomplete'] },
    ],
  ])('leaves references to a kind open that %s', async (_, differences) => {
    const { status, out, err } = await run(FROM_FRONT, differences);
    expect([status, out.split(':')[0]]).toEqual([1, 'depends']);
    expect(err).toContain('meshtlsauthentications.policy.linkerd.io');
    expect(out).toContain('Kind meshtlsauthentications.policy.linkerd.io');
  });

  it.each(['authorizationpolicies', 'httproutes', 'servers'])(
    'calls nothing closed while %s may not be read',
    async (resource) => {
      const differences = { readable: { [`${resource}.policy.linkerd.io`]: [] } };
      const { status, out, err } = await run(['break-in', '-n', 'shop'], differences);
      expect(status).toBe(1);
      expect(out).toContain(
        `Kind ${resource}.policy.linkerd.io: kubectl says: Error from server (Forbidden)`,
      );
      expect(err).toContain(`${resource}.policy.linkerd.io could not be read, so it is not judged`);
    },
  );

  it('says what it may not read of what decides nothing, and goes on', async () => {
    const { status, err } = await run(FROM_FRONT, { readable: { 'ingresses.networking.k8s.io': [] } });
    expect(status).toBe(0);
    expect(err).toContain(
      'ingresses.networking.k8s.io could not be read, so what depends on it is not known',
    );
  });

  it('says which optional kinds a server lacks, and goes on', async () => {
    const served = SERVED.filter(
      (name) => !/gateway|monitoring|externalworkloads|ratelimit|egress/.test(name),
    );
    const { status, out, err } = await run(FROM_FRONT, { served });
    expect([status, out.split(':')[0]]).toEqual([0, 'allow']);
    expect(err).toMatch(
      /^note: context prod: the server does not have externalworkloads\.workload\.linkerd\.io, /,
    );
    expect(err).toMatch(/so they are not judged, and what refers to them is not settled\n$/);
  });

  it('reads the namespaces of -n where the whole cluster may not be read', async () => {
    const own = Object.fromEntries(SERVED.map((name) => [name, name === 'nodes' ? [] : ['shop']]));
    const { status, out, err } = await run(['break-in', '-n', 'shop'], { readable: own });
    expect(status).toBe(1); // the authentication in namespace auth is not known
    expect(out).toMatch(/judged 1 workload of 1 namespace; not judged: 1\n$/);
    expect(out).toContain(
      'linkerd-config in namespace linkerd, the settings of the control plane, was not read',
    );
    expect(err).toContain('pods could not be read except in shop, so it is not judged');
  });

  it('fails if nothing at all may be read', async () => {
    const none = Object.fromEntries(SERVED.map((name) => [name, []]));
    const { status, out, err } = await run(['check'], { readable: none });
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('context prod: no object could be read: kubectl says: ');
  });

  it('fails for a cluster without objects', async () => {
    const { status, err } = await run(['check'], {}, '');
    expect(status).toBe(2);
    expect(err).toBe(
      'context prod: it has no objects, so there is nothing to judge; check that it is the cluster you mean\n',
    );
  });

  it.each([
    [
      'refuses the connection',
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?',
    ],
    ['is not found', 'Unable to connect to the server: dial tcp: lookup prod.example: no such host'],
    [
      'does not answer',
      'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    ],
    ['wants a login', 'error: You must be logged in to the server (Unauthorized)'],
    ['is odd', 'error: something else'],
  ])('fails with kubectl’s own words if the server %s', async (_, down) => {
    const { status, out, err } = await run(['check'], { down });
    expect([status, out]).toEqual([2, '']);
    expect(err.split('\n').at(-2)).toBe(`kubectl says: ${down}`);
    expect(err.split('\n')[0]).toMatchSnapshot();
  });

  it('does not take output that was cut off', async () => {
    const { status, err } = await run(['check'], { cut: 60 });
    expect(status).toBe(2);
    expect(err).toContain('kubectl printed something else than whole JSON');
  });

  it('passes on what kubectl says beside a result', async () => {
    const { err } = await run(FROM_FRONT, { says: ['Warning: v1 is deprecated'] });
    expect(err).toContain('note: context prod: kubectl says: Warning: v1 is deprecated\n');
  });

  it('says where linkerd-config is looked for if it is not there', async () => {
    const { err } = await run([...FROM_FRONT, '--linkerd-namespace', 'mesh']);
    expect(err).toContain(
      "there is no ConfigMap linkerd-config in namespace mesh, so Linkerd's default settings are assumed",
    );
  });

  it('has a name that kubectl knows', async () => {
    kubectl = new StandInKubectl(CLUSTER);
    const { env } = kubectl;
    const says = async (...argv: string[]): Promise<string> =>
      (await runIn(['check', '--no-config', ...argv], { env })).err;
    expect(await says('--context', 'prd')).toBe(
      'error: kubectl has no context "prd"; did you mean "prod"?\nit has prod, staging\n',
    );
    expect(await says('--context', '')).toContain('--context takes the name of a context');
    expect(await says('--context', '--all')).toContain('--context takes the name of a context');
  });

  it('needs kubectl', async () => {
    const { status, err } = await runIn(['check', '--context', 'prod'], { env: { PATH: '/nowhere' } });
    expect(status).toBe(2);
    expect(err).toMatch(
      /^error: kubectl is not installed, or not in a folder of PATH; install it, or read a dump/,
    );
  });

  it('takes manifests beside it, which are applied to what runs', async () => {
    const { out } = await run(['map', 'emojivoto-app.yaml']);
    expect(out).toMatch(/shop/);
    expect(out).toMatch(/emojivoto/);
  });

  it('is OLD of verbs that compare, which then take NEW alone', async () => {
    for (const verb of ['diff', 'rollout']) {
      const { status, err } = await run([verb, 'emojivoto-app.yaml', 'emojivoto-jail.yaml']);
      expect(status).toBe(2);
      expect(err).toBe(
        `error: with --context, OLD is the cluster, so ${verb} takes NEW alone; leave out emojivoto-app.yaml, or --context\n`,
      );
    }
  });

  it('stands in the command lines that reports print', async () => {
    const { out } = await run(
      ['break-in', '-n', 'shop'],
      {},
      CLUSTER.replace('requiredAuthenticationRefs: [{', 'requiredAuthenticationRefs: [] #'),
    );
    expect(out).toMatch(/namespace-jail can .* --context prod --no-config/);
  });
});
