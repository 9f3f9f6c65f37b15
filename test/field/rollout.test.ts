import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, wordsOf } from '../helpers/command';
import { runIn } from '../helpers/in-folder';
import { ROOT } from '../helpers/paths';

/** `rollout` followed to the letter: what it prints must do no harm, work as printed, and say what it does. */
const INPUTS = join(ROOT, 'test', 'field', 'inputs');

const input = (name: string): string => readFileSync(join(INPUTS, name), 'utf8');

async function plan(old: string, now: string, ...words: string[]): Promise<string> {
  const files = { 'old.yaml': old, 'new.yaml': now };
  const { out, err } = await runIn(files, ['rollout', 'old.yaml', 'new.yaml', ...words]);
  expect(err).not.toContain('error:');
  return out;
}

const namespace = (name: string, ...annotations: string[]): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, annotations: { ${annotations.join(', ')} } }\n---\n`;
const MESHED = 'linkerd.io/inject: enabled';
const DENY = 'config.linkerd.io/default-inbound-policy: deny';

function deployment(name: string, home = 'shop', spec = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${home} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: c, image: x, ports: [{ name: http, containerPort: 8080 }]${spec} }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${home} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: http }] }
---
`;
}

function server(spec: string, name = 'http', home = 'shop'): string {
  return `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: ${home} }
spec: { podSelector: {}, port: http, ${spec} }
---
`;
}

/** A step of a plan. */
function step(text: string, number: number): string {
  const [, ...steps] = text.split(/^\d\. /m);
  return steps[number - 1] ?? '';
}

