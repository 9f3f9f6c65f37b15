import { writtenForm } from '../../lib/cluster/stored-objects';
import { clusterOf, manifest, server } from '../helpers/manifests';

const AUTHORIZATION = 'policy.linkerd.io/v1alpha1';

function policy(group: string, name = 'http', namespace = 'shop'): string {
  const spec = `{ targetRef: { group: ${group}, kind: Server, name: ${name} }, requiredAuthenticationRefs: [] }`;
  return manifest(AUTHORIZATION, 'AuthorizationPolicy', 'x', spec).replace(
    'namespace: shop',
    `namespace: ${namespace}`,
  );
}

function inForce(...documents: readonly string[]): { targets: unknown[]; refused: unknown[] } {
  const { objects, refused } = clusterOf(documents.join(''));
  return {
    targets: objects
      .map(({ object }) => object.spec)
      .map((spec) => (spec as { targetRef: { name: string } }).targetRef.name),
    refused: refused.map((one) => one.inForce?.origin.line ?? 'absent'),
  };
}

describe('of several documents of one object', () => {
  it('the later of two that are accepted counts', () => {
    const one = policy('policy.linkerd.io', 'one');
    const two = policy('policy.linkerd.io', 'two');
    expect(inForce(one, two)).toEqual({ targets: ['two'], refused: [] });
    expect(inForce(two, one)).toEqual({ targets: ['one'], refused: [] });
  });

  it('the accepted one counts, wherever the refused one stands', () => {
    const [good, bad] = [policy('policy.linkerd.io'), policy('apps')];
    expect(inForce(good, bad)).toEqual({ targets: ['http'], refused: [2] });
    expect(inForce(bad, good)).toEqual({ targets: ['http'], refused: [8] });
    expect(inForce(bad)).toEqual({ targets: [], refused: ['absent'] });
  });

  it('one of a namespace that is exempt from the webhook meets the schema only', () => {
    const namespace = (value: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: nets, labels: { config.linkerd.io/admission-webhooks: ${value} } }\n---\n`;
    const refused = (value: string, document: string): number =>
      clusterOf(namespace(value) + document).refused.length;
    const bad = policy('apps', 'http', 'nets');
    expect([refused('disabled', bad), refused('enabled', bad), refused('disabled', policy('apps'))]).toEqual([
      0, 1, 1,
    ]);
    expect(refused('disabled', bad.replace('kind: Server', 'kind: 7'))).toBe(1);
  });
});

describe('a manifest beside the live object', () => {
  const live = (annotations: string, record = ''): string =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, uid: u, annotations: { ${annotations}${record} } }\n---\n`;
  const plain = (annotations: string): string =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { ${annotations} } }\n---\n`;
  const annotations = (...documents: readonly string[]): object | undefined =>
    clusterOf(documents.join('')).namespaceObject('shop')?.object.metadata.annotations;

  it('is applied to it, whichever comes first', () => {
    const both = { theirs: 'a', ours: 'b' };
    expect(annotations(live('theirs: a'), plain('ours: b'))).toEqual(both);
    expect(annotations(plain('ours: b'), live('theirs: a'))).toEqual(both);
  });

  it('takes away what the last manifest had', () => {
    const record = `, kubectl.kubernetes.io/last-applied-configuration: '{"metadata":{"annotations":{"old":"a"}}}'`;
    expect(annotations(live('old: a, theirs: b', record), plain('ours: c'))).toMatchObject({
      theirs: 'b',
      ours: 'c',
    });
    expect(annotations(live('old: a', record), plain('ours: c'))).not.toHaveProperty('old');
  });

  it('is applied even where it is refused: then the live one stays', () => {
    const { objects, refused } = clusterOf(
      server('http', '{ podSelector: {}, port: 80 }', 'uid: u') +
        server('http', '{ podSelector: {}, port: [] }'),
    );
    expect(objects.map(({ object }) => object.spec)).toMatchObject([{ port: 80 }]);
    expect(refused.map((one) => one.inForce?.origin.line)).toEqual([2]);
  });

  it('keeps its own place and its own written form', () => {
    const [source] = clusterOf(
      server('http', '{ podSelector: {}, port: 80, accessPolicy: audit }', 'uid: u') +
        server('http', '{ podSelector: {}, port: 81 }').replace('v1beta3', 'v1beta1'),
    ).objects;
    if (source === undefined) throw new Error('the Server is gone');
    expect(source.origin.line).toBe(8);
    expect(writtenForm(source).spec).toEqual({ podSelector: {}, port: 81 });
    expect(source.object.spec).toMatchObject({ port: 81 });
  });

  it('does not unite two manifests, but what one of them lets past the proxy stays', () => {
    expect(annotations(plain('a: b'), plain('c: d'))).toEqual({ c: 'd' });
    const [skip, subnets] = ['config.linkerd.io/skip-inbound-ports', 'config.linkerd.io/skip-subnets'];
    expect(annotations(plain(`${skip}: '1', ${subnets}: '2'`), plain(`${skip}: '3'`))).toEqual({
      [skip]: '3',
      [subnets]: '2',
    });
  });
});
