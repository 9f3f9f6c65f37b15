import {
  allServers,
  allWorkloads,
  everyWorkload,
  isPoliced,
  namespaceDefault,
  namespaceOf,
  objectsOf,
  selectedBy,
  workloadsIn,
} from '../../lib/cluster/inventory';
import { label, workloadLabel } from '../../lib/cluster/labels';
import { clusterOf, manifest, pod, server } from '../helpers/manifests';

const CONTAINER = '{ name: c, image: x }';
const TEMPLATE = `template: { metadata: { labels: { app: web } }, spec: { containers: [${CONTAINER}] } }`;
const inNamespace = (namespace: string, text: string): string =>
  text.replace('namespace: shop', `namespace: ${namespace}`);
const names = (all: readonly { readonly name: string }[]): string[] => all.map(({ name }) => name);

describe('the inventory of a cluster', () => {
  const owner = 'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]';
  const cluster = clusterOf(
    [
      pod('zebra', CONTAINER),
      pod('ant', CONTAINER),
      inNamespace('bank', pod('bear', CONTAINER)),
      manifest('apps/v1', 'Deployment', 'web', `{ selector: { matchLabels: { app: web } }, ${TEMPLATE} }`),
      manifest('apps/v1', 'ReplicaSet', 'web-1', `{ ${TEMPLATE} }`, owner),
      manifest('v1', 'Service', 'b', '{ ports: [{ port: 80 }] }'),
      inNamespace('bank', manifest('v1', 'Service', 'c', '{ ports: [{ port: 80 }] }')),
      manifest('v1', 'Service', 'a', '{ ports: [{ port: 80 }] }'),
      manifest('serving.knative.dev/v1', 'Service', 'k', '{}'),
    ].join(''),
  );

  it('has the workloads by name, with and without those that others made', () => {
    expect(names(workloadsIn(cluster, 'shop'))).toEqual(['web', 'ant', 'zebra']);
    expect(names(workloadsIn(cluster, 'club'))).toEqual([]);
    expect(names(allWorkloads(cluster))).toEqual(['bear', 'web', 'ant', 'zebra']);
    expect(names(everyWorkload(cluster))).toEqual(['bear', 'web', 'ant', 'zebra', 'web-1']);
  });

  it('has the objects of a kind and group by namespace and name', () => {
    const services = objectsOf(cluster, '', 'Service');
    expect(services.map((one) => label(cluster, one))).toEqual([
      'Service bank/c',
      'Service shop/a',
      'Service shop/b',
    ]);
    expect(objectsOf(cluster, '', 'Secret')).toEqual([]);
  });
});

it('a label has the namespace of what is in one', () => {
  const text = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n---\n' + pod('web', CONTAINER);
  const cluster = clusterOf(text);
  expect(cluster.objects.map((one) => label(cluster, one))).toEqual(['Namespace shop', 'Pod shop/web']);
  expect(cluster.objects.map((one) => namespaceOf(cluster, one))).toEqual([undefined, 'shop']);
  expect(workloadLabel({ kind: 'deployment', name: 'web' })).toBe('deployment/web');
});

describe('a Server selects', () => {
  const machine = manifest(
    'workload.linkerd.io/v1beta1',
    'ExternalWorkload',
    'vm',
    '{ meshTLS: { identity: a.b, serverName: a.b }, workloadIPs: [{ ip: 192.0.2.1 }] }',
    'labels: { app: web }',
  );
  const selected = (spec: string): string[] => {
    const cluster = clusterOf(
      [
        pod('web', CONTAINER),
        pod('api', CONTAINER),
        inNamespace('bank', pod('web', CONTAINER)),
        machine,
        server('s', spec),
      ].join(''),
    );
    const [only] = allServers(cluster);
    return only === undefined ? ['none'] : names(selectedBy(cluster, only));
  };

  it('the pods of its namespace that its labels match, or the machines, never both (3.5)', () => {
    expect(selected('{ podSelector: { matchLabels: { app: web } }, port: 80 }')).toEqual(['web']);
    expect(selected('{ podSelector: {}, port: 80 }')).toEqual(['api', 'web']);
    expect(selected('{ externalWorkloadSelector: {}, port: 80 }')).toEqual(['vm']);
    expect(selected('{ externalWorkloadSelector: { matchLabels: { app: api } }, port: 80 }')).toEqual([]);
  });
});

describe('a namespace is policed', () => {
  const shop = (policy: string, more = ''): ReturnType<typeof clusterOf> =>
    clusterOf(
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, annotations: { ${policy} } }\n---\n${more}`,
      { defaultInboundPolicy: 'deny' },
    );
  const DEFAULT = 'config.linkerd.io/default-inbound-policy';

  it('if it has a Server', () => {
    expect(isPoliced(shop('', server('s', '{ podSelector: {}, port: 80 }')), 'shop')).toBe(true);
    expect(isPoliced(shop(''), 'shop')).toBe(false);
  });

  it("if it has a default of its own that keeps somebody out; the cluster's does not count", () => {
    expect(isPoliced(shop(`${DEFAULT}: deny`), 'shop')).toBe(true);
    expect(isPoliced(shop(`${DEFAULT}: all-authenticated`), 'shop')).toBe(true);
    expect(isPoliced(shop(`${DEFAULT}: all-unauthenticated`), 'shop')).toBe(false);
    expect(namespaceDefault(shop(`${DEFAULT}: deny`), 'shop')).toBe('deny');
    expect(namespaceDefault(shop(''), 'shop')).toBeUndefined();
  });
});
