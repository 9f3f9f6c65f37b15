import { clusterHost, makerByName, podsAt, serviceAt, spokenTarget } from '../../lib/verdict/spoken-names';
import { parseTarget } from '../../lib/verdict/target-reference';
import { clusterOf, manifest } from '../helpers/manifests';

describe('a host and port as configurations and logs have them', () => {
  it.each([
    ['http://orders.shop.svc:8080/api', { host: 'orders.shop.svc', port: '8080', path: '/api' }],
    ['http://orders', { host: 'orders', port: '80' }],
    ['http://orders/', { host: 'orders', port: '80' }],
    ['HTTPS://Orders.Shop./', { host: 'orders.shop', port: '443' }],
    ['ws://orders', { host: 'orders', port: '80' }],
    ['wss://orders', { host: 'orders', port: '443' }],
    ['http://orders?a=1', { host: 'orders', port: '80', path: '/?a=1' }],
    ['http://orders/a?b=1?#top', { host: 'orders', port: '80', path: '/a?b=1?' }],
    ['http://orders#top', { host: 'orders', port: '80' }],
    ['postgres://user:pass@db.shop:5432/orders', { host: 'db.shop', port: '5432' }],
    ['redis://cache', { host: 'cache', port: '' }],
    ['git+ssh2.x-y://host:22', { host: 'host', port: '22' }],
    ['http://[fd00::7]:8080', { host: 'fd00::7', port: '8080' }],
    ['[fd00::7]:http', { host: 'fd00::7', port: 'http' }],
    ['[fd00::7]', { host: 'fd00::7', port: '' }],
    ['10.42.0.5:8080', { host: '10.42.0.5', port: '8080' }],
    ['orders.shop.', { host: 'orders.shop', port: '' }],
    ['orders:', { host: 'orders', port: '' }],
  ])('%s', (text, target) => {
    expect(spokenTarget(text)).toEqual(target);
  });

  it.each(['shop/web:80', 'http:///api', ':80', '', '1x://a/b', 'x http://orders/a'])('not: %j', (text) => {
    expect(spokenTarget(text)).toBeUndefined();
  });
});

describe("a host name of the cluster's DNS", () => {
  it.each([
    ['orders.shop', { service: 'orders', namespace: 'shop' }],
    ['orders.shop.svc', { service: 'orders', namespace: 'shop' }],
    ['orders.shop.svc.cluster.local', { service: 'orders', namespace: 'shop' }],
    ['db-0.db.shop.svc.corp.example', { pod: 'db-0', service: 'db', namespace: 'shop' }],
    ['10-42-0-5.shop.pod.cluster.local', { ip: '10.42.0.5', namespace: 'shop' }],
    ['fd00--7.shop.pod', { ip: 'fd00::7', namespace: 'shop' }],
  ])('%s', (host, meant) => {
    expect(clusterHost(host, undefined)).toEqual(meant);
    expect(clusterHost(host, 'bank')).toEqual(meant);
  });

  it('of one word needs a namespace', () => {
    expect(clusterHost('orders', 'bank')).toEqual({ service: 'orders', namespace: 'bank' });
    expect(clusterHost('orders', undefined)).toBeUndefined();
  });

  it.each(['orders..svc', '.shop', 'a.b.c', 'a.b.c.d', 'www.shop.example', 'a.b.c.d.svc'])(
    'is not %s',
    (host) => {
      expect(clusterHost(host, 'bank')).toBeUndefined();
    },
  );
});