describe('Jobs and pods that nobody makes again are left alone (B28)', () => {
  it('a finished Job', async () => {
    const text = await plan(input('finished-job.yaml'), input('finished-job-jail.yaml'));
    expect(text).not.toContain('delete job');
    expect(text).toContain(
      'left alone, because it has finished or must not run twice; its pods keep what they have: shop/job/migrate-2025-11',
    );
  });

  it('a Job that still runs, for it would start anew', async () => {
    const running = input('finished-job.yaml').replace(/^status:.*$/m, 'status: { active: 1 }');
    expect(await plan(running, input('finished-job-jail.yaml'))).not.toContain('delete job');
  });

  it('a Pod that only the dump has; one that a file of NEW has is applied again', async () => {
    const pod = (more: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: lone, namespace: shop${more} }\nspec: { containers: [{ name: c, image: x }] }\n---\n`;
    const jail = namespace('shop', MESHED, DENY);
    const before = namespace('shop', MESHED);
    const kept = await plan(before + pod(''), jail);
    expect(kept).not.toContain('delete pod');
    expect(kept).toContain(
      'to be made anew by whoever made it, since nobody else would and no new manifest has it: shop/pod/lone',
    );
    const again = await plan(before + pod(''), jail + pod(''));
    expect(again).toContain(
      'kubectl -n shop delete pod/lone\n     # which has pod/lone\n     kubectl apply -f new.yaml',
    );
  });
});

describe('audit mode is called what it is (B4, X22, B33)', () => {
  const http = input('http-and-https-one-port.yaml');
  const jail = (protocol: string): string =>
    namespace('argocd', MESHED, DENY) +
    server(`proxyProtocol: ${protocol}`, 'http', 'argocd').replace('port: http', 'port: 8080');

  it('a declared protocol is enforced from the first minute, and who speaks another one is named', async () => {
    const text = step(await plan(http, jail('HTTP/1')), 1);
    expect(text).toContain('A declared protocol is enforced from the first minute');
    expect(text).toContain(
      'refused at once: Server http declares HTTP/1, but port 443 of Service argocd-server leads to argocd/deployment/argocd-server:8080 and is TLS',
    );
    expect(text).not.toContain('nothing breaks');
  });

  it('a protocol that carries both is no refusal', async () => {
    const text = step(await plan(http, jail('opaque')), 1);
    expect(text).toContain('enforced from the first minute, in audit mode too: opaque on Server http');
    expect(text).not.toContain('refused at once: Server');
  });

  it('without a declared protocol nothing is refused at once', async () => {
    const text = step(await plan(http, jail('unknown')), 1);
    expect(text).toContain('no Server here newly declares one');
    expect(text).not.toContain('refused at once');
  });

  it.each(['all-authenticated', 'cluster-authenticated', 'cluster-unauthenticated'])(
    'a Server that admits %s is set to audit as well',
    async (policy) => {
      const now = namespace('shop', MESHED, DENY) + server(`accessPolicy: ${policy}`);
      const text = step(await plan(namespace('shop', MESHED) + deployment('web'), now), 1);
      expect(text).toContain(`set spec.accessPolicy to audit (now ${policy}) of Server http`);
    },
  );

  it('what is closed today stays closed', async () => {
    const closed = namespace('shop', MESHED, DENY) + server('accessPolicy: deny') + deployment('web');
    const text = step(await plan(closed, namespace('shop', MESHED, DENY) + server('accessPolicy: deny')), 1);
    expect(text).not.toContain('to audit (now');
  });

  it('where audit opens what is closed today, it is said', async () => {
    const today = input('init-opens-authenticated.yaml');
    const text = step(await plan(today, namespace('shop', MESHED, DENY)), 1);
    expect(text).toContain('while audit lasts, it opens what is closed today: opened to unmeshed clients');
  });
});

describe('going back undoes each step (B14)', () => {
  const back = async (old: string, now: string): Promise<string> =>
    step(await plan(old, now), 1).split('Go back:')[1] ?? '';

  it('injection included', async () => {
    const old = namespace('shop', 'team: blue') + deployment('web');
    expect(await back(old, namespace('shop', MESHED, DENY))).toContain(
      'kubectl annotate --overwrite namespace shop linkerd.io/inject- config.linkerd.io/default-inbound-policy-',
    );
  });

  it('to what the annotation said before', async () => {
    const old = namespace('shop', 'linkerd.io/inject: ingress') + deployment('web');
    expect(await back(old, namespace('shop', MESHED, DENY))).toContain(
      'namespace shop linkerd.io/inject=ingress',
    );
  });

  it('policy that is there today is patched, not deleted, and OLD is not applied', async () => {
    const old = namespace('shop', MESHED) + deployment('web') + server('proxyProtocol: HTTP/1');
    const text = await back(old, namespace('shop', MESHED, DENY) + server('proxyProtocol: gRPC'));
    expect(text).toContain(
      `kubectl -n shop patch servers.v1beta3.policy.linkerd.io/http --type merge -p '{"spec":{"proxyProtocol":"HTTP/1","accessPolicy":"deny"}}'`,
    );
    expect(text).not.toMatch(/delete|apply/);
  });

  it('labels of the Namespace too, and what is no policy stays', async () => {
    const now = namespace('shop', MESHED, DENY).replace('name: shop', 'name: shop, labels: { jail: closed }');
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web, namespace: shop }\n';
    const text = step(await plan(namespace('shop', MESHED) + deployment('web'), now + account), 1);
    expect(text).toContain('kubectl label --overwrite namespace shop jail-');
    expect(text).toContain('new besides policy, and left when you go back: serviceaccount/web');
    expect(text).not.toContain('delete --ignore-not-found serviceaccount');
  });
});

describe('the calls that are judged beforehand (B24, P18)', () => {
  const lost = async (old: string, now: string): Promise<string> => step(await plan(old, now), 3);
  const jail = namespace('shop', MESHED, DENY) + server('proxyProtocol: HTTP/1');
  const before = namespace('shop', MESHED);

  it('those of the API server', async () => {
    const { out } = await runIn({ 'new.yaml': input('15-webhook-refused.yaml') }, ['rollout', 'new.yaml']);
    expect(step(out, 3)).toContain(
      'the API server -> shop/deployment/operator:9443 will be refused (deny): no authorization of server/webhook admits this client; it is called by ValidatingWebhookConfiguration widgets',
    );
  });

  it('those of kubelets', async () => {
    const probe = ', livenessProbe: { grpc: { port: 8080 } }';
    expect(await lost(before + deployment('web', 'shop', probe), jail)).toContain(
      'the kubelet -> shop/deployment/web:8080 will be refused (deny) (today: allow)',
    );
  });

  it('those of Prometheus', async () => {
    const scraped = deployment('web').replace(
      'labels: { app: web } }\n    spec',
      'labels: { app: web }, annotations: { prometheus.io/scrape: "true", prometheus.io/port: "8080" } }\n    spec',
    );
    const prometheus = namespace('monitoring', MESHED) + deployment('prometheus', 'monitoring');
    expect(await lost(before + scraped + prometheus, jail)).toContain(
      'deployment/prometheus in namespace monitoring -> shop/deployment/web:8080 will be refused (deny) (today: allow)',
    );
  });

  it('those of an ingress controller and from outside', async () => {
    const controller =
      namespace('edge', MESHED) +
      deployment('nginx', 'edge').replace('image: x', 'image: registry.k8s.io/ingress-nginx/controller');
    const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }
---
`;
    const outside = deployment('web').replace(
      'spec: { selector: { app: web }, ports',
      'spec: { type: LoadBalancer, selector: { app: web }, ports',
    );
    const text = await lost(before + outside + ingress + controller, jail);
    expect(text).toContain(
      'edge/deployment/nginx -> shop/deployment/web:8080 will be refused (deny) (today: allow)',
    );
    expect(text).toContain(
      'clients from outside the cluster -> shop/deployment/web:8080 will be refused (deny) (today: allow)',
    );
  });

  it('but not a name without a port beside an address that has one, nor a name of its own', async () => {
    const { out } = await runIn({ 'new.yaml': input('19-host-without-port.yaml') }, ['rollout', 'new.yaml']);
    expect(step(out, 3)).not.toContain('will be refused');
    const own = deployment('web', 'shop', ', env: [{ name: WEBHOOK_NAME, value: web }]');
    expect(await lost(before + own, jail)).not.toContain('WEBHOOK_NAME');
  });
});

