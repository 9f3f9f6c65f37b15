import { coverage } from '../../lib/cluster/coverage';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import { unprotected } from '../../lib/findings/unprotected';
import { clusterOf } from '../helpers/manifests';

const UID = '6059deb0-16be-44ca-9662-49ff37b30da7';
const MADE = `uid: ${UID}, resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z'`;
const MESHED = 'annotations: { linkerd.io/inject: enabled }';

function object(apiVersion: string, kind: string, metadata: string, rest = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\n${rest}\n---\n`;
}

/** As an API server prints it. */
function made(apiVersion: string, kind: string, name: string, rest = '', namespace = 'shop'): string {
  return object(apiVersion, kind, `name: ${name}, namespace: ${namespace}, ${MADE}`, rest);
}

function namespace(name: string): string {
  return object('v1', 'Namespace', `name: ${name}, ${MESHED}, ${MADE}`);
}

function deployment(metadata: string): string {
  const template = `{ metadata: { labels: { app: api } }, spec: { containers: [{ name: api, image: x }] } }`;
  return object(
    'apps/v1',
    'Deployment',
    `name: api, namespace: shop${metadata}`,
    `spec: { selector: { matchLabels: { app: api } }, template: ${template} }`,
  );
}

const POLICY = 'policy.linkerd.io/v1alpha1';
const SHOP = namespace('shop');
const API = deployment(`, ${MADE}`);
const CONFIG = made('v1', 'ConfigMap', 'linkerd-config', "data: { values: 'clusterDomain: x' }", 'linkerd');
const SERVER = made('policy.linkerd.io/v1beta3', 'Server', 'http', 'spec: { podSelector: {}, port: 80 }');
const authorization = (target: string, authentication: string): string =>
  made(
    POLICY,
    'AuthorizationPolicy',
    'front',
    `spec: { targetRef: ${target}, requiredAuthenticationRefs: [${authentication}] }`,
  );
const TO_SERVER = '{ group: policy.linkerd.io, kind: Server, name: http }';
const BY_IDENTITY = '{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: front }';
const FRONT = authorization(TO_SERVER, BY_IDENTITY);
const IDENTITY = made(POLICY, 'MeshTLSAuthentication', 'front', "spec: { identities: ['*'] }");
const WHOLE = [SHOP, API, CONFIG, SERVER, FRONT, IDENTITY];

/** The kinds that are missing, and why. */
function missing(objects: readonly string[], options: ClusterOptions = {}): string[] {
  const { notJudged } = coverage(clusterOf(objects.join(''), options), { withLinkerd: true });
  return notJudged
    .filter(({ cause }) => cause === 'kind-unread')
    .map(({ source, because }) => `${source.object.metadata.name}: ${because}`);
}

const without = (...left: string[]): string[] => WHOLE.filter((one) => !left.includes(one));

describe('a dump that lacks a kind which decides', () => {
  it('is noticed by nothing where each kind has an object', () => {
    expect(missing(WHOLE)).toEqual([]);
  });

  it('lacks authentications that its authorizations refer to', () => {
    expect(missing(without(IDENTITY))).toMatchInlineSnapshot(`
      [
        "meshtlsauthentications.policy.linkerd.io: authorizationpolicy/front of the dump refers to an object of kind MeshTLSAuthentication, and the dump has no MeshTLSAuthentication of policy.linkerd.io at all",
      ]
    `);
  });

  it.each([
    ['networkauthentications.policy.linkerd.io', TO_SERVER, BY_IDENTITY.replace('MeshTLS', 'network')],
    ['httproutes.policy.linkerd.io', TO_SERVER.replace('Server', 'HTTPRoute'), BY_IDENTITY],
    [
      'grpcroutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io, kind: GRPCRoute, name: http }',
      BY_IDENTITY,
    ],
  ])(
    'lacks %s that they refer to, whatever the case of the reference',
    (resource, target, authentication) => {
      const found = missing([...without(FRONT), authorization(target, authentication)]);
      expect(found.map((text) => text.split(':')[0])).toEqual([resource]);
    },
  );

  it('lacks the Servers that routes and ServerAuthorizations refer to', () => {
    const parents =
      'spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }], rules: [{}] }';
    const route = made('policy.linkerd.io/v1beta3', 'HTTPRoute', 'all', parents);
    const grant = made(
      'policy.linkerd.io/v1beta1',
      'ServerAuthorization',
      'all',
      'spec: { server: { name: http }, client: { unauthenticated: true } }',
    );
    for (const one of [route, grant]) {
      const found = missing([SHOP, API, CONFIG, one]);
      expect(found.map((text) => text.split(':')[0])).toEqual(['servers.policy.linkerd.io']);
    }
  });

  it('lacks Namespaces, of all or of some of its objects', () => {
    const words = (objects: readonly string[]): string[] =>
      missing(objects).map((text) => text.split(',')[0] ?? '');
    expect(words(without(SHOP))).toMatchInlineSnapshot(`
      [
        "namespaces: the dump has deployment/api of shop but no Namespace shop",
      ]
    `);
    expect(words([...without(SHOP), namespace('front')])).toHaveLength(1);
  });

  it('and a Namespace that is there is judged all the same', () => {
    const other = made(
      'policy.linkerd.io/v1beta3',
      'Server',
      'x',
      'spec: { podSelector: {}, port: 80 }',
      'front',
    );
    const cluster = clusterOf([...WHOLE, other].join(''));
    const open = (name: string): number => coverage(cluster, { namespaces: [name] }).notJudged.length;
    expect(open('shop')).toBe(0);
    expect(open('front')).toBeGreaterThan(0);
  });

  it('lacks the settings of a control plane that it has signs of', () => {
    expect(missing(without(CONFIG))).toMatchInlineSnapshot(`
      [
        "configmaps: the dump has no ConfigMap linkerd-config of namespace linkerd, the settings of the control plane, so Linkerd's default settings are assumed",
      ]
    `);
    expect(missing(without(CONFIG), { linkerdNamespace: 'mesh' })[0]).toContain('of namespace mesh');
    expect(missing(without(CONFIG), { defaultInboundPolicy: 'deny' })).toHaveLength(1);
  });

  it.each<[string, string[], ClusterOptions]>([
    ['options say them', without(CONFIG), { defaultInboundPolicy: 'deny', clusterNetworks: ['10.0.0.0/8'] }],
    ['nothing in it has to do with Linkerd', [SHOP.replace('enabled', 'disabled'), API], {}],
  ])('but not where %s', (_, objects, options) => {
    expect(missing(objects, options)).toEqual([]);
  });

  it('lacks all policy, or everything that lets somebody in', () => {
    expect(missing([SHOP, API, CONFIG])).toMatchInlineSnapshot(`
      [
        "servers.policy.linkerd.io: the dump has deployment/api but no object of policy.linkerd.io, so whether any policy guards it is not known",
      ]
    `);
    expect(missing([SHOP, API, CONFIG, SERVER])).toMatchInlineSnapshot(`
      [
        "authorizationpolicies.policy.linkerd.io: the dump has server/http but no AuthorizationPolicy or ServerAuthorization at all, so whom it lets in is not known",
      ]
    `);
  });

  it('but has none where it was made with the whole list, as kinds that nobody else reads show', () => {
    const listed = made('apiregistration.k8s.io/v1', 'APIService', 'v1.apps');
    expect(missing([SHOP, API, CONFIG, listed])).toEqual([]);
    expect(missing([SHOP, API, CONFIG, SERVER, listed])).toEqual([]);
  });

  it('is complete if an option says so, of all or of a kind', () => {
    expect(missing([API], { complete: true })).toEqual([]);
    expect(missing(without(IDENTITY), { complete: [{ kinds: ['MeshTLSAuthentication'] }] })).toEqual([]);
  });

  it('does not have to have what is beside it in files', () => {
    const file = object('v1', 'Namespace', 'name: shop');
    expect(missing([...without(SHOP), file])).toEqual([]);
  });

  it('is told from a finding that nobody has written policy: that is not known', () => {
    const said = (objects: readonly string[]): object | undefined => {
      const cluster = clusterOf(objects.join(''));
      return unprotected(cluster, cluster.workloads);
    };
    const listed = made('apiregistration.k8s.io/v1', 'APIService', 'v1.apps');
    expect(said([SHOP, API, CONFIG])).toBeUndefined();
    expect(said([SHOP, API, CONFIG, listed])).toBeDefined();
  });
});

describe('manifests as people write them are no dump', () => {
  it.each([
    ['nothing of a server', ''],
    ['what templates leave', ', creationTimestamp: null'],
    ['a time, for the order of Servers', ", creationTimestamp: '2026-01-01T00:00:00Z'"],
    ['a uid alone', `, uid: ${UID}`],
    ['a uid that somebody made up', ", uid: a, creationTimestamp: '2026-01-01T00:00:00Z'"],
    ['an empty uid', ", uid: '', resourceVersion: '1'"],
    ['no manager of fields', ', managedFields: []'],
  ])('with %s in them', (_, metadata) => {
    expect(missing([deployment(metadata.replace(/^, $/, ''))])).toEqual([]);
  });

  it.each([
    ['uid and time', `, uid: ${UID}, creationTimestamp: '2026-01-01T00:00:00Z'`],
    ['uid and version', `, uid: ${UID}, resourceVersion: '1'`],
    ['managed fields', ', managedFields: [{ manager: kubectl }]'],
  ])('but are one with %s', (_, metadata) => {
    expect(missing([deployment(metadata)])).not.toEqual([]);
  });
});
