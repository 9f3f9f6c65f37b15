import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load, loadAll } from 'js-yaml';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const FOLDER = 'test/field/inputs';
const INJECTED = 'linkerd.io/inject: enabled';
const KEY = 'config.linkerd.io/default-inbound-policy';

/** What `break-in` says: why namespaces are jails, the ways in, and the last line. */
async function told(stdin: string, ...words: string[]): Promise<string[]> {
  const { out } = await run(['break-in', '-', ...words], { cwd: ROOT, stdin });
  return out
    .split('\n')
    .filter((line) => / is a jail: |^ {2}\d+\. |^ {5}(into|by|fix) |ways? in,/.test(line))
    .map((line) => line.trim());
}

const read = (name: string): string => readFileSync(join(ROOT, FOLDER, name), 'utf8');

const namespace = (name: string, annotations: string, labels = ''): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} }, annotations: { ${annotations} } }
---
`;
const deployment = (name: string, annotations = '', own = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: ${name}, annotations: { ${own} } }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, annotations: { ${annotations} } }
    spec: { containers: [{ name: app, image: app, ports: [{ containerPort: 8080 }] }] }
---
`;
const server = (name: string, spec: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: ${name} }
spec: { podSelector: {}, ${spec} }
---
`;
const OTHER_JAIL = namespace('pay', `${INJECTED}, ${KEY}: deny`);

describe('a namespace that was meant to be a jail is judged as one', () => {
  it('beside another one that is', async () => {
    expect(await told(read('12-invalid-annotation-namespace-not-a-jail.yaml'))).toMatchInlineSnapshot(`
      [
        "pay is a jail: its Namespace has config.linkerd.io/default-inbound-policy: deny (-:31)",
        "shop is a jail: its Namespace has config.linkerd.io/default-inbound-policy: "Deny", which Linkerd ignores, but which can only be meant as config.linkerd.io/default-inbound-policy: deny or audit (-:1)",
        "1. anyone outside shop",
        "into  deployment/web: 4191 (linkerd-admin), 8080 (http) and any other port",
        "by    namespace/shop (-:1): no Server covers the port, so the pod's default policy decides: all-unauthenticated, the cluster's default, because config.linkerd.io/default-inbound-policy: "Deny" on Namespace shop is not a valid policy",
        "fix   annotate Namespace shop with config.linkerd.io/default-inbound-policy: deny, and restart its pods",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it.each([
    ['a value in another case', namespace('shop', `${INJECTED}, ${KEY}: DENY`)],
    ['a phrase', namespace('shop', `${INJECTED}, ${KEY}: all-denied`)],
    ['a participle', namespace('shop', `${INJECTED}, ${KEY}: denied`)],
    ["a word of one's own", namespace('shop', `${INJECTED}, ${KEY}: closed`)],
    ['a slip in the key', namespace('shop', `${INJECTED}, config.linkerd.io/default-inbound-polciy: deny`)],
    ['another prefix', namespace('shop', `${INJECTED}, linkerd.io/default-inbound-policy: audit`)],
    ['no prefix', namespace('shop', `${INJECTED}, default-inbound-policy: deny`)],
    ['a label', namespace('shop', INJECTED, `${KEY}: deny`)],
    ['a slip on a pod template', namespace('shop', INJECTED) + deployment('api', `${KEY}: Deny`)],
    [
      'the Deployment instead of its template',
      namespace('shop', INJECTED) + deployment('api', '', `${KEY}: deny`),
    ],
    [
      'one pod template beside another that is right',
      namespace('shop', INJECTED) + deployment('api', `${KEY}: Deny`) + deployment('db', `${KEY}: deny`),
    ],
  ])('by %s', async (_, text) => {
    const isSaid = text.includes('name: api') ? 'deployment/api' : 'its Namespace has';
    const lines = await told(OTHER_JAIL + text + deployment('web'));
    expect(lines.find((line) => line.startsWith('shop is a jail'))).toContain(isSaid);
    expect(lines.at(-1)).not.toMatch(/^0 /);
  });

  it.each([
    ['a slip in a policy that lets clients in', `${KEY}: all_authenticated`],
    ["a word of one's own that lets clients in", `${KEY}: allow-all`],
    ['nothing at all', `${KEY}: ''`],
    ['a policy that is right', `${KEY}: all-unauthenticated`],
    ['an annotation of somebody else', 'example.com/default: deny'],
  ])('but not by %s', async (_, annotation) => {
    const all = await run(['break-in', '-'], {
      stdin:
        OTHER_JAIL +
        deployment('x').replaceAll('shop', 'pay') +
        namespace('shop', `${INJECTED}, ${annotation}`) +
        deployment('web'),
    });
    expect(all.out).toContain('pay is a jail');
    expect(all.out).not.toContain('shop is a jail');
  });
});

