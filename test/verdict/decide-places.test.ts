import { decide } from '../../lib/verdict/decide';
import type { Decision } from '../../lib/verdict/decision';
import { manifest, pod, server, unchecked } from '../helpers/manifests';

/** A client of which only the workload is known: it may be at any address of the cluster. */
const CONTAINER = '{ name: a, image: x }';
const WEB = { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 };
const CLIENT = { workload: { namespace: 'shop', kind: 'pod', name: 'client' } };
const CLUSTER = { clusterNetworks: ['10.0.0.0/8'] };
const BOTH = pod('web', CONTAINER) + pod('client', CONTAINER);

function network(name: string, cidr: string): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'NetworkAuthentication',
    name,
    `{ networks: [{ cidr: ${cidr} }] }`,
  );
}

function policy(name: string, refs: string, target = 's'): string {
  return manifest(
    'policy.linkerd.io/v1alpha1',
    'AuthorizationPolicy',
    name,
    `{ targetRef: { group: policy.linkerd.io, kind: Server, name: ${target} }, requiredAuthenticationRefs: [${refs}] }`,
  );
}

const byNetwork = (name: string): string =>
  `{ group: policy.linkerd.io, kind: NetworkAuthentication, name: ${name} }`;
const byAccount = (name: string): string => `{ kind: ServiceAccount, name: ${name} }`;
const own = (more = ''): string => server('s', `{ podSelector: {}, port: 8080${more} }`);

function ask(manifests: string): Decision {
  return decide(unchecked(BOTH + manifests, CLUSTER), WEB, CLIENT);
}

const misses = ({ nearMisses }: Decision): string[] =>
  nearMisses.map(({ name, because }) => `${name}: ${because}`);
const admitting = ({ authorizations }: Decision): string[] =>
  authorizations.map(({ name, level }) => `${level} ${name}`);

describe('where a client may be at several addresses, a verdict says', () => {
  it('under which it gets in, and that it does not under others', () => {
    const found = ask(own() + policy('p', byNetwork('n1')) + network('n1', '10.1.0.0/16'));
    expect(found.because).toBe('deny, unless its address is in 10.1.0.0/16');
    const [refused, admitted] = found.outcomes?.map(({ decision }) => decision) ?? [];
    expect(refused && misses(refused)).toEqual([
      'authorizationpolicy/p: the client comes from none of its networks',
      'default/localhost: the client comes from none of its networks',
    ]);
    expect(admitted && [admitted.verdict, ...admitting(admitted)]).toEqual([
      'allow',
      'server authorizationpolicy/p',
    ]);
  });

  it('what admits it from anywhere, before what does so only from some addresses', () => {
    const found = ask(
      own() + policy('a', byNetwork('n1')) + network('n1', '10.1.0.0/16') + policy('b', byAccount('default')),
    );
    expect(found.verdict).toBe('allow');
    expect(admitting(found)).toEqual(['server authorizationpolicy/b']);
    expect(misses(found)).toEqual([
      'authorizationpolicy/a: it admits the client only if its address is in 10.1.0.0/16',
      'default/localhost: the client comes from none of its networks',
    ]);
  });

  it('all that admit it together, where none does so from everywhere', () => {
    const halves = network('n1', '10.0.0.0/9') + network('n2', '10.128.0.0/9');
    const found = ask(own() + policy('a', byNetwork('n1')) + policy('b', byNetwork('n2')) + halves);
    expect(found.verdict).toBe('allow');
    expect(admitting(found)).toEqual(['server authorizationpolicy/a', 'server authorizationpolicy/b']);
    expect(misses(found)).toEqual(['default/localhost: the client comes from none of its networks']);
  });

  it('that an audit mode lets it in from all other addresses', () => {
    const found = ask(
      own(', accessPolicy: audit') + policy('p', byNetwork('n1')) + network('n1', '10.1.0.0/16'),
    );
    expect(found.because).toBe('allow if its address is in 10.1.0.0/16; otherwise audit');
  });

  it('that it may come past the proxy', () => {
    const skipping = pod('web', CONTAINER, ', config.linkerd.io/skip-subnets: 10.9.0.0/16');
    const text = skipping + pod('client', CONTAINER) + own();
    const found = decide(unchecked(text, CLUSTER), WEB, CLIENT);
    expect(found.because).toBe('deny, unless its address is in 10.9.0.0/16');
    expect(found.outcomes?.map(({ decision: { reason } }) => reason)).toEqual([
      'no-authorization',
      'subnet-skipped',
    ]);
    const all = decide(unchecked(text.replace('10.9.0.0/16', '10.0.0.0/8'), CLUSTER), WEB, CLIENT);
    expect([all.verdict, all.reason]).toEqual(['allow', 'subnet-skipped']);
  });
});