describe('what is printed can be typed (B12, B13, X23)', () => {
  const folder = join(INPUTS, '42-rollout-verify-command-fails');
  const words = ['rollout', 'shop.yaml', 'jail.yaml'];

  it('the last command has OLD and NEW, and works', async () => {
    const { out } = await run(words, { cwd: folder });
    const line = /^ {5}(npx namespace-jail break-in .*)$/m.exec(out)?.[1] ?? '';
    expect(line).toBe('npx namespace-jail break-in shop.yaml jail.yaml -n shop');
    expect((await run(wordsOf(line).slice(1), { cwd: folder })).status).toBe(0);
  });

  it('with pods from before in OLD, it reads the cluster again', async () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: web-1, namespace: shop, uid: u, labels: { app: web } }\nspec: { containers: [{ name: c, image: x }] }\nstatus: { phase: Running }\n`;
    const text = await plan(
      namespace('shop', MESHED) + deployment('web') + pod,
      namespace('shop', MESHED, DENY),
    );
    expect(step(text, 5)).toContain('npx namespace-jail kinds) -A -o yaml > after.yaml');
    expect(step(text, 5)).toContain('npx namespace-jail break-in after.yaml -n shop');
  });

  it('the logs are those of all pods', async () => {
    const { out } = await run(words, { cwd: folder });
    expect(step(out, 3)).toContain(
      'kubectl -n shop logs -l linkerd.io/control-plane-ns -c linkerd-proxy --prefix --tail=-1 --since=1h',
    );
    expect(out).not.toMatch(/logs (deployment|statefulset)\//);
  });
});

describe('what no policy protects is said at the head, not only at the end', () => {
  const unmeshed = deployment('web') + deployment('api');
  const now = namespace('shop', DENY);

  it('of a namespace without injection', async () => {
    const out = await plan(namespace('shop', 'a: b') + unmeshed, now);
    expect(out.split('\n')[1]).toBe(
      '2 workloads, 0 restarted, 2 without a proxy, which no policy protects; no calls named in the manifests.',
    );
    const [note, ...more] = out.split('\n').filter((line) => line.includes('no policy protects them'));
    expect(note).toMatch(/^ +- shop\/deployment\/\w+ and shop\/deployment\/\w+ have no proxy \(/);
    expect(more).toEqual([]);
  });

  it('but not of one whose pods all have a proxy', async () => {
    const out = await plan(namespace('shop', MESHED) + unmeshed, namespace('shop', MESHED, DENY));
    expect(out).not.toContain('without a proxy');
  });
});

describe('several namespaces, one at a time (B15, B26)', () => {
  const names = ['front', 'middle', 'back'];
  const next: Readonly<Record<string, string>> = { front: 'middle', middle: 'back' };
  const app = (home: string): string =>
    deployment(
      'web',
      home,
      next[home] === undefined ? '' : `, env: [{ name: NEXT, value: "http://web.${next[home]}:80" }]`,
    );
  const files = Object.fromEntries([
    [
      'old.yaml',
      names
        .map((home) => namespace(home) + app(home))
        .join('')
        .replaceAll('annotations: {  }', 'labels: {}'),
    ],
    ...names.map((home) => [
      `jails/${home}.yaml`,
      namespace(home, MESHED, DENY) + server('proxyProtocol: HTTP/1', 'http', home),
    ]),
  ]) as Record<string, string>;
  const inFolder = async (...words: string[]): Promise<string> =>
    (await runIn({ ...files }, ['rollout', 'old.yaml', 'jails', ...words])).out;

  it('a summary has callers before those whom they call, and how to print each plan', async () => {
    const text = await inFolder();
    expect(text.match(/^\d+\. .*$/gm)).toEqual(['1. front', '2. middle', '3. back']);
    expect(text).toContain('npx namespace-jail rollout old.yaml jails -n front');
    expect(text).not.toContain('kubectl');
  });

  it('the plan of one applies its own file only', async () => {
    const text = await inFolder('-n', 'middle');
    expect(text).toContain('kubectl apply -f jails/middle.yaml');
    expect(text).not.toMatch(/kubectl .*(front|back)/);
  });

  it('who is called waits for its callers to have a proxy', async () => {
    expect(step(await inFolder('-n', 'back'), 4)).toContain(
      'first do steps 1 and 2 of middle: callers there have no proxy before that, so no identity',
    );
  });

  it('namespaces of one file are one plan', async () => {
    const all = names.map((home) => files[`jails/${home}.yaml`]).join('');
    const { out } = await runIn({ 'old.yaml': files['old.yaml'] ?? '', 'new.yaml': all }, [
      'rollout',
      'old.yaml',
      'new.yaml',
    ]);
    expect(out).toMatch(/^From what runs today to the jails back, front, middle, in 5 steps\./);
  });

  it('a name that is not there, and one that is no jail, are errors', async () => {
    const typo = await runIn(files, ['rollout', 'old.yaml', 'jails/front.yaml', '-n', 'frnt']);
    expect([typo.status, typo.err]).toEqual([2, expect.stringContaining('no namespace frnt')]);
    const open = await runIn({ ...files, 'open.yaml': namespace('open', MESHED) }, [
      'rollout',
      'old.yaml',
      'open.yaml',
      '-n',
      'open',
    ]);
    expect([open.status, open.err]).toEqual([2, expect.stringContaining('open is no jail in open.yaml')]);
  });

  it('markdown fits into a comment, and counts the steps that do not', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const large = Object.fromEntries([
      ['old.yaml', many.map((home) => namespace(home, MESHED) + deployment('web', home)).join('')],
      ...many.map((home) => [
        `jails/${home}.yaml`,
        namespace(home, MESHED, DENY) + server('proxyProtocol: HTTP/1', 'http', home),
      ]),
    ]) as Record<string, string>;
    const { out } = await runIn(large, ['rollout', 'old.yaml', 'jails', '-o', 'markdown']);
    expect(out.length).toBeLessThanOrEqual(65_536);
    const left = Number(/The last (\d+) steps have no room in a comment/.exec(out)?.[1]);
    expect(left + (out.match(/^## \d\. /gm)?.length ?? 0)).toBe(60 * 5);
    expect(out.match(/^\| \d+ \| n\d+ /gm)).toHaveLength(60);
  });
});
