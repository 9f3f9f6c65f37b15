import { completeness } from '../../lib/cluster/cluster-options';
import { missingTargets, whatItMayGrant } from '../../lib/cluster/missing-targets';
import { manifest, objectsIn, server } from '../helpers/manifests';

const POLICY = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';

function authorization(target: string, name = 'p'): string {
  return manifest(
    `${POLICY}/v1alpha1`,
    'AuthorizationPolicy',
    name,
    `{ targetRef: ${target}, requiredAuthenticationRefs: [] }`,
  );
}

function route(parents: string, kind = 'HTTPRoute', group = GATEWAY, name = 'r'): string {
  return manifest(`${group}/v1`, kind, name, `{ parentRefs: ${parents} }`);
}

/** What these objects of one namespace refer to and do not have. */
function missing(text: string, complete: Parameters<typeof completeness>[0] = []): string[] {
  return missingTargets(objectsIn(text), 'shop', { isComplete: completeness(complete) }).map(
    ({ from, kind, namespace, name }) => `${from.object.metadata.name}: ${kind} ${namespace}/${name}`,
  );
}

describe('policy refers to a Server or route that the input does not have', () => {
  it.each([
    [
      'a Server of an authorization',
      authorization(`{ group: ${POLICY}, kind: Server, name: s }`),
      'p: Server shop/s',
    ],
    [
      'Linkerd’s own HTTPRoute',
      authorization(`{ group: ${POLICY}, kind: HTTPRoute, name: s }`),
      'p: HTTPRoute shop/s',
    ],
    ['an HTTPRoute', authorization(`{ group: ${GATEWAY}, kind: HTTPRoute, name: s }`), 'p: HTTPRoute shop/s'],
    ['a GRPCRoute', authorization(`{ group: ${GATEWAY}, kind: GRPCRoute, name: s }`), 'p: GRPCRoute shop/s'],
    [
      'a Server of a ServerAuthorization',
      manifest(`${POLICY}/v1beta1`, 'ServerAuthorization', 'z', '{ server: { name: s }, client: {} }'),
      'z: Server shop/s',
    ],
    ['a Server of an HTTPRoute', route(`[{ group: ${POLICY}, kind: Server, name: s }]`), 'r: Server shop/s'],
    [
      'a Server of a GRPCRoute',
      route(`[{ group: ${POLICY}, kind: Server, name: s }]`, 'GRPCRoute'),
      'r: Server shop/s',
    ],
    [
      'a Server that a route names with its own namespace',
      route(`[{ group: ${POLICY}, kind: Server, namespace: shop, name: s }]`),
      'r: Server shop/s',
    ],
  ])('%s', (_what, text, expected) => {
    expect(missing(text)).toEqual([expected]);
    expect(missing(text + server('other', '{}'))).toEqual([expected]);
  });

  it.each([
    ['a Namespace is no such object', authorization('{ kind: Namespace, name: shop }')],
    [
      'a GRPCRoute of Linkerd’s does not exist',
      authorization(`{ group: ${POLICY}, kind: GRPCRoute, name: s }`),
    ],
    ['without a name nothing is referred to', authorization(`{ group: ${POLICY}, kind: Server }`)],
    [
      'a selector names no Server',
      manifest(`${POLICY}/v1beta1`, 'ServerAuthorization', 'z', '{ server: { selector: {} }, client: {} }'),
    ],
    ['a Gateway is no Server', route('[{ name: s }]')],
    [
      'a Server of another namespace takes no route of this one',
      route(`[{ group: ${POLICY}, kind: Server, namespace: bank, name: s }]`),
    ],
    ['a parent without a name', route(`[{ group: ${POLICY}, kind: Server }]`)],
    [
      'other kinds refer to none',
      manifest(
        `${POLICY}/v1alpha1`,
        'EgressNetwork',
        'e',
        `{ targetRef: { group: ${POLICY}, kind: Server, name: s } }`,
      ),
    ],
  ])('not: %s', (_what, text) => {
    expect(missing(text)).toEqual([]);
  });

  it('not: it is there, a route in any spelling of its name (3.8), a Server in its own', () => {
    const toRoute = authorization(`{ group: ${GATEWAY}, kind: HTTPRoute, name: R }`);
    expect(missing(toRoute + route('[]'))).toEqual([]);
    expect(missing(toRoute + route('[]', 'HTTPRoute', POLICY))).toEqual(['p: HTTPRoute shop/R']);
    expect(missing(toRoute + route('[]', 'GRPCRoute'))).toEqual(['p: HTTPRoute shop/R']);
    const toServer = (name: string): string =>
      authorization(`{ group: ${POLICY}, kind: Server, name: ${name} }`);
    expect(missing(toServer('s') + server('s', '{}'))).toEqual([]);
    expect(missing(toServer('S') + server('s', '{}'))).toEqual(['p: Server shop/S']);
  });

  it('not: the input has all of that kind in that namespace', () => {
    const text = authorization(`{ group: ${POLICY}, kind: Server, name: s }`);
    expect(missing(text, true)).toEqual([]);
    expect(missing(text, [{ kinds: ['Server'], namespaces: ['shop'] }])).toEqual([]);
    expect(missing(text, [{ kinds: ['HTTPRoute'] }])).toEqual(['p: Server shop/s']);
    expect(missing(text, [{ kinds: ['Server'], namespaces: ['bank'] }])).toEqual(['p: Server shop/s']);
  });

  it('and they are told by the names of what refers to them, whatever the order of the files', () => {
    const target = `{ group: ${POLICY}, kind: Server, name: s }`;
    expect(missing(authorization(target, 'b') + authorization(target, 'a'))).toEqual([
      'a: Server shop/s',
      'b: Server shop/s',
    ]);
  });
});

it('what is missing may let in anybody, if it is there', () => {
  const [to] = missingTargets(
    objectsIn(authorization(`{ group: ${POLICY}, kind: Server, name: s }`)),
    'shop',
    { isComplete: () => false },
  );
  const granted = whatItMayGrant(to!);
  expect(granted.name).toBe('authorizationpolicy/p');
  expect(granted.authentication).toEqual({ kind: 'anyone' });
  expect(granted.networks.map(({ network }) => JSON.stringify(network))).toEqual(['"0.0.0.0/0"', '"::/0"']);
  expect(granted.given).toEqual([to]);
});