describe('a jail in audit mode is one way in', () => {
  const shop = namespace('shop', `${INJECTED}, ${KEY}: audit`) + deployment('web');
  const SERVERS =
    server('http', 'port: 8080, proxyProtocol: HTTP/1, accessPolicy: audit') +
    server('grpc', 'port: 9090, proxyProtocol: gRPC, accessPolicy: audit');

  it('by its Namespace and all its Servers', async () => {
    expect(await told(shop + SERVERS)).toMatchInlineSnapshot(`
      [
        "shop is a jail: its Namespace has config.linkerd.io/default-inbound-policy: audit (-:2)",
        "1. anyone outside shop (let in and logged: audit)",
        "into  deployment/web: 4191 (linkerd-admin), 8080, 9090 and any other port",
        "by    namespace/shop (-:2): the jail is in audit mode, by namespace/shop and 2 Servers: nobody is refused yet, and who would be is logged",
        "fix   once the log is quiet, set config.linkerd.io/default-inbound-policy: deny on namespace/shop and accessPolicy: deny on server/grpc and server/http (in a cdk8s app, remove mode: 'audit'), and restart the pods",
        "1 undeclared way in, 0 declared exceptions",
      ]
    `);
  });

  it('also where declared exceptions let different clients in', async () => {
    const EXCEPTION = `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: shop, name: partner, annotations: { namespace-jail/exception: serviceaccount billing/invoices } }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: http }
  requiredAuthenticationRefs: [{ kind: ServiceAccount, name: invoices, namespace: billing }]
`;
    expect((await told(shop + SERVERS + EXCEPTION)).at(-1)).toBe('1 undeclared way in, 1 declared exception');
  });

  it('beside what is open for another reason', async () => {
    const OPEN = server('open', 'port: 7070, accessPolicy: all-unauthenticated');
    expect((await told(shop + SERVERS + OPEN)).at(-1)).toBe('2 undeclared ways in, 0 declared exceptions');
  });

  it('and a single Server in audit mode is itself to blame', async () => {
    const lines = await told(
      namespace('shop', `${INJECTED}, ${KEY}: deny`) +
        deployment('web') +
        server('http', 'port: 8080, accessPolicy: audit'),
    );
    expect(lines.filter((line) => line.startsWith('by '))).toEqual([
      expect.stringMatching(/server\/http \(-:\d+\): its accessPolicy is audit/),
    ]);
  });
});

describe('what is said does not depend on the order of the input', () => {
  const reversed = (text: string): string =>
    loadAll(text)
      .filter((one) => one !== null && one !== undefined)
      .reverse()
      .map((one) => dump(one))
      .join('---\n');
  const words = async (text: string): Promise<string[]> =>
    (await run(['break-in', '-'], { stdin: text })).out.replace(/-:\d+/g, '-').split('\n');

  it('of workloads that differ in what they say of their ports', async () => {
    const [a, b] = ['a', 'b'].map((name) => read(`43-because-depends-on-order/${name}.yaml`));
    expect(await words(a ?? '')).toEqual(await words(b ?? ''));
    expect((await words(a ?? '')).join('\n')).not.toContain('proxy-require-identity-inbound-ports');
  });

  it.each([
    [
      'of workloads whose ports bypass the proxy',
      namespace('shop', `${INJECTED}, ${KEY}: deny, config.linkerd.io/skip-inbound-ports: '8080,9999'`) +
        deployment('a') +
        deployment('b').replace('8080', '9999'),
    ],
    [
      'of workloads of which one requires identities',
      namespace('shop', `${INJECTED}, ${KEY}: all-unauthenticated`) +
        server('x', 'port: 1') +
        deployment('a', `config.linkerd.io/proxy-require-identity-inbound-ports: '8080'`) +
        deployment('b'),
    ],
    [
      'of Servers in audit mode',
      namespace('shop', `${INJECTED}, ${KEY}: audit`) +
        server('b', 'port: 2, accessPolicy: audit') +
        server('a', 'port: 1, accessPolicy: audit') +
        deployment('b') +
        deployment('a'),
    ],
  ])('%s', async (_, text) => {
    expect(await words(reversed(text))).toEqual(await words(text));
  });
});

