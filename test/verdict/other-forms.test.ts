import type { ClientReference } from '../../lib/verdict/client';
import { decide } from '../../lib/verdict/decide';
import type { Decision } from '../../lib/verdict/decision';
import { manifest, pod, server, unchecked } from '../helpers/manifests';

/** A client whose pods run already, and differ from those that its workload makes from now on. */
const CONTAINER = '{ name: a, image: x }';
const CONTROL = 'linkerd.io/control-plane-ns: linkerd';
const PROXY = '{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x" }';

interface Running {
  readonly account?: string;
  readonly labels?: string;
  readonly annotations?: string;
  readonly containers?: string;
  readonly ip?: string;
}

/** The Deployment `client`, whose new pods are of the account `client`, and pods of it that run. */
function client(now: string, ...running: readonly Running[]): string {
  const deployment = manifest(
    'apps/v1',
    'Deployment',
    'client',
    `{ selector: { matchLabels: { app: client } }, template: { metadata: { labels: { app: client }, annotations: { linkerd.io/inject: enabled${now} } }, spec: { serviceAccountName: client, containers: [${CONTAINER}] } } }`,
  );
  const pods = running.map(
    ({ account = 'client', labels = CONTROL, annotations = '', containers = PROXY, ip }, i) => `
apiVersion: v1
kind: Pod
metadata:
  name: client-${i}
  namespace: shop
  uid: "${i}"
  labels: { app: client, ${labels} }
  annotations: { a: b${annotations} }
  ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: client, controller: true }]
spec: { serviceAccountName: ${account}, containers: [${CONTAINER}, ${containers}] }
status: { ${ip === undefined ? '' : `podIP: ${ip}`} }
---
`,
  );
  return deployment + pods.join('');
}

/** A port that one account of `shop` reaches, or one network. */
const TARGET = pod('web', CONTAINER) + server('s', '{ podSelector: {}, port: 8080 }');

function authorized(ref: string): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    'p',
    `{ targetRef: { group: policy.linkerd.io, kind: Server, name: s }, requiredAuthenticationRefs: [${ref}] }`,
  );
}

const ACCOUNT = TARGET + authorized('{ kind: ServiceAccount, name: client }');
const NETWORK =
  TARGET +
  authorized('{ group: policy.linkerd.io, kind: NetworkAuthentication, name: net }') +
  manifest(
    'policy.linkerd.io/v1alpha1',
    'NetworkAuthentication',
    'net',
    '{ networks: [{ cidr: 10.1.2.0/24 }] }',
  );

const WEB = { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 };

function ask(manifests: string, more: Partial<ClientReference> = {}, target = WEB): Decision {
  const workload = { namespace: 'shop', kind: 'deployment', name: 'client' };
  return decide(unchecked(manifests), target, { workload, ...more });
}

function words({ verdict, outcomes, because }: Decision): string {
  return outcomes === undefined ? verdict : because;
}

