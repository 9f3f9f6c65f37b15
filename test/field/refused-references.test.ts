import { run } from '../helpers/command';
import { manifest, pod, server } from '../helpers/manifests';
import { JAILED_NAMESPACE } from '../helpers/shop';

/**
 * Who refers to an object of the input that admission refuses reads that it is refused, and where, not that the input
 * lacks it.
 */
const JAIL = `
${JAILED_NAMESPACE}
---
${pod('web', '{ name: a, image: x, ports: [{ containerPort: 8080 }] }')}`;

function policy(target: string, authentication = ''): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    'p',
    `{ targetRef: { group: policy.linkerd.io, kind: ${target}, name: it }, requiredAuthenticationRefs: [${authentication}] }`,
  );
}

function refused(kind: string, spec: string, version = 'v1alpha1'): string {
  return manifest(`policy.linkerd.io/${version}`, kind, 'it', spec);
}

async function output(text: string, ...words: readonly string[]): Promise<string> {
  const { out, err } = await run([...words, '-'], { stdin: JAIL + text });
  // Long sentences are wrapped.
  return (out + err).replace(/\n +/g, ' ');
}

const SERVER = refused('Server', '{ podSelector: {}, port: 99999 }', 'v1beta3');
const ROUTE = refused('HTTPRoute', '{ parentRefs: 5 }', 'v1beta3');
const MESH = refused('MeshTLSAuthentication', '{ identities: [] }');
const MESH_REF = '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: it }';
const LABELS = 'labels: { a: "no label value!" }';
const OWN = server('http', '{ podSelector: {}, port: 8080 }');

describe('a reference to what admission refuses', () => {
  it.each([
    ['a Server', SERVER + policy('Server'), 'Server shop/it'],
    ['a route', OWN + ROUTE + policy('HTTPRoute'), 'HTTPRoute shop/it'],
    [
      'an authentication',
      OWN + MESH + policy('Server', MESH_REF).replace('kind: Server, name: it', 'kind: Server, name: http'),
      'MeshTLSAuthentication shop/it',
    ],
  ])('%s: break-in says that it is refused, and where', async (_, text, name) => {
    const out = await output(text, 'break-in');
    const place = /which admission refuses \((-:\d+)\)/.exec(out)?.[1] ?? 'no place';
    expect(out).toContain(
      `it refers to ${name}, which admission refuses (${place}): an earlier form of it may be in force, and let anyone in`,
    );
    expect(out).toContain(`correct ${name} so that it is admitted`);
    expect(out).not.toContain('not in the input');
    const line = Number(place.split(':')[1]);
    expect(
      (JAIL + text)
        .split('\n')
        .slice(line - 1, line + 1)
        .join(' '),
    ).toContain(name.split(' ')[0]);
    const can = await output(text, 'can', '10.1.2.3', 'shop/pod/web:8080');
    expect(can).toContain(`to which authorizationpolicy/p refers and which admission refuses (${place})`);
  });

  it('is another thing where the input has all there is: it is refused, not absent', async () => {
    const text =
      OWN + MESH + policy('Server', MESH_REF).replace('kind: Server, name: it', 'kind: Server, name: http');
    expect(await output(text, 'check', '--complete')).toMatch(
      /it requires MeshTLSAuthentication shop\/it, which admission refuses \(-:\d+\)/,
    );
    const route = manifest(
      'policy.linkerd.io/v1beta3',
      'HTTPRoute',
      'r',
      '{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: it }], rules: [{}] }',
    );
    expect(await output(SERVER + route, 'check')).toMatch(
      /is for Server "it", which admission refuses \(-:\d+\)/,
    );
  });

  it('on the command line says so too', async () => {
    const service = manifest('v1', 'Service', 'api', '{ ports: [{ port: 80 }] }', LABELS);
    const other = manifest('v1', 'Pod', 'other', '{ containers: [{ name: a, image: x }] }', LABELS);
    expect(await output(service, 'can', '10.1.2.3', 'shop/api:80')).toMatch(
      /of Service shop\/api the manifests have only a document which admission refuses \(-:\d+\)/,
    );
    expect(await output(other, 'can', '10.1.2.3', 'shop/pod/other:80')).toMatch(
      /of shop\/pod\/other the manifests have only a document which admission refuses \(-:\d+\)/,
    );
  });
});