describe('a pod that runs since before the annotation', () => {
  it('is told from one without it, with what to restart', async () => {
    expect(await told(read('stale-pods.yaml'))).toMatchInlineSnapshot(`
      [
        "shop is a jail: its Namespace has config.linkerd.io/default-inbound-policy: deny (-:3)",
        "1. anyone outside shop",
        "into  pod/web-6d9c8-aaaaa: 4191 (linkerd-admin), 8080 (http) and any other port",
        "by    pod/web-6d9c8-aaaaa (-:74): no Server covers the port, so the pod's default policy decides: all-unauthenticated, the cluster's default, because the pod was created before Namespace shop said deny: that reaches a pod only when it is created",
        "fix   restart deployment/web",
        "2. anyone outside shop",
        "into  pod/web-6d9c8-bbbbb: 8080 (http) and any other port",
        "by    pod/web-6d9c8-bbbbb (-:119): it has no proxy, so no policy applies: the pod was created without the proxy, which is injected only when it is recreated",
        "fix   restart deployment/web so that its pods are injected",
        "2 undeclared ways in, 0 declared exceptions",
      ]
    `);
  });

  const stale = read('stale-pods.yaml');
  const fixes = async (text: string): Promise<string[]> =>
    (await told(text))
      .filter((line) => /^(by|fix) /.test(line) && /policy decides|^fix/.test(line))
      .slice(0, 2);

  const podWith = (...annotations: string[]): string =>
    stale.replace(/( +)linkerd.io\/proxy-version: .*\n/, (_, indent: string) =>
      annotations.map((annotation) => `${indent}${annotation}\n`).join(''),
    );

  it('with the policy that the Namespace had then', async () => {
    expect((await fixes(podWith(`${KEY}: audit`))).join('\n')).toContain('before Namespace shop said deny');
  });

  it('but not where its Deployment says so too', async () => {
    const text = podWith(`${KEY}: all-unauthenticated`).replace(
      /template:\n( +)metadata:\n/,
      `template:\n$1metadata:\n$1  annotations: { ${KEY}: all-unauthenticated }\n`,
    );
    const lines = (await told(text)).join('\n');
    expect(lines).toContain('the pod template of deployment/web says all-unauthenticated');
    expect(lines).toContain(`remove the annotation ${KEY} from the pod template of deployment/web`);
  });

  it('with a port that bypassed the proxy then', async () => {
    const lines = await told(podWith(`${KEY}: deny`, "config.linkerd.io/skip-inbound-ports: '8080'"));
    expect(lines).toContain(
      'fix   restart deployment/web: the pod was created before config.linkerd.io/skip-inbound-ports changed',
    );
  });

  it('with networks that bypassed the proxy then', async () => {
    const text = podWith(`${KEY}: deny`).replace(
      /( +)linkerd.io\/inject: enabled\n/,
      '$1linkerd.io/inject: enabled\n$1config.linkerd.io/skip-subnets: ""\n',
    );
    const config = `
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data: { values: 'proxyInit: { skipSubnets: 10.9.0.0/16 }' }
---
`;
    expect(await told(config + text)).toContain(
      'fix   restart deployment/web: the pod was created before config.linkerd.io/skip-subnets changed',
    );
  });

  it('and whose owner is not in the input', async () => {
    const { items } = load(stale) as { readonly items: readonly { readonly kind: string }[] };
    const text = dump({
      apiVersion: 'v1',
      kind: 'List',
      items: items.filter(({ kind }) => !/Deployment|ReplicaSet/.test(kind)),
    });
    expect((await fixes(text))[1]).toBe('fix   restart what made the pod (replicaset/web-6d9c8)');
  });

  it('and that nobody made', async () => {
    const text = stale.replace(/( +)ownerReferences:\n(\1 +.*\n)+/g, '');
    expect((await fixes(text))[1]).toBe('fix   delete the pod and create it again');
  });
});

describe('what to do fits the workload', () => {
  const jail = namespace('shop', `${INJECTED}, ${KEY}: deny`);
  const fix = async (text: string): Promise<string | undefined> =>
    (await told(jail + text)).find((line) => line.startsWith('fix '));

  it('on the host network', async () => {
    const text = deployment('agent').replace('spec: { containers', 'spec: { hostNetwork: true, containers');
    expect(await fix(text)).toContain('a firewall on the nodes');
  });

  it('that serves nothing', async () => {
    const text = `
apiVersion: batch/v1
kind: CronJob
metadata: { namespace: shop, name: report }
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        metadata: { annotations: { linkerd.io/inject: disabled } }
        spec: { restartPolicy: Never, containers: [{ name: r, image: r }] }
`;
    expect(await fix(text)).toContain('if it serves nobody, accept that in a baseline');
  });

  it('that has the proxy in its manifest', async () => {
    const text = deployment('web')
      .replace('labels: {', 'labels: { linkerd.io/control-plane-ns: linkerd,')
      .replace(
        'containers: [',
        'initContainers: [{ name: linkerd-init, image: "cr.l5d.io/linkerd/proxy-init:v2" }], containers: [{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:v2" }, ',
      );
    expect(await fix(text)).toContain(`annotate the pod template with ${KEY}: deny`);
  });
});
