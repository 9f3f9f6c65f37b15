import { clusterOf, manifest } from '../helpers/manifests';

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
