import { mergedByApply, isLive, LAST_APPLIED } from '../../lib/kubernetes/apply';
import type { KubeObject } from '../../lib/kubernetes/object';

function object(apiVersion: string, kind: string, rest: object, metadata: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name: 'x', ...metadata }, ...rest };
}

const namespace = (annotations: Record<string, string>, metadata: object = {}): KubeObject =>
  object('v1', 'Namespace', {}, { annotations, ...metadata });

const recorded = (manifest: KubeObject): Record<string, string> => ({
  [LAST_APPLIED]: JSON.stringify(manifest),
});

describe('a manifest that is applied to a live object', () => {
  it('keeps what it does not mention', () => {
    const live = namespace({ theirs: '1', ours: '1' }, { uid: 'u', labels: { team: 'a' } });
    const { metadata, ...rest } = mergedByApply(
      { ...live, status: { phase: 'Active' } },
      namespace({ ours: '2' }),
    );
    expect(metadata).toEqual({
      name: 'x',
      uid: 'u',
      labels: { team: 'a' },
      annotations: { theirs: '1', ours: '2' },
    });
    expect(rest.status).toEqual({ phase: 'Active' });
  });

  it('removes what the last manifest set and it does not, at any depth', () => {
    const last = object('policy.linkerd.io/v1beta3', 'Server', {
      spec: { podSelector: { matchLabels: { app: 'x', tier: 'y' } }, accessPolicy: 'all-unauthenticated' },
    });
    const live = { ...last, metadata: { ...last.metadata, annotations: recorded(last) } };
    const now = object('policy.linkerd.io/v1beta3', 'Server', {
      spec: { podSelector: { matchLabels: { app: 'x' } }, port: 80 },
    });
    expect(mergedByApply(live, now).spec).toEqual({ podSelector: { matchLabels: { app: 'x' } }, port: 80 });
  });

  it('removes what it sets to null', () => {
    const now = { ...namespace({}), metadata: { name: 'x', annotations: null } } as unknown as KubeObject;
    expect(mergedByApply(namespace({ a: '1' }), now).metadata).toEqual({ name: 'x' });
  });

  it('replaces the lists of a custom resource', () => {
    const authentication = (...cidrs: string[]): KubeObject =>
      object('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', {
        spec: { networks: cidrs.map((cidr) => ({ cidr })) },
      });
    expect(mergedByApply(authentication('10.0.0.0/8'), authentication('::/0'))).toEqual(
      authentication('::/0'),
    );
  });

  it('merges containers, ports and variables by their keys', () => {
    const deployment = (...containers: object[]): KubeObject =>
      object('apps/v1', 'Deployment', { spec: { template: { spec: { containers } } } });
    const last = deployment({ name: 'web', env: [{ name: 'OLD', value: '1' }] }, { name: 'gone' });
    const live = deployment(
      {
        name: 'web',
        env: [
          { name: 'OLD', value: '1' },
          { name: 'KEPT', value: '1' },
        ],
        ports: [{ containerPort: 80, protocol: 'TCP' }],
      },
      { name: 'gone' },
      { name: 'sidecar' },
    );
    const withRecord = { ...live, metadata: { name: 'x', annotations: recorded(last) } };
    const now = deployment({
      name: 'web',
      env: [{ name: 'NEW', value: '2' }],
      ports: [{ containerPort: 80, name: 'http' }],
      command: ['serve'],
    });
    expect(mergedByApply(withRecord, now).spec).toEqual(
      deployment(
        {
          name: 'web',
          env: [
            { name: 'NEW', value: '2' },
            { name: 'KEPT', value: '1' },
          ],
          ports: [{ containerPort: 80, protocol: 'TCP', name: 'http' }],
          command: ['serve'],
        },
        { name: 'sidecar' },
      ).spec,
    );
  });

  it('removes nothing by a record that is no JSON', () => {
    const live = namespace({ a: '1', [LAST_APPLIED]: '{' });
    expect(mergedByApply(live, namespace({})).metadata.annotations).toEqual({ a: '1', [LAST_APPLIED]: '{' });
  });

  it('takes keys like __proto__ for ordinary ones', () => {
    const odd = JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>;
    expect(Object.entries(mergedByApply(namespace({}), namespace(odd)).metadata.annotations ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});

it.each([
  [{}, false],
  [{ labels: { a: 'b' }, annotations: { a: 'b' } }, false],
  [{ uid: 'u' }, true],
  [{ resourceVersion: '1' }, true],
  [{ managedFields: [] }, true],
  [{ creationTimestamp: '2026-01-01T00:00:00Z' }, true],
  [{ annotations: { [LAST_APPLIED]: '{}' } }, true],
])('metadata %j is that of a live object: %j', (metadata, expected) => {
  expect(isLive(object('v1', 'Namespace', {}, metadata))).toBe(expected);
});
