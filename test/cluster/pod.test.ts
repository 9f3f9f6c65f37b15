import type { EffectivePod } from '../../lib/cluster/pod';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import { clusterOf, manifest, pod, workloadOf } from '../helpers/manifests';

/** A namespace that asks for injection, with two pods, and what the injector makes of these. */
function injected(
  first: string,
  second = '{ name: b, image: x }',
  options: ClusterOptions = {},
): EffectivePod[] {
  const cluster = clusterOf(pod('one', first) + pod('two', second), options);
  return ['one', 'two'].map((name) => workloadOf(cluster, name).pod);
}

function bare(annotation: string, ports: string): EffectivePod {
  const text = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled${annotation} } }
---
${manifest('v1', 'Pod', 'web', `{ containers: [{ name: a, image: x, ports: [${ports}] }] }`)}
${manifest('v1', 'Pod', 'like', `{ containers: [{ name: a, image: x, ports: [${ports}] }] }`)}`;
  const cluster = clusterOf(text);
  expect(workloadOf(cluster, 'like').pod.annotations).toEqual(workloadOf(cluster).pod.annotations);
  return workloadOf(cluster).pod;
}

describe('an injected pod', () => {
  it('has no ports of another one, whatever its containers are called', () => {
    const [first, second] = injected(
      '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }] }',
      '{ name: "a http:8080:undefined", image: x }',
    );
    expect(first?.portNames.has('http')).toBe(true);
    expect(second?.portNames.has('http')).toBe(false);
  });

  it("has the ports and probes of Linkerd's proxy beside its own (3.2)", () => {
    const [first] = injected(
      '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { containerPort: 9090 }] }',
    );
    expect(first?.ports).toStrictEqual([
      { number: 8080, container: 'a', name: 'http' },
      { number: 9090, container: 'a' },
      { number: 4143, container: 'linkerd-proxy', name: 'linkerd-proxy' },
      { number: 4191, container: 'linkerd-proxy', name: 'linkerd-admin' },
    ]);
    expect([...(first?.portNames.keys() ?? [])]).toEqual(['http', 'linkerd-proxy', 'linkerd-admin']);
    expect(first?.probes).toEqual(new Map([[4191, new Set(['/live', '/ready'])]]));
  });

  it('has only TCP ports: those of another protocol count for nothing (3.3)', () => {
    const ports =
      '{ name: a, containerPort: 1, protocol: TCP }, { name: b, containerPort: 2, protocol: null }, { name: c, containerPort: 3, protocol: tcp }, { name: d, containerPort: 4, protocol: UDP }';
    const [first] = injected(`{ name: a, image: x, ports: [${ports}] }`);
    expect(first?.ports.map(({ number }) => number)).toEqual([1, 2, 3, 4143, 4191]);
  });

  it('runs as "default" without a ServiceAccount (3.12)', () => {
    expect(injected('{ name: a, image: x }')[0]?.serviceAccount).toBe('default');
  });
});

describe('the injector notes opaque ports', () => {
  const DATABASES =
    '{ containerPort: 3306 }, { containerPort: 8080 }, { containerPort: 25 }, { containerPort: 3306 }';
  const OPAQUE = 'config.linkerd.io/opaque-ports';

  it('that a container declares and Helm lists (3.2)', () => {
    expect(injected(`{ name: a, image: x, ports: [${DATABASES}] }`)[0]?.annotations).toEqual({
      'linkerd.io/inject': 'enabled',
      [OPAQUE]: '3306,25',
    });
    expect(bare('', DATABASES).annotations).toEqual({ 'linkerd.io/inject': 'enabled', [OPAQUE]: '3306,25' });
  });

  it('not at all, where none is declared (3.2)', () => {
    const PLAIN = '{ containerPort: 8080 }';
    expect(injected(`{ name: a, image: x, ports: [${PLAIN}] }`)[0]?.annotations).toEqual({
      'linkerd.io/inject': 'enabled',
    });
    expect(bare('', PLAIN).annotations).toEqual({ 'linkerd.io/inject': 'enabled' });
  });

  it('not over what the namespace says (3.2)', () => {
    expect(bare(`, ${OPAQUE}: "9999"`, DATABASES).annotations[OPAQUE]).toBe('9999');
  });
});

describe('two pods', () => {
  it.each<[what: string, first: string, second: string, differ: (pod: EffectivePod) => unknown]>([
    [
      'containers by another name',
      '{ name: a, image: x, ports: [{ containerPort: 1 }] }',
      '{ name: b, image: x, ports: [{ containerPort: 1 }] }',
      (it) => it.ports[0]?.container,
    ],
    [
      'one container more',
      '{ name: a, image: x }, { name: b, image: x, ports: [{ containerPort: 1 }] }',
      '{ name: ab, image: x, ports: [{ containerPort: 1 }] }',
      (it) => it.ports[0]?.container,
    ],
    [
      'a port of another protocol',
      '{ name: a, image: x, ports: [{ containerPort: 1, protocol: UDP }] }',
      '{ name: a, image: x, ports: [{ containerPort: 1, protocol: TCP }] }',
      (it) => it.ports[0]?.number,
    ],
    [
      'a probe of another path',
      '{ name: a, image: x, livenessProbe: { httpGet: { port: 1, path: /a } } }',
      '{ name: a, image: x, livenessProbe: { httpGet: { port: 1, path: /b } } }',
      (it) => [...(it.probes.get(1) ?? [])],
    ],
    [
      'a probe only in one of them',
      '{ name: a, image: x, livenessProbe: { httpGet: { port: 1, path: /a } } }',
      '{ name: a, image: x, livenessProbe: { exec: { command: [a] } } }',
      (it) => it.probes.has(1),
    ],
  ])('with %s are told apart', (_, first, second, differ) => {
    const [one, two] = injected(first, second).map(differ);
    expect(one).not.toEqual(two);
  });

  it('with other annotations are told apart, however alike these read', () => {
    const container = '{ name: a, image: x }';
    const opaque = 'config.linkerd.io/opaque-ports';
    const required = 'config.linkerd.io/proxy-require-identity-inbound-ports';
    const cluster = clusterOf(
      pod('one', container, `, ${opaque}: "80", ${required}: "8180"`) +
        pod('two', container, `, ${opaque}: "808", ${required}: "180"`),
    );
    const settings = ['one', 'two'].map((name) => workloadOf(cluster, name).pod.settings);
    expect(settings.map((of) => `${of.opaque.toString()} ${of.requireIdentity.toString()}`)).toEqual([
      '80 8180',
      '808 180',
    ]);
  });
});

describe('the ports that bypass the proxy', () => {
  it("are Helm's, unless an annotation replaces them, if only by none (5.5)", () => {
    const container = '{ name: a, image: x }';
    const skip = 'config.linkerd.io/skip-inbound-ports';
    const cluster = clusterOf(
      pod('helm', container) +
        pod('none', container, `, ${skip}: ""`) +
        pod('some', container, `, ${skip}: "25,100-102"`),
    );
    const skipped = ['helm', 'none', 'some'].map((name) =>
      workloadOf(cluster, name).pod.skippedInbound.toString(),
    );
    expect(skipped).toEqual(['4567,4568', '', '25,100-102']);
  });
});

describe('the default policy of a pod', () => {
  it.each([
    ['deny', '', 'deny'],
    ['deny', ', config.linkerd.io/default-inbound-policy: audit', 'audit'],
    ['deny', ', config.linkerd.io/default-inbound-policy: all_authenticated', 'deny'],
    ['nonsense', '', 'all-unauthenticated'],
  ])(
    'in a cluster of %s with the annotation "%s" is %s (4.1)',
    (defaultInboundPolicy, annotation, expected) => {
      const cluster = clusterOf(pod('web', '{ name: a, image: x }', annotation), { defaultInboundPolicy });
      expect(workloadOf(cluster).pod.settings.policy).toBe(expected);
    },
  );
});
