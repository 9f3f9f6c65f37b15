import { join } from 'node:path';
import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

/** What `check` says first (B27, C1, A18 of the field report). */

const POD = `apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: api, labels: { app: api }, annotations: { linkerd.io/inject: enabled } }
spec: { serviceAccountName: api, containers: [{ name: api, image: api, ports: [{ containerPort: 80 }] }] }
`;
const OTHER = POD.replace('shop', 'front').replace('enabled', 'disabled');
const check = async (text: string, ...more: string[]): Promise<string[]> =>
  (await run(['check', '-', ...more], { stdin: text })).out.trimEnd().split('\n');
const inOneLine = async (text: string, ...more: string[]): Promise<string> =>
  (await check(text, ...more)).join(' ');

describe('where nobody has written policy', () => {
  it('it says so in one sentence, with what to do, and not that nothing was found', async () => {
    expect(await check(`${POD}---\n${OTHER}`)).toMatchInlineSnapshot(`
      [
        "no namespace is protected: nobody has written Linkerd policy for 2 workloads of 2 namespaces (front",
        "and shop), of which 1 is in the mesh; namespace-jail init writes a jail for each of them:",
        "https://github.com/cdk8s-namespace-jail/cdk8s-namespace-jail/blob/main/docs/jail-what-you-already-run.md",
        "",
        "no policy to check",
        "judged 2 workloads of 2 namespaces; not judged: 0",
      ]
    `);
  });

  it('it speaks of the one namespace that was asked for', async () => {
    const text = await inOneLine(`${POD}---\n${OTHER}`, '-n', 'shop');
    expect(text).toContain(
      'namespace shop is not protected: nobody has written Linkerd policy for its workload,',
    );
    expect(text).not.toContain('front');
  });

  it('programs can read it', async () => {
    const { summary } = JSON.parse((await check(POD, '-o', 'json')).join('\n')) as {
      summary: { advice: string; text: string; rules: unknown[] };
    };
    expect(summary.text).toBe('no policy to check');
    expect(summary.rules).toEqual([]);
    expect(summary.advice).toContain('namespace-jail init');
  });

  it('a note about something else does not replace it', async () => {
    const routed = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { namespace: shop, name: edge }
spec: { parentRefs: [{ name: public, namespace: edge }], rules: [{ backendRefs: [{ name: api, port: 80 }] }] }
`;
    expect(await inOneLine(`${POD}---\n${routed}`)).toContain('namespace shop is not protected');
  });
});

describe('where somebody has, it does not', () => {
  const server = (port: string): string => `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: api }
spec: { podSelector: {}, port: ${port}, accessPolicy: all-authenticated }
`;

  it.each([
    ['with a Server', server('80'), []],
    ['with a Server that is refused', server('{}'), []],
    [
      'with a default that is misspelt',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { config.linkerd.io/default-inbound-policy: Deny } }\n',
      [],
    ],
    ["with the cluster's default", '', ['--default-inbound-policy', 'deny']],
  ])('%s', async (_, policy, options) => {
    expect(await inOneLine(`${policy}---\n${POD}`, ...options)).not.toContain('not protected');
  });

  it('nor where there is no workload to speak of', async () => {
    expect((await check('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n'))[0]).toBe(
      'nothing found',
    );
  });
});

describe('the findings', () => {
  const troubled = join(ROOT, 'test/fixtures/check/troubled.yaml');

  it('begin with a table of severities and rules, each with its page; errors come before warnings before notes', async () => {
    const { out } = await run(['check', troubled]);
    const [table = '', ...rest] = out.split('\n\n');
    const severities = table.split('\n').map((line) => line.split(/ +/)[0]);
    const words = ['error', 'warning', 'note'];
    expect(severities).toEqual([...severities].sort((a = '', b = '') => words.indexOf(a) - words.indexOf(b)));
    expect(new Set(severities).size).toBeGreaterThan(1);
    for (const line of table.split('\n')) {
      const [severity = '', rule = '', count = '', page = ''] = line.split(/ +/);
      expect(page.endsWith(`/docs/rules/${rule}.md`)).toBe(true);
      expect(rest.join('\n').split(new RegExp(`${severity}  ${rule}  `)).length - 1).toBe(Number(count));
    }
    const order = [...rest.join('\n').matchAll(/^ {2}\d+(?::\d+)? {2}(error|warning|note) /gm)].map(
      ([, word = '']) => word,
    );
    expect(order).toEqual([...order].sort((a, b) => words.indexOf(a) - words.indexOf(b)));
  });

  it('of a namespace that is not there are no answer; the one that was meant is named', async () => {
    const { status, out, err } = await run(['check', '-', '-n', 'shpo'], { stdin: `${POD}---\n${OTHER}` });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(
      'the manifests have no namespace shpo; they have front and shop; did you mean "shop"?',
    );
  });
});

describe('the remedy for a protocol that Linkerd does not have (P16)', () => {
  it.each([
    ['TCP', 'write opaque'],
    ['tcp', 'write opaque'],
    ['raw', 'write opaque'],
    ['http/1', 'write it exactly like that; case matters'],
    ['HTTP', 'write it exactly like that; case matters'],
  ])('%s: %s', async (protocol, remedy) => {
    const server = `apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: shop, name: api }
spec: { podSelector: {}, port: 80, proxyProtocol: ${protocol} }
`;
    expect((await inOneLine(`${POD}---\n${server}`)).replace(/ +/g, ' ')).toContain(`fix: ${remedy}`);
  });
});
