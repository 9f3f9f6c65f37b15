import { differingPods, mayBypassBySubnet, portBypass } from '../../lib/verdict/outside-policy';
import { manifest, pod, server, unchecked, workloadOf } from '../helpers/manifests';

const CONTAINER = '{ name: a, image: x }';
const PROXY =
  '{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x", livenessProbe: { httpGet: { path: /live, port: 4191 } }, readinessProbe: { httpGet: { path: /ready, port: 4191 } } }';

interface Form {
  readonly annotations?: string;
  readonly labels?: string;
  readonly isMeshed?: boolean;
}

/** A Deployment as it is now, and one pod of it as it runs. */
function rollout(now: Form, running: Form, more = ''): string {
  const inject = now.isMeshed === false ? 'disabled' : 'enabled';
  const template = `{ metadata: { labels: { app: web }, annotations: { linkerd.io/inject: ${inject}${now.annotations ?? ''} } }, spec: { containers: [${CONTAINER}] } }`;
  const owner = 'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]';
  const labels = running.labels ?? 'app: web, linkerd.io/control-plane-ns: linkerd';
  const containers = running.isMeshed === false ? CONTAINER : `${CONTAINER}, ${PROXY}`;
  return (
    manifest(
      'apps/v1',
      'Deployment',
      'web',
      `{ selector: { matchLabels: { app: web } }, template: ${template} }`,
    ) +
    manifest(
      'v1',
      'Pod',
      'web-0',
      `{ containers: [${containers}] }`,
      `uid: "1", ${owner}, labels: { ${labels} }, annotations: { note: x${running.annotations ?? ''} }`,
    ) +
    more
  );
}

/** The ports, of some, that the running pod treats otherwise. */
function differing(now: Form, running: Form, more = ''): number[] {
  const cluster = unchecked(rollout(now, running, more));
  const web = workloadOf(cluster);
  return [80, 9000, 4143, 4190, 4191, 5143, 5190, 5191].filter(
    (port) => differingPods(cluster, web, port).length > 0,
  );
}

const ALL = [80, 9000, 4143, 4190, 4191, 5143, 5190, 5191];
const set = (name: string, value: string): Form => ({
  annotations: `, config.linkerd.io/${name}: "${value}"`,
});

describe('a pod that runs treats a port like those that its workload makes from now on', () => {
  it('where nothing that counts is otherwise', () => {
    expect(differing({}, {})).toEqual([]);
    expect(differing({}, { annotations: ', team: red' })).toEqual([]);
    expect(differing(set('skip-subnets', '10.0.0.0/8'), set('skip-subnets', '10.0.0.0/8'))).toEqual([]);
  });

  it('where neither has a proxy', () => {
    const bare: Form = { isMeshed: false, labels: 'app: web' };
    expect(differing(bare, bare)).toEqual([]);
    expect(differing({}, bare)).toEqual(ALL);
    expect(differing(bare, {})).toEqual(ALL);
  });

  it('not where its default policy is another: all ports that no Server owns', () => {
    expect(differing(set('default-inbound-policy', 'deny'), {})).toEqual(ALL);
    const owned = server('s', '{ podSelector: {}, port: 80 }');
    expect(differing(set('default-inbound-policy', 'deny'), {}, owned)).not.toContain(80);
  });

  it('not where a Server selects only one of them', () => {
    const owner = server('s', '{ podSelector: { matchLabels: { tier: old } }, port: 80 }');
    const labels = 'app: web, tier: old, linkerd.io/control-plane-ns: linkerd';
    expect(differing({}, { labels }, owner)).toEqual([80]);
    const undated = owner + server('t', '{ podSelector: {}, port: 80 }');
    expect(differing({}, { labels }, undated)).toEqual([80]);
    const one = server('s', '{ podSelector: {}, port: 80 }');
    expect(differing({}, { labels }, one)).toEqual([]);
  });

  it('not where only one of them skips the port, or a subnet', () => {
    expect(differing(set('skip-inbound-ports', '9000'), set('skip-inbound-ports', '1'))).toContain(9000);
    expect(differing(set('skip-subnets', '10.0.0.0/8'), set('skip-subnets', '10.0.0.0/9'))).toEqual(
      expect.arrayContaining([80, 9000]),
    );
  });

  it('not where it is of another control plane', () => {
    expect(differing({}, { labels: 'app: web, linkerd.io/control-plane-ns: other' })).toEqual(ALL);
  });
});