const running = (name: string, status: string, spec = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { ${spec} containers: [{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
status: ${status}
---
`;

describe('an address is', () => {
  const names = (text: string, ip: string): string[] => podsAt(clusterOf(text), ip).map(({ name }) => name);

  it('that of the pods that have it, in either of their fields', () => {
    const text =
      running('web', '{ podIP: 10.42.0.5 }') +
      running('api', '{ podIP: 10.42.0.6, podIPs: [{ ip: 10.42.0.6 }, { ip: "fd00::6" }] }');
    expect(names(text, '10.42.0.5')).toEqual(['web']);
    expect(names(text, 'fd00::6')).toEqual(['api']);
    expect(names(text, '10.42.0.7')).toEqual([]);
  });

  it('that of pods on the network of the host only if no other has it', () => {
    const onHost = running('node', '{ podIP: 10.42.0.5 }', 'hostNetwork: true,');
    expect(names(onHost + running('web', '{ podIP: 10.42.0.5 }'), '10.42.0.5')).toEqual(['web']);
    expect(names(onHost, '10.42.0.5')).toEqual(['node']);
  });

  it('no address of what is no pod', () => {
    const template = '{ template: { spec: { containers: [{ name: a, image: x }] } } }';
    const set = manifest('apps/v1', 'StatefulSet', 'db', template).replace(
      '\n---',
      '\nstatus: { podIP: 10.42.0.5 }\n---',
    );
    expect(names(set, '10.42.0.5')).toEqual([]);
  });

  it('that of a Service, in either of its fields', () => {
    const service = (name: string, spec: string): string => manifest('v1', 'Service', name, spec);
    const cluster = clusterOf(
      service('a', '{ clusterIP: 10.43.0.1, ports: [{ port: 80 }] }') +
        service('b', '{ clusterIPs: [10.43.0.2, "fd00::2"], ports: [{ port: 80 }] }'),
    );
    const at = (ip: string): string | undefined => serviceAt(cluster, ip)?.object.metadata.name;
    expect(['10.43.0.1', '10.43.0.2', 'fd00::2', '10.43.0.3'].map(at)).toEqual(['a', 'b', 'b', undefined]);
  });
});

describe('the maker of a pod, by its name alone', () => {
  const template = 'template: { spec: { containers: [{ name: a, image: x }] } }';
  const workload = (version: string, kind: string, name: string): string =>
    manifest(
      version,
      kind,
      name,
      kind === 'CronJob' ? `{ jobTemplate: { spec: { ${template} } } }` : `{ ${template} }`,
    );
  const cluster = clusterOf(
    [
      workload('apps/v1', 'Deployment', 'api'),
      workload('apps/v1', 'Deployment', 'api-v2'),
      workload('argoproj.io/v1alpha1', 'Rollout', 'roll'),
      workload('apps/v1', 'ReplicaSet', 'rs'),
      workload('v1', 'ReplicationController', 'rc'),
      workload('apps/v1', 'DaemonSet', 'agent'),
      workload('apps/v1', 'StatefulSet', 'db'),
      workload('batch/v1', 'Job', 'once'),
      workload('batch/v1', 'CronJob', 'daily'),
      workload('agones.dev/v1', 'Fleet', 'fleet'),
    ].join(''),
  );
  const makers = (pod: string): string =>
    makerByName(cluster, 'shop', pod)
      .map(({ kind, name }) => `${kind}/${name}`)
      .join();

  it.each([
    ['api-6d9c-abcde', 'deployment/api'],
    // Not of `api`, although its name fits: the longest counts.
    ['api-v2-6d9c-abcde', 'deployment/api-v2'],
    ['roll-6d9c-abcde', 'rollout.argoproj.io/roll'],
    ['rs-abcde', 'replicaset/rs'],
    ['rc-abcde', 'replicationcontroller/rc'],
    ['agent-x7k2p', 'daemonset/agent'],
    ['db-0', 'statefulset/db'],
    ['db-12', 'statefulset/db'],
    ['once-abcde', 'job/once'],
    ['once-3-abcde', 'job/once'],
    ['daily-28912345-abcde', 'cronjob/daily'],
    ['daily-28912345-0-abcde', 'cronjob/daily'],
  ])('%s is of %s', (pod, maker) => {
    expect(makers(pod)).toBe(maker);
  });

  it.each([
    'api',
    'api-abcde',
    'api-6d9c-abcdef',
    'api-6D9C-abcde',
    'db-x',
    'db-',
    'agent-abc',
    'fleet-abcde',
    'xapi-6d9c-abcde',
  ])('%s is of nobody', (pod) => {
    expect(makers(pod)).toBe('');
  });

  it('is one of the namespace', () => {
    expect(makerByName(cluster, 'bank', 'db-0')).toEqual([]);
  });

  it('is all of them, where several have the name', () => {
    const two = clusterOf(workload('apps/v1', 'DaemonSet', 'a') + workload('apps/v1', 'ReplicaSet', 'a'));
    expect(makerByName(two, 'shop', 'a-abcde').map(({ kind }) => kind)).toEqual(['daemonset', 'replicaset']);
  });
});

describe('a target as configurations and logs have it', () => {
  const cluster = clusterOf(
    running('web', '{ podIP: 10.42.0.5 }') +
      running('bare', '{ podIP: 10.42.0.6 }').replace(
        'ports: [{ name: http, containerPort: 8080 }]',
        'ports: []',
      ) +
      manifest(
        'v1',
        'Service',
        'web',
        '{ clusterIP: 10.43.0.1, selector: { app: web }, ports: [{ name: api, port: 80, targetPort: http }, { port: 81, targetPort: 8080 }] }',
      ) +
      manifest('v1', 'Service', 'db', '{ clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }'),
  );
  const direct = { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 };
  const through = { ...direct, dialledPort: 80 };

  it.each([
    ['10.42.0.5:8080', direct],
    ['http://10.42.0.5:8080/cart', direct],
    ['10-42-0-5.shop.pod:http', direct],
    ['web.db.shop.svc:8080', direct],
    ['10.43.0.1:80', through],
    ['web.shop:api', through],
    ['http://web.shop.svc.cluster.local/cart', through],
    ['shop/pod/web:http', direct],
    ['shop/svc/web:80', through],
    ['shop/web:80', through],
  ])('%s', (text, target) => {
    expect(parseTarget(cluster, text)).toEqual([target]);
  });

  it('without a namespace, where one is given', () => {
    expect(parseTarget(cluster, 'web:api', 'shop')).toEqual([through]);
    expect(parseTarget(cluster, 'pod/web:8080', 'shop')).toEqual([direct]);
    expect(parseTarget(cluster, 'service/web:80', 'shop')).toEqual([through]);
    expect(parseTarget(cluster, 'svc/web:80', 'shop')).toEqual([through]);
  });

  it.each([
    [
      'web:80',
      '"web:80" is not a target; write namespace/kind/name:port (such as shop/deployment/web:8080), namespace/service:port, service.namespace:port, or the address and port of a pod',
    ],
    ['http://user:secret@a.b.c/x', '"a.b.c" is not a target'],
    [
      '10.42.0.9:80',
      'no pod and no Service of the manifests has the address 10.42.0.9; only what was read from a cluster has addresses, so read it with --context, or name the workload: namespace/kind/name:port',
    ],
    ['10.42.0.5', 'which port of shop/pod/web? add one of 8080 (http), as in :8080'],
    ['10.42.0.6', 'which port of shop/pod/bare? the manifests declare none; add its number, as in :8080'],
    ['web.shop', 'which port of Service shop/web? add one of 80 (api), 81, as in :80'],
    ['shop/web:', 'which port of Service shop/web? add one of 80 (api), 81, as in :80'],
    ['a/b/c/d:80', '"a/b/c/d:80" is not a target'],
    ['/web:80', '"/web:80" is not a target'],
    ['shop//web:80', '"shop//web:80" is not a target'],
    ['gone.db.shop.svc:80', 'shop/pod/gone'],
    ['orders.shop:80', 'namespace shop has no Service "orders"; its Services are web, db'],
    ['10.42.0.5:0', 'port 0 is out of range; a port is a number from 1 to 65535, or a name'],
    ['web.shop:0x', 'Service shop/web has no TCP port "0x"; it has api, 81'],
  ])('not %s: %s', (text, message) => {
    expect(() => parseTarget(cluster, text)).toThrow(message);
  });
});
