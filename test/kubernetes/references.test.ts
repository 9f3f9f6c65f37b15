import {
  groupOf,
  objectKey,
  ObjectMap,
  referent,
  refersTo,
  splitApiVersion,
} from '../../lib/kubernetes/references';

const object = (apiVersion: string, kind: string, name: string) => ({ apiVersion, kind, metadata: { name } });

describe('apiVersion', () => {
  it.each([
    ['v1', '', 'v1'],
    ['apps/v1', 'apps', 'v1'],
    ['policy.linkerd.io/v1beta3', 'policy.linkerd.io', 'v1beta3'],
  ])('%s is of the group %j', (apiVersion, group, version) => {
    expect(splitApiVersion(apiVersion)).toEqual({ group, version });
    expect(groupOf(apiVersion)).toBe(group);
  });
});

describe('a reference', () => {
  it.each<[string, unknown, boolean]>([
    ['its kind and group', { group: 'policy.linkerd.io', kind: 'Server' }, true],
    ['them in other letters', { group: 'Policy.Linkerd.IO', kind: 'SERVER' }, true],
    ['another kind', { group: 'policy.linkerd.io', kind: 'HTTPRoute' }, false],
    ['another group', { group: 'example.com', kind: 'Server' }, false],
    ['no group', { kind: 'Server' }, false],
    ['no kind', { group: 'policy.linkerd.io' }, false],
    ['nothing', undefined, false],
    ['a number', { group: 'policy.linkerd.io', kind: 7 }, false],
  ])('that says %s means a Server: %#', (_, reference, means) => {
    expect(refersTo(reference, 'policy.linkerd.io', 'Server')).toBe(means);
  });

  it.each<[string, unknown, boolean]>([
    ['no group', { kind: 'Namespace' }, true],
    ['an empty group', { group: '', kind: 'Namespace' }, true],
    ['core', { group: 'core', kind: 'namespace' }, true],
    ['Core', { group: 'Core', kind: 'Namespace' }, true],
    ['apps', { group: 'apps', kind: 'Namespace' }, false],
  ])('with %s is one to the core group: %#', (_, reference, means) => {
    expect(refersTo(reference, 'core', 'Namespace')).toBe(means);
  });

  it('is shown as it is written, with core for no group', () => {
    expect(referent({ group: 'Policy.linkerd.io', kind: 'server' })).toBe('Policy.linkerd.io/server');
    expect(referent({ kind: 'ServiceAccount' })).toBe('core/ServiceAccount');
    expect(referent(undefined)).toBe('core/');
  });
});

describe('the key of an object', () => {
  it('is the same in every version of its group', () => {
    const [old, now] = ['v1beta1', 'v1beta3'].map((version) =>
      objectKey(object(`policy.linkerd.io/${version}`, 'Server', 'web'), 'shop'),
    );
    expect(old).toBe('policy.linkerd.io/Server/shop/web');
    expect(now).toBe(old);
  });

  const web = object('apps/v1', 'Deployment', 'web');
  it.each([
    ['group', object('example.com/v1', 'Deployment', 'web'), 'shop'],
    ['kind', object('apps/v1', 'StatefulSet', 'web'), 'shop'],
    ['namespace', web, 'other'],
    ['name', object('apps/v1', 'Deployment', 'api'), 'shop'],
  ])('differs by %s, as an ObjectMap does', (_, other, namespace) => {
    expect(objectKey(other, namespace)).not.toBe(objectKey(web, 'shop'));
    const map = new ObjectMap<number>();
    map.replace(web, 'shop', 1);
    expect(map.replace(other, namespace, 2)).toBeUndefined();
    expect(map.replace(object('apps/v1beta2', 'Deployment', 'web'), 'shop', 3)).toBe(1);
    expect(map.replace(web, 'shop', 4)).toBe(3);
  });
});