describe('a client whose pods run already', () => {
  it('is one client, where a target sees all of them alike', () => {
    expect(words(ask(ACCOUNT + client('', {})))).toBe('allow');
    expect(words(ask(ACCOUNT + client('', { account: 'client', annotations: ', note: x' })))).toBe('allow');
  });

  it('may be a pod of another account', () => {
    expect(words(ask(ACCOUNT + client('', { account: 'old' })))).toBe(
      'allow, unless it is pod/client-0, which still runs as it was created',
    );
    expect(
      words(ask(ACCOUNT + client('', { account: 'old' }, { account: 'older' }, { account: 'old' }))),
    ).toBe(
      'allow, unless it is pod/client-0 or pod/client-2, which still run as they were created ' +
        'or it is pod/client-1, which still runs as it was created',
    );
  });

  it('may be a pod without a proxy, which shows no identity (3.14)', () => {
    expect(words(ask(ACCOUNT + client('', { labels: 'tier: old' })))).toBe(
      'allow, unless it is pod/client-0, which still runs as it was created',
    );
  });

  it('may be a pod of another control plane', () => {
    expect(words(ask(ACCOUNT + client('', { labels: 'linkerd.io/control-plane-ns: other' })))).toBe(
      'allow, unless it is pod/client-0, which still runs as it was created',
    );
  });

  it('may be a pod that dials past its own proxy (3.14), in the one form or in the other', () => {
    const skip = ', config.linkerd.io/skip-outbound-ports: "8080"';
    expect(words(ask(ACCOUNT + client('', { annotations: skip })))).toBe(
      'allow, unless it is pod/client-0, which still runs as it was created',
    );
    expect(words(ask(ACCOUNT + client(skip, {})))).toBe(
      'deny, unless it is pod/client-0, which still runs as it was created',
    );
    expect(words(ask(ACCOUNT + client(skip, { annotations: skip })))).toBe('deny');
  });

  it('may be at an address outside those of its new pods', () => {
    const cluster = { clusterNetworks: ['10.0.0.0/8'] };
    const where = (ip: string): string => {
      const workload = { namespace: 'shop', kind: 'deployment', name: 'client' };
      return words(decide(unchecked(NETWORK + client('', { ip }), cluster), WEB, { workload }));
    };
    expect(where('10.9.9.9')).toBe('deny, unless its address is in 10.1.2.0/24');
    expect(where('10.1.2.3')).toBe('deny, unless its address is in 10.1.2.0/24');
    const elsewhere = NETWORK.replace('10.1.2.0/24', '192.168.7.0/24');
    const workload = { namespace: 'shop', kind: 'deployment', name: 'client' };
    const found = decide(unchecked(elsewhere + client('', { ip: '192.168.7.7' }), cluster), WEB, {
      workload,
    });
    expect(words(found)).toBe('deny, unless it is pod/client-0, which still runs as it was created');
  });

  it('is where the question says, whatever address its pods have', () => {
    expect(words(ask(NETWORK + client('', { ip: '192.168.7.7' }), { ip: '10.1.2.3' }))).toBe('allow');
  });

  it('is not counted as a client of itself', () => {
    const manifests = client('', { account: 'old' }) + server('s', '{ podSelector: {}, port: 8080 }');
    const self = { namespace: 'shop', kind: 'pod', name: 'client-0', port: 8080 };
    expect(words(ask(manifests, {}, self))).toBe('deny');
  });
});

describe('a client that may dial past its own proxy (3.14)', () => {
  const skip = (ports: string): string => `, config.linkerd.io/skip-outbound-ports: "${ports}"`;
  const services = (...ports: number[]): string =>
    ports
      .map((port) =>
        manifest(
          'v1',
          'Service',
          `web-${port}`,
          `{ selector: { app: web }, ports: [{ port: ${port}, targetPort: 8080 }] }`,
        ),
      )
      .join('');

  it('has an identity only if it does not, where some of the ports that lead to the target are skipped', () => {
    expect(words(ask(ACCOUNT + services(80, 81) + client(skip('80'))))).toBe(
      'allow, unless it dials port 80, past its own proxy',
    );
    expect(words(ask(ACCOUNT + services(80, 81, 82) + client(skip('81-90'))))).toBe(
      'allow, unless it dials one of ports 81 and 82, past its own proxy',
    );
    expect(words(ask(ACCOUNT + services(80, 4567) + client('')))).toBe(
      'allow, unless it dials port 4567, past its own proxy',
    );
  });

  it('does or does not for sure, where all or none of them are, or the question says which it dials', () => {
    expect(words(ask(ACCOUNT + services(80, 81) + client(skip('80-81'))))).toBe('deny');
    expect(words(ask(ACCOUNT + services(80, 81) + client(skip('90'))))).toBe('allow');
    const some = ACCOUNT + services(80, 81) + client(skip('80'));
    expect(words(ask(some, { dialledPort: 80 }))).toBe('deny');
    expect(words(ask(some, { dialledPort: 81 }))).toBe('allow');
  });

  it('fares alike, where its identity does not matter', () => {
    const open = TARGET.replace('port: 8080', 'port: 8080, accessPolicy: all-unauthenticated');
    expect(words(ask(open + services(80, 81) + client(skip('80'))))).toBe('allow');
    expect(words(ask(TARGET + services(80, 81) + client(skip('80'))))).toBe('deny');
  });

  it('may be one of its pods that run already', () => {
    expect(words(ask(ACCOUNT + services(80, 81) + client('', { annotations: skip('80') })))).toBe(
      'allow, unless it is pod/client-0, which still runs as it was created, and it dials port 80, past its own proxy',
    );
    expect(words(ask(ACCOUNT + services(80, 81) + client(skip('80'), { annotations: skip('80') })))).toBe(
      'allow, unless it dials port 80, past its own proxy',
    );
  });

  it('is let in only from where its address is, if it has no identity', () => {
    const both = ACCOUNT + NETWORK.slice(TARGET.length).replace('name: p', 'name: q');
    expect(words(ask(both + services(80, 81) + client(skip('80'))))).toMatchInlineSnapshot(
      `"allow; if it dials port 80, past its own proxy: deny, unless its address is in 10.1.2.0/24"`,
    );
  });
});
