import { Cluster } from '../../lib/cluster/cluster';
import { commonClasses, portClasses, portLabel, type PortClass } from '../../lib/cluster/port-classes';
import { trafficClasses } from '../../lib/verdict/access';
import { clusterOf, manifest, pod, workloadOf } from '../helpers/manifests';
import { fromObjects } from '../../lib/manifests/parse';

interface Given {
  readonly annotations?: Record<string, string>;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly server?: number;
  readonly probe?: number;
}

function labels({
  annotations = { 'linkerd.io/inject': 'enabled' },
  ports = [],
  server,
  probe,
}: Given): string[] {
  const readinessProbe = probe === undefined ? {} : { readinessProbe: { httpGet: { port: probe } } };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: { containers: [{ name: 'main', image: 'x', ports, ...readinessProbe }] },
  };
  const owner = {
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'Server',
    metadata: { name: 's', namespace: 'shop' },
    spec: { podSelector: {}, port: server },
  };
  const cluster = Cluster.fromObjects(fromObjects(server === undefined ? [pod] : [pod, owner]).objects);
  const [workload] = cluster.workloads;
  if (workload === undefined) throw new Error('no workload');
  return portClasses(cluster, workload).map((one) => `${portLabel(one)}: ${one.origin}, say ${one.port}`);
}

const meshed = { 'linkerd.io/inject': 'enabled' };

describe('the ports of a workload, in classes', () => {
  it('are those that something names, and any other', () => {
    const ports = [
      { name: 'http', containerPort: 8080 },
      { name: 'web', containerPort: 8080 },
      { containerPort: 9090 },
    ];
    expect(labels({ ports, server: 7000, probe: 7001 })).toMatchInlineSnapshot(`
      [
        "4143 (linkerd-proxy): proxy, say 4143",
        "4190: proxy, say 4190",
        "4191 (linkerd-admin): proxy, say 4191",
        "7000: server, say 7000",
        "7001: probe, say 7001",
        "8080 (http, web): declared, say 8080",
        "9090: declared, say 9090",
        "any other port: other, say 9999",
        "4567-4568: annotation, say 4567",
      ]
    `);
  });

  it('that annotations tell apart are classes of their own', () => {
    const annotations = {
      ...meshed,
      'config.linkerd.io/opaque-ports': '3000-3010',
      'config.linkerd.io/skip-inbound-ports': '3005-3020,1',
      'config.linkerd.io/proxy-require-identity-inbound-ports': '65535',
    };
    expect(labels({ annotations })).toMatchInlineSnapshot(`
      [
        "4143 (linkerd-proxy): proxy, say 4143",
        "4190: proxy, say 4190",
        "4191 (linkerd-admin): proxy, say 4191",
        "1,3011-3020: annotation, say 1",
        "any other port: other, say 9999",
        "3000-3004: annotation, say 3000",
        "3005-3010: annotation, say 3005",
        "65535: annotation, say 65535",
      ]
    `);
  });

  it('are shown by a port that people believe in, up to the last one of a range', () => {
    const annotations = { ...meshed, 'config.linkerd.io/skip-inbound-ports': '9000-9999' };
    expect(labels({ annotations })).toContain('9000-9999: annotation, say 9999');
  });

  it('cover every port once', () => {
    const annotations = {
      ...meshed,
      'config.linkerd.io/opaque-ports': '9999,10000-20000',
      'config.linkerd.io/skip-inbound-ports': '1-65535',
    };
    expect(labels({ annotations, ports: [{ containerPort: 65535 }, { containerPort: 1 }] }))
      .toMatchInlineSnapshot(`
      [
        "1: declared, say 1",
        "4143 (linkerd-proxy): proxy, say 4143",
        "4190: proxy, say 4190",
        "4191 (linkerd-admin): proxy, say 4191",
        "65535: declared, say 65535",
        "2-4142,4144-4189,4192-9998,20001-65534: annotation, say 31337",
        "9999-20000: annotation, say 9999",
      ]
    `);
  });

  it("of a workload without a proxy have nothing of Linkerd's", () => {
    expect(labels({ annotations: {}, ports: [{ containerPort: 4191 }], server: 7000 }))
      .toMatchInlineSnapshot(`
      [
        "4191: declared, say 4191",
        "any other port: other, say 9999",
      ]
    `);
  });

  it('of workloads that are otherwise alike differ where a Service leads to the control port of one of them', () => {
    const main = '{ name: main, image: x }';
    const ports = '{ selector: { app: two }, ports: [{ port: 80, targetPort: 4190 }] }';
    const cluster = clusterOf(pod('one', main) + pod('two', main) + manifest('v1', 'Service', 'two', ports));
    const [one, two] = ['one', 'two'].map((name) => {
      const workload = workloadOf(cluster, name);
      const [control] = portClasses(cluster, workload).filter(({ port }) => port === 4190);
      return `${control?.origin}, ${trafficClasses(cluster, workload, 4190)[0]?.access.reason}`;
    });
    expect(one).toBe('proxy, tap');
    expect(two).toBe('probe, port-skipped');
  });
});