describe('where policy refers to what the input lacks, a verdict says', () => {
  it('that it may let the client in', () => {
    const found = ask(own() + policy('p', byNetwork('gone')));
    expect(found.because).toBe(
      'deny, unless networkauthentication shop/gone, which authorizationpolicy/p refers to, is there and admits it',
    );
    const maybe = found.outcomes?.at(-1)?.decision;
    expect(maybe).toMatchObject({
      verdict: 'allow',
      reason: 'authorized',
      because: 'authorizationpolicy/p may admit this client',
      server: 'server/s',
    });
    expect(maybe && admitting(maybe)).toEqual(['server authorizationpolicy/p']);
  });

  it('that a Server may be there, whatever else closes the port', () => {
    const found = ask(own(', proxyProtocol: HTTP/1') + policy('p', '', 'gone'));
    expect(found.because).toBe(
      'deny, unless server shop/gone, which authorizationpolicy/p refers to, is there and admits it',
    );
    const other = ask(own(', proxyProtocol: HTTP/1') + policy('p', byNetwork('gone')));
    expect(other.reason).toBe('protocol-mismatch');
  });

  it('nothing of it, where the client gets in anyhow', () => {
    const found = ask(own() + policy('p', byNetwork('gone')) + policy('q', byAccount('default')));
    expect([found.verdict, found.outcomes]).toEqual(['allow', undefined]);
  });

  it('from where else it gets in', () => {
    const found = ask(
      own() + policy('a', byNetwork('n1')) + network('n1', '10.1.0.0/16') + policy('b', byNetwork('gone')),
    );
    expect(found.because).toBe(
      'deny, unless its address is in 10.1.0.0/16 or networkauthentication shop/gone, ' +
        'which authorizationpolicy/b refers to, is there and admits it',
    );
  });
});

describe('where pods of the target run that differ, a verdict says', () => {
  const proxy = '{ name: linkerd-proxy, image: "cr.l5d.io/linkerd/proxy:x" }';
  const owner = 'ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]';
  const annotations = (mode: string): string =>
    `annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: ${mode} }`;
  const deployment = (mode: string): string =>
    manifest(
      'apps/v1',
      'Deployment',
      'web',
      `{ selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web }, ${annotations(mode)} }, spec: { containers: [${CONTAINER}] } } }`,
    );
  const running = (name: string, mode: string): string =>
    manifest(
      'v1',
      'Pod',
      name,
      `{ containers: [${CONTAINER}, ${proxy}] }`,
      `uid: "1", ${owner}, labels: { app: web, linkerd.io/control-plane-ns: linkerd }, ${annotations(mode)}`,
    );
  const because = (...manifests: readonly string[]): string => {
    const target = { namespace: 'shop', kind: 'deployment', name: 'web', port: 8080 };
    const client = { ip: '10.1.2.3', tls: 'none' } as const;
    const found = decide(unchecked(manifests.join(''), CLUSTER), target, client);
    return found.verdict === 'depends' ? found.because : found.verdict;
  };

  it('which of them let the client in, those together that do so for one reason', () => {
    expect(
      because(
        deployment('deny'),
        running('web-0', 'all-unauthenticated'),
        running('web-1', 'all-unauthenticated'),
      ),
    ).toBe('deny, unless it reaches pod/web-0 or pod/web-1, which still run as they were created');
    expect(
      because(deployment('deny'), running('web-0', 'all-unauthenticated'), running('web-1', 'audit')),
    ).toBe(
      'allow if it reaches pod/web-0, which still runs as it was created; ' +
        'audit if it reaches pod/web-1, which still runs as it was created; otherwise deny',
    );
    expect(
      because(
        deployment('deny'),
        running('web-0', 'all-unauthenticated'),
        running('web-1', 'cluster-unauthenticated'),
      ),
    ).toBe(
      'deny, unless it reaches pod/web-0, which still runs as it was created or ' +
        'it reaches pod/web-1, which still runs as it was created',
    );
  });

  it('nothing of them, where the verdict is the same', () => {
    expect(because(deployment('deny'), running('web-0', 'all-authenticated'))).toBe('deny');
  });
});
