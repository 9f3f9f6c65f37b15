import { run } from '../../helpers/command';
import { manifest, pod, server } from '../../helpers/manifests';

const WEB = pod('web', '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }');

function owner(name: string, spec = ''): string {
  return server(name, `{ podSelector: {}, port: 8080${spec} }`);
}

/** What `can --explain` says of the port, and what JSON does. */
async function governs(stdin: string, target = 'shop/pod/web:8080'): Promise<readonly [string, unknown]> {
  const text = await run(['can', 'unmeshed', target, '-', '--explain'], { stdin });
  const json = await run(['can', 'unmeshed', target, '-', '-o', 'json'], { stdin });
  const [answer] = (JSON.parse(json.out) as { answers: { policies?: { server: string; mode: string }[] }[] })
    .answers;
  const line = /^ {2}port +(.*)$/m.exec(text.out)?.[1] ?? text.out;
  return [line, answer?.policies?.map((one) => `${one.server} ${one.mode}`)];
}

describe('what governs a port', () => {
  it('is one Server, where it is known which', async () => {
    expect(await governs(WEB + owner('http'))).toMatchInlineSnapshot(`
      [
        "8080 (http), governed by server/http (-:8), protocol detected",
        undefined,
      ]
    `);
  });

  it('is one of two whose ages are not known', async () => {
    expect(await governs(WEB + owner('http', ', proxyProtocol: HTTP/1') + owner('zz')))
      .toMatchInlineSnapshot(`
      [
        "8080 (http), governed by server/http (-:8), HTTP/1, if server/http is older than server/zz; or by server/zz (-:14), protocol detected, if server/zz is older than server/http",
        [
          "server/http http1",
          "server/zz detect",
        ],
      ]
    `);
  });

  it('is one of three', async () => {
    const [line, policies] = await governs(
      WEB + owner('a') + owner('b') + owner('c', ', proxyProtocol: opaque'),
    );
    expect(line.split('; or by ')).toHaveLength(3);
    expect(policies).toEqual(['server/a detect', 'server/b detect', 'server/c opaque']);
  });

  it('is the Server of what runs already, or that of new pods', async () => {
    const labels = (app: string): string => `labels: { app: ${app} }`;
    const maker = manifest(
      'apps/v1',
      'Deployment',
      'web',
      `{ selector: { matchLabels: { app: new } }, template: { metadata: { ${labels('new')}, annotations: { linkerd.io/inject: enabled } }, spec: { containers: [{ name: a, image: x }] } } }`,
    );
    const running = (name: string): string =>
      manifest(
        'v1',
        'Pod',
        name,
        '{ containers: [{ name: a, image: x }, { name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x" }] }',
        'labels: { app: old, linkerd.io/control-plane-ns: linkerd }, uid: "1", ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]',
      );
    const one = (app: string): string =>
      server(app, `{ podSelector: { matchLabels: { app: ${app} } }, port: 8080 }`);
    expect(
      await governs(
        maker + running('web-1') + running('web-2') + one('old') + one('new'),
        'shop/deployment/web:8080',
      ),
    ).toMatchInlineSnapshot(`
      [
        "8080, governed by server/new (-:26), protocol detected; or by server/old (-:20), protocol detected, if it reaches pod/web-1 or pod/web-2, which still run as they were created",
        [
          "server/new detect",
          "server/old detect",
        ],
      ]
    `);
  });
});
