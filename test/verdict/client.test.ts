import { resolveClient, type ResolvedClient } from '../../lib/verdict/client';
import { clusterOf, manifest, pod, workloadOf } from '../helpers/manifests';

const TARGET =
  '{ name: a, image: x, ports: [{ name: http, containerPort: 8080 }, { name: dns, containerPort: 5353 }] }';
const PLAIN = '{ name: a, image: x }';

function service(name: string, spec: string, namespace = 'shop'): string {
  return manifest('v1', 'Service', name, spec).replace('namespace: shop', `namespace: ${namespace}`);
}

/** What the proxy of pod `web` sees of the pod `client`, which skips the port 80 on its way out. */
function seen(
  others = '',
  port = 8080,
  annotations = ', config.linkerd.io/skip-outbound-ports: "80"',
): Omit<ResolvedClient, 'place'> {
  const cluster = clusterOf(pod('web', TARGET) + pod('client', PLAIN, annotations) + others);
  const client = { workload: { namespace: 'shop', kind: 'pod', name: 'client' } };
  const found = resolveClient(cluster, workloadOf(cluster), port, client);
  if (found === undefined) throw new Error('no such client');
  const { place: _, ...rest } = found;
  return rest;
}

const IDENTITY = 'default.shop.serviceaccount.identity.linkerd.cluster.local';
const KEEPS = { tls: 'mesh', identity: IDENTITY, isTarget: false, notes: [] };
const LOSES = {
  tls: 'none',
  isTarget: false,
  notes: ['shop/pod/client bypasses its own proxy for outbound traffic to port 80'],
};

describe('the port that a client dials is that of the Services in front of the target (3.14)', () => {
  it('or the port itself, where there is none', () => {
    expect(seen()).toEqual(KEEPS);
    expect(seen('', 80)).toEqual(LOSES);
    expect(seen()).not.toHaveProperty('ip');
  });

  it.each([
    ['a number', '{ selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }'],
    ['a name', '{ selector: { app: web }, ports: [{ port: 80, targetPort: http }] }'],
  ])('whose target port is %s', (_, spec) => {
    expect(seen(service('web', spec))).toEqual(LOSES);
  });

  it('whose target port is the port itself, when none is written', () => {
    const same = service('web', '{ selector: { app: web }, ports: [{ port: 80 }] }');
    expect(seen(same, 80)).toEqual(LOSES);
    expect(seen(same, 8080)).toEqual(KEEPS);
  });

  it.each(['0', '""'])('whose target port is the port itself, when it is written as %s', (none) => {
    const same = service('web', `{ selector: { app: web }, ports: [{ port: 80, targetPort: ${none} }] }`);
    expect(seen(same, 80)).toEqual(LOSES);
    expect(seen(same, 8080)).toEqual(KEEPS);
  });

  it('but a headless Service translates no ports: the port of the pod is dialled', () => {
    const ports = 'ports: [{ port: 80, targetPort: 8080 }]';
    const headless = service('web', `{ clusterIP: None, selector: { app: web }, ${ports} }`);
    expect(seen(headless, 8080)).toEqual(KEEPS);
    expect(seen(headless, 80)).toEqual(LOSES);
  });

  it.each([
    ['another port', '{ selector: { app: web }, ports: [{ port: 80, targetPort: 9090 }] }'],
    ['a name that the pod lacks', '{ selector: { app: web }, ports: [{ port: 80, targetPort: grpc }] }'],
    ['the name of another port', '{ selector: { app: web }, ports: [{ port: 80, targetPort: dns }] }'],
    ['other pods', '{ selector: { app: cart }, ports: [{ port: 80, targetPort: 8080 }] }'],
    ['no pods, having an empty selector', '{ selector: {}, ports: [{ port: 80, targetPort: 8080 }] }'],
    ['no pods, having no selector', '{ ports: [{ port: 80, targetPort: 8080 }] }'],
    ['UDP', '{ selector: { app: web }, ports: [{ port: 80, targetPort: 8080, protocol: UDP }] }'],
  ])('but not of one that leads to %s', (_, spec) => {
    expect(seen(service('web', spec))).toEqual(KEEPS);
  });

  it('nor of a Service in another namespace', () => {
    expect(
      seen(service('web', '{ selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }', 'bank')),
    ).toEqual(KEEPS);
  });

  it('and one way through its proxy is enough for an identity, which it may lack all the same', () => {
    const spec =
      '{ selector: { app: web }, ports: [{ port: 80, targetPort: http }, { name: b, port: 81, targetPort: http }] }';
    expect(seen(service('web', spec))).toEqual({ ...KEEPS, unseenPorts: [80] });
    expect(
      seen(service('web', spec), 8080, ', config.linkerd.io/skip-outbound-ports: "80-81"').notes,
    ).toEqual(['shop/pod/client bypasses its own proxy for outbound traffic to ports 80 and 81']);
  });

  it('in ascending order, whatever the order of the Services', () => {
    const spec =
      '{ selector: { app: web }, ports: [{ port: 1000, targetPort: http }, { name: b, port: 81, targetPort: http }] }';
    expect(
      seen(service('web', spec), 8080, ', config.linkerd.io/skip-outbound-ports: "81,1000"').notes,
    ).toEqual(['shop/pod/client bypasses its own proxy for outbound traffic to ports 81 and 1000']);
  });

  it("by Helm's default list, without an annotation", () => {
    expect(seen('', 4567, '').notes).toEqual([
      'shop/pod/client bypasses its own proxy for outbound traffic to port 4567',
    ]);
    expect(seen('', 4567)).toEqual(KEEPS);
  });
});