describe('the ports that two lists of classes both treat alike', () => {
  const one = (ranges: PortClass['ranges'], origin: PortClass['origin'], ...names: string[]): PortClass => ({
    ranges,
    origin,
    names,
    port: ranges[0]?.[0] ?? 1,
  });
  const told = (some: readonly PortClass[], others: readonly PortClass[]): string[] =>
    commonClasses(some, others).map(
      (each) => `${JSON.stringify(each.ranges)} ${each.origin}, say ${each.port}: ${each.names.join()}`,
    );

  it('are those of one class on both sides, the unnamed ones last', () => {
    const some = [
      one(
        [
          [1, 79],
          [81, 65535],
        ],
        'other',
      ),
      one([[80, 80]], 'declared', 'http'),
    ];
    const others = [
      one(
        [
          [1, 89],
          [91, 65535],
        ],
        'other',
      ),
      one([[90, 90]], 'server', 'admin'),
    ];
    expect(told(some, others)).toEqual([
      '[[80,80]] declared, say 80: http',
      '[[90,90]] server, say 90: admin',
      '[[1,79],[81,89],[91,65535]] other, say 9999: ',
    ]);
    expect(told(others, some)).toEqual(told(some, others));
  });

  it('have the names of both, and what the first says of their origin, unless it says nothing', () => {
    expect(told([one([[80, 80]], 'probe', 'web', 'b')], [one([[80, 80]], 'declared', 'a', 'web')])).toEqual([
      '[[80,80]] probe, say 80: a,b,web',
    ]);
    expect(told([one([[80, 80]], 'other')], [one([[80, 80]], 'declared')])).toEqual([
      '[[80,80]] declared, say 80: ',
    ]);
  });

  it('share the ends of their ranges, and nothing where they only touch', () => {
    expect(told([one([[1, 80]], 'annotation')], [one([[80, 90]], 'annotation')])).toEqual([
      '[[80,80]] annotation, say 80: ',
    ]);
    expect(told([one([[1, 80]], 'annotation')], [one([[81, 90]], 'annotation')])).toEqual([]);
  });

  it('are those of a workload and its running pods', () => {
    const pods = (annotation: string): string =>
      `annotations: { linkerd.io/inject: enabled, config.linkerd.io/skip-inbound-ports: "${annotation}" }`;
    const proxy = '{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x" }';
    const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { ${pods('1-100')} }, spec: { containers: [{ name: a, image: x }] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: web-0, namespace: shop, uid: "1", labels: { linkerd.io/control-plane-ns: linkerd }, ${pods('50-200')}, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }] }
spec: { containers: [{ name: a, image: x }, ${proxy}] }
`;
    const cluster = clusterOf(text);
    const found = portClasses(cluster, workloadOf(cluster)).filter(({ origin }) => origin !== 'proxy');
    expect(found.flatMap(({ ranges }) => ranges).filter(([first]) => first <= 201)).toEqual(
      expect.arrayContaining([
        [1, 49],
        [50, 100],
        [101, 200],
      ]),
    );
  });
});