describe('a port bypasses the proxy for everybody', () => {
  const bypass = (text: string, port: number): unknown => {
    const cluster = unchecked(text);
    return portBypass(cluster, workloadOf(cluster), port);
  };

  it('by skip-inbound-ports, but for the admin port, where the proxy itself listens (5.5)', () => {
    const skipping = pod('web', CONTAINER, ', config.linkerd.io/skip-inbound-ports: "80,4191"');
    expect(bypass(skipping, 80)).toEqual({
      reason: 'port-skipped',
      because: 'port 80 is in skip-inbound-ports, so it bypasses the proxy for every client',
    });
    expect(bypass(skipping, 4191)).toBeUndefined();
    expect(bypass(skipping, 81)).toBeUndefined();
  });

  it('as the control port, if an application listens there; otherwise tap does (5.4)', () => {
    expect(bypass(pod('web', CONTAINER), 4190)).toEqual({
      reason: 'tap',
      because: "the port is the proxy's control port, where linkerd-viz's tap is served",
    });
    expect(bypass(pod('web', '{ name: a, image: x, ports: [{ containerPort: 4190 }] }'), 4190)).toEqual({
      reason: 'port-skipped',
      because:
        "port 4190 is the control port of Linkerd's proxy: whatever listens there bypasses the proxy, for every client",
    });
  });

  it.each([
    [
      'a probe asks for it by number',
      '{ name: a, image: x, livenessProbe: { tcpSocket: { port: 4190 } } }',
      '',
    ],
    ['a gRPC probe asks for it', '{ name: a, image: x, readinessProbe: { grpc: { port: 4190 } } }', ''],
    [
      'a Service leads there by number',
      CONTAINER,
      manifest(
        'v1',
        'Service',
        'web',
        '{ selector: { app: web }, ports: [{ port: 81 }, { port: 80, targetPort: 4190 }] }',
      ),
    ],
    [
      'a Service of that port leads there',
      CONTAINER,
      manifest('v1', 'Service', 'web', '{ selector: { app: web }, ports: [{ port: 4190 }] }'),
    ],
  ])('and an application listens on the control port, where %s', (_why, container, more) => {
    expect(bypass(pod('web', container) + more, 4190)).toMatchObject({ reason: 'port-skipped' });
  });

  it.each([
    [
      'a Service of other pods',
      manifest('v1', 'Service', 'web', '{ selector: { app: api }, ports: [{ port: 4190 }] }'),
    ],
    [
      'a Service that leads elsewhere',
      manifest('v1', 'Service', 'web', '{ selector: { app: web }, ports: [{ port: 4190, targetPort: 80 }] }'),
    ],
    ['a Server, which is written for tap', server('s', '{ podSelector: {}, port: 4190 }')],
  ])('but not by %s', (_why, more) => {
    expect(bypass(pod('web', CONTAINER) + more, 4190)).toMatchObject({ reason: 'tap' });
  });
});

it("clients of a skipped subnet come past the proxy on any port but the proxy's own (5.5)", () => {
  const may = (annotations: string): number[] => {
    const web = workloadOf(unchecked(pod('web', CONTAINER, annotations)));
    return [80, 4143, 4190, 4191].filter((port) => mayBypassBySubnet(web, port));
  };
  expect(may(', config.linkerd.io/skip-subnets: 10.0.0.0/8')).toEqual([80]);
  expect(may('')).toEqual([]);
});