describe('a client shows no identity (3.14)', () => {
  const of = (target: string, client: string, kind = 'pod'): ResolvedClient | undefined => {
    const cluster = clusterOf(target + client);
    const id = { namespace: 'shop', kind, name: 'client' };
    return resolveClient(cluster, workloadOf(cluster), 8080, { workload: id });
  };

  it('to a target that skips its proxy on the port', () => {
    const skipping = pod('web', TARGET, ', config.linkerd.io/skip-inbound-ports: "8000-9000"');
    expect(of(skipping, pod('client', PLAIN))).toMatchObject({
      tls: 'none',
      notes: ['the target bypasses its proxy on port 8080'],
    });
    const other = pod('web', TARGET, ', config.linkerd.io/skip-inbound-ports: "9000"');
    expect(of(other, pod('client', PLAIN))).toMatchObject({ tls: 'mesh', notes: [] });
  });

  it('to a target of another control plane', () => {
    const foreign = manifest(
      'v1',
      'Pod',
      'client',
      '{ containers: [{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:edge" }] }',
      'labels: { linkerd.io/control-plane-ns: other }',
    );
    expect(of(pod('web', TARGET), foreign)).toMatchObject({
      tls: 'none',
      notes: ['shop/pod/client belongs to another control plane'],
    });
  });

  it('without a proxy', () => {
    expect(of(pod('web', TARGET), manifest('v1', 'Pod', 'client', `{ containers: [${PLAIN}] }`))).toEqual({
      place: expect.anything(),
      tls: 'none',
      isTarget: false,
      notes: [
        'shop/pod/client is not meshed: neither namespace shop nor the pod template has linkerd.io/inject: enabled',
      ],
    });
  });

  it('that an ExternalWorkload does not name; its address is known', () => {
    const machine = (spec: string): string =>
      manifest('workload.linkerd.io/v1beta1', 'ExternalWorkload', 'client', spec);
    const spec = 'workloadIPs: [{ ip: 192.0.2.7 }], ports: [{ port: 80 }]';
    const tls = 'meshTLS: { identity: spiffe://corp/x, serverName: x.corp }';
    expect(of(pod('web', TARGET), machine(`{ ${tls}, ${spec} }`), 'externalworkload')).toEqual({
      place: expect.anything(),
      ip: '192.0.2.7',
      tls: 'mesh',
      identity: 'spiffe://corp/x',
      isTarget: false,
      notes: [],
    });
    const nameless = clusterOf(pod('web', TARGET) + machine(`{ ${spec} }`), { assumeAdmitted: true });
    const client = { workload: { namespace: 'shop', kind: 'externalworkload', name: 'client' } };
    expect(resolveClient(nameless, workloadOf(nameless), 8080, client)).toEqual({
      place: expect.anything(),
      ip: '192.0.2.7',
      tls: 'none',
      isTarget: false,
      notes: ['the client has no mesh identity'],
    });
    expect(resolveClient(nameless, workloadOf(nameless), 8080, { ...client, ip: '192.0.2.8' })?.ip).toBe(
      '192.0.2.8',
    );
  });

  it('but a pod is its own target only as a pod: replicas of a Deployment are several', () => {
    const cluster = clusterOf(pod('web', TARGET));
    const self = { workload: { namespace: 'shop', kind: 'pod', name: 'web' } };
    expect(resolveClient(cluster, workloadOf(cluster), 8080, self)?.isTarget).toBe(true);
    const template = `template: { metadata: { labels: { app: web } }, spec: { containers: [${TARGET}] } }`;
    const deployment = manifest(
      'apps/v1',
      'Deployment',
      'web',
      `{ selector: { matchLabels: { app: web } }, ${template} }`,
    );
    const replicas = clusterOf(deployment);
    const replica = { workload: { namespace: 'shop', kind: 'deployment', name: 'web' } };
    expect(resolveClient(replicas, workloadOf(replicas), 8080, replica)?.isTarget).toBe(false);
  });
});
