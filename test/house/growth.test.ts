import { operations } from '../helpers/operations';
import { run } from '../helpers/command';

type Fields = Readonly<Record<string, unknown>>;

const POLICY = 'policy.linkerd.io';
const upTo = <T>(n: number, make: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => make(index));
const cidr = (i: number): string => `${10 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.128/25`;
const identity = (i: number): string => `sa-${i}.ns-${i % 7}.serviceaccount.identity.linkerd.cluster.local`;

function policy(kind: string, name: string, spec: Fields, annotations: Fields = {}): object {
  const version = kind === 'Server' ? 'v1beta3' : kind === 'HTTPRoute' ? 'v1beta3' : 'v1alpha1';
  return {
    apiVersion: `${POLICY}/${version}`,
    kind,
    metadata: { namespace: 'shop', name, annotations },
    spec,
  };
}

function authorization(name: string, authentications: readonly string[], annotations: Fields = {}): object {
  const requiredAuthenticationRefs = authentications.map((reference) => {
    const [kind, of] = reference.split('/');
    return { group: POLICY, kind, name: of };
  });
  const targetRef = { group: POLICY, kind: 'Server', name: 'http' };
  return policy('AuthorizationPolicy', name, { targetRef, requiredAuthenticationRefs }, annotations);
}

/** A jail with one workload and a Server, and what else a case brings. */
function jail(more: readonly object[], annotations: Fields = {}, ports: readonly object[] = []): object[] {
  const metadata = { labels: { app: 'web' }, annotations };
  const containers = [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }, ...ports] }];
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'shop',
        annotations: { 'config.linkerd.io/default-inbound-policy': 'deny', 'linkerd.io/inject': 'enabled' },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata, spec: { containers } } },
    },
    policy('Server', 'http', {
      podSelector: { matchLabels: { app: 'web' } },
      port: 8080,
      proxyProtocol: 'HTTP/1',
    }),
    ...more,
  ];
}

const networks = (items: readonly object[]): object[] =>
  jail([
    authorization('a', ['NetworkAuthentication/n']),
    policy('NetworkAuthentication', 'n', { networks: items }),
  ]);
const identities = (names: readonly string[]): object[] =>
  jail([
    authorization('a', ['MeshTLSAuthentication/m']),
    policy('MeshTLSAuthentication', 'm', { identities: names }),
  ]);
const annotated = (name: string, value: string): object[] =>
  jail([], { [`config.linkerd.io/${name}`]: value });

const LISTS: Readonly<Record<string, (n: number) => object[]>> = {
  'networks of a NetworkAuthentication': (n) => networks(upTo(n, (i) => ({ cidr: cidr(i) }))),
  'exceptions of a network': (n) => networks([{ cidr: '0.0.0.0/0', except: upTo(n, cidr) }]),
  'networks with exceptions': (n) =>
    networks(upTo(n, (i) => ({ cidr: cidr(i), except: [cidr(i).replace('/25', '/26')] }))),
  'identities of a MeshTLSAuthentication': (n) => identities(upTo(n, identity)),
  wildcards: (n) => identities(upTo(n, (i) => `*.ns-${i}.serviceaccount.identity.linkerd.cluster.local`)),
  'SPIFFE ids': (n) => identities(upTo(n, (i) => `spiffe://corp/sa/${i}`)),
  'authorizations with an identity each': (n) =>
    jail(
      upTo(n, (i) => [
        authorization(`a${i}`, [`MeshTLSAuthentication/m${i}`]),
        policy('MeshTLSAuthentication', `m${i}`, { identities: [identity(i)] }),
      ]).flat(),
    ),
  'authorizations with a network each': (n) =>
    jail(
      upTo(n, (i) => [
        authorization(`a${i}`, [`NetworkAuthentication/n${i}`]),
        policy('NetworkAuthentication', `n${i}`, { networks: [{ cidr: cidr(i) }] }),
      ]).flat(),
    ),
  'opaque ports': (n) => annotated('opaque-ports', upTo(n, (i) => `${3 * i + 1}-${3 * i + 2}`).join(',')),
  'skipped ports': (n) => annotated('skip-inbound-ports', upTo(n, (i) => `${2 * i + 9001}`).join(',')),
  'skipped networks': (n) => annotated('skip-subnets', upTo(n, cidr).join(',')),
  'terms of an exception': (n) =>
    jail([
      authorization('a', ['MeshTLSAuthentication/m'], {
        'namespace-jail/exception': upTo(n, (i) => `serviceaccount ns-${i % 7}/sa-${i}`).join(', '),
      }),
      policy('MeshTLSAuthentication', 'm', { identities: upTo(n, identity) }),
    ]),
  'ports of a container': (n) =>
    jail(
      [],
      {},
      upTo(n, (i) => ({ name: `p${i}`, containerPort: 9000 + i })),
    ),
  'Servers of one port': (n) =>
    jail(
      upTo(n, (i) => policy('Server', `s${i}`, { podSelector: { matchLabels: { app: 'web' } }, port: 8080 })),
    ),
};

const VERBS: Readonly<Record<string, readonly string[]>> = {
  check: ['check', '-'],
  'break-in': ['break-in', '-'],
  map: ['map', '-o', 'json', '-'],
  diff: ['diff', 'emojivoto-jail.yaml', '-'],
  can: ['can', '10.1.2.3', 'shop/deployment/web:8080', '-'],
  authz: ['authz', '-o', 'wide', '-'],
};

/** Twice as much of a list costs twice as much: what the second half adds is about twice what the first added. */
describe.each(Object.entries(LISTS))('%s: the cost grows with the list, not with its square', (_, listOf) => {
  it.each(Object.entries(VERBS))('%s', async (__, argv) => {
    const cost = async (n: number): Promise<number> => {
      const stdin = listOf(n)
        .map((object) => JSON.stringify(object))
        .join('\n---\n');
      return operations(async () => {
        const { status, err } = await run(argv, { stdin });
        if (status === 2) throw new Error(err);
      });
    };
    await cost(10);
    const [one, two, four] = [await cost(100), await cost(200), await cost(400)];
    expect((four - two) / (two - one)).toBeLessThan(2.7);
  });
});
