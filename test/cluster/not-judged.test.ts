import { coverage } from '../../lib/cluster/coverage';
import { byPolicyAlone, canOnlyAdmit, type NotJudged } from '../../lib/cluster/not-judged';
import type { ClusterOptions } from '../../lib/cluster/cluster-options';
import type { Subject } from '../../lib/cluster/relevance';
import { clusterOf, manifest, pod, server } from '../helpers/manifests';

const CONTAINER = '{ name: web, image: web }';
const WEB = pod('web', CONTAINER);
const BAD = "labels: { 'bad label': x }";
const DENY = 'annotations: { config.linkerd.io/default-inbound-policy: deny }';

function namespace(name: string, metadata = ''): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, ${metadata} }\n---\n`;
}

function notJudged(text: string, subject: Subject = {}, options: ClusterOptions = {}): readonly NotJudged[] {
  return coverage(clusterOf(text, options), subject).notJudged;
}

function words(text: string): string[] {
  return notJudged(text).map(
    (one) => `${one.source.object.kind} of ${one.namespace}, ${one.cause}: ${one.because} -> ${one.remedy}`,
  );
}

describe('what was not judged is told with why, and what to do', () => {
  it('an object that admission refuses, with the first of its faults', () => {
    const refused = (spec: string): string | undefined => words(WEB + server('http', spec))[0];
    expect(refused('{ podSelector: {}, port: 0 }')).toBe(
      'Server of shop, refused: admission refuses it ' +
        '(spec.port is 0; it must be a number from 1 to 65535, or the name of a container port), ' +
        'so what the cluster has in its place is not known -> ' +
        'correct it; if the cluster has taken it as it is, pass --assume-admitted',
    );
    expect(refused('{ podSelector: {}, port: 0, accessPolicy: Deny, proxyProtocol: http }')).toMatch(
      /refuses it \(spec\..*, and [12] more\), so/,
    );
  });

  it('a Namespace is about itself', () => {
    expect(notJudged(WEB + namespace('shop', BAD)).map((one) => one.namespace)).toEqual(['shop']);
  });

  it('a workload without containers, of which neither ports nor probes are known', () => {
    expect(words(manifest('apps/v1', 'DaemonSet', 'web', '{ template: { spec: {} } }'))).toEqual([
      'DaemonSet of shop, unread: it has no containers that could be read, so neither its ports nor its probes are known -> ' +
        'give the object as the cluster has it: kubectl get … -o yaml',
    ]);
  });

  it("the control plane's settings, where they cannot be read or replace every proxy's own", () => {
    const config = (values: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: linkerd-config, namespace: linkerd }\ndata: { values: ${JSON.stringify(values)} }\n---\n`;
    expect(words(WEB + config('[]'))).toEqual([
      "ConfigMap of linkerd, unread: its values cannot be read, so the settings are taken to be Helm's defaults -> " +
        'give the object as the cluster has it: kubectl get … -o yaml',
    ]);
    expect(words(WEB + config('proxy: { additionalEnv: [{ name: LD_PRELOAD }] }'))).toEqual([
      'ConfigMap of linkerd, proxy-replaced: it gives every proxy LD_PRELOAD, ' +
        'so policy may be enforced otherwise than its other settings say -> ' +
        "leave these variables out, so that the control plane's own settings hold",
    ]);
  });

  it('a proxy that annotations replace', () => {
    const replaced = pod(
      'web',
      CONTAINER,
      ', config.linkerd.io/proxy-version: old, config.linkerd.io/proxy-image: mine/proxy',
    );
    expect(words(replaced)).toEqual([
      'Pod of shop, proxy-replaced: its pods have config.linkerd.io/proxy-image: "mine/proxy" and ' +
        'config.linkerd.io/proxy-version: "old", which replaces the image of the proxy and the version of the proxy, ' +
        'so its policy may be enforced otherwise or not at all -> ' +
        "remove the annotation, so that the control plane's own version enforces policy",
    ]);
  });

  it('a jail of which the input has policy only, with that policy', () => {
    const policy =
      server('http', '{ podSelector: {}, port: 80 }') +
      manifest(
        'policy.linkerd.io/v1alpha1',
        'AuthorizationPolicy',
        'p',
        '{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: NetworkAuthentication, name: net }] }',
      ) +
      manifest(
        'policy.linkerd.io/v1alpha1',
        'NetworkAuthentication',
        'net',
        '{ networks: [{ cidr: 10.0.0.0/8 }] }',
      ) +
      manifest(
        'policy.linkerd.io/v1beta1',
        'ServerAuthorization',
        'z',
        '{ server: { name: http }, client: { unauthenticated: true } }',
      ) +
      manifest(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'r',
        '{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }] }',
      ) +
      manifest('gateway.networking.k8s.io/v1', 'HTTPRoute', 'public', '{ parentRefs: [{ name: gateway }] }');
    const [jail, ...others] = notJudged(namespace('shop', DENY) + policy);
    expect(others).toEqual([]);
    expect(jail).toMatchObject({
      cause: 'no-workloads',
      namespace: 'shop',
      because: byPolicyAlone('shop'),
      remedy:
        'add the workloads of shop to the input; if they are kept elsewhere, say workloads: elsewhere for it in namespace-jail.yaml',
    });
    expect(jail?.beside?.map(({ object }) => object.metadata.name)).toEqual(['http', 'p', 'z', 'r', 'net']);
  });
});

describe('what was not judged', () => {
  it('is told in the order of the input: by file, line and words', () => {
    const text =
      server('b', '{ podSelector: {}, port: 0 }') + WEB + server('a', '{ podSelector: {}, port: 0 }');
    expect(notJudged(text).map(({ source }) => source.object.metadata.name)).toEqual(['b', 'a']);
  });

  it('could only admit further clients, if it is a grant that admission refuses', () => {
    const refused = (kind: string, version = 'v1alpha1'): boolean[] =>
      notJudged(WEB + manifest(`policy.linkerd.io/${version}`, kind, 'x', '{}', BAD)).map(canOnlyAdmit);
    expect(refused('AuthorizationPolicy')).toEqual([true]);
    expect(refused('ServerAuthorization', 'v1beta1')).toEqual([true]);
    expect(refused('MeshTLSAuthentication')).toEqual([true]);
    expect(refused('NetworkAuthentication')).toEqual([true]);
    expect(refused('Server', 'v1beta3')).toEqual([false]);
    expect(notJudged(namespace('vault', DENY)).map(canOnlyAdmit)).toEqual([false]);
  });

  it('is no jail, where the question was about workloads, which were found', () => {
    const text = namespace('vault', DENY) + WEB;
    const web = { namespace: 'shop', kind: 'pod', name: 'web' };
    expect(notJudged(text, { workloads: [web] })).toEqual([]);
    expect(notJudged(text)).toHaveLength(1);
  });

  it('is no jail, where its workloads are known to be elsewhere, or only services as a Gateway would have are there', () => {
    expect(notJudged(namespace('vault', DENY), {}, { workloadsElsewhere: ['vault'] })).toEqual([]);
    const gateway = manifest(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'r',
      '{ parentRefs: [{ name: g }] }',
    );
    expect(notJudged(gateway)).toEqual([]);
  });

  it('is a proxy only of workloads that were asked for, once for what made it and what runs alike', () => {
    const annotation = 'config.linkerd.io/proxy-version: old';
    const replaced = pod('web', CONTAINER, `, ${annotation}`) + pod('api', CONTAINER, `, ${annotation}`);
    const api = { namespace: 'shop', kind: 'pod', name: 'api' };
    const names = (found: readonly NotJudged[]): string[] =>
      found.map(({ source }) => source.object.metadata.name);
    expect(names(notJudged(replaced))).toEqual(['web', 'api']);
    expect(names(notJudged(replaced, { workloads: [api] }))).toEqual(['api']);
    expect(names(notJudged(replaced, { namespaces: ['bank'] }))).toEqual([]);
  });

  it('is a proxy whose settings its Namespace adds to those of the pod, not what it sets otherwise', () => {
    const env = `config.linkerd.io/proxy-additional-env: '[{"name":"LD_PRELOAD"}]'`;
    const asked = namespace('shop', `annotations: { ${env} }`);
    expect(notJudged(asked + WEB)).toHaveLength(1);
    const harmless = `, config.linkerd.io/proxy-additional-env: '[{"name":"RUST_LOG"}]'`;
    expect(notJudged(asked + pod('web', CONTAINER, harmless))).toHaveLength(1);
    const version = namespace('shop', 'annotations: { config.linkerd.io/proxy-version: old }');
    expect(notJudged(version + pod('web', CONTAINER, ', config.linkerd.io/proxy-version: new'))).toHaveLength(
      1,
    );
  });
});

describe('what was not judged is accepted by a reason for the rule that finds it', () => {
  const accepted = (text: string): string[] =>
    coverage(clusterOf(text)).accepted.map(({ cause, reason }) => `${cause}: ${reason}`);
  const ignored = (text: string): string => `namespace-jail/ignore: '${text}'`;

  it.each([
    ['not-judged: seen', ['no-workloads: seen']],
    ['other: x; not-judged: seen', ['no-workloads: seen']],
    ['not-judged', []],
    ['not-judged:', []],
    ['refused-by-admission: seen', []],
  ])('%j', (text, expected) => {
    expect(accepted(namespace('vault', `${DENY.slice(0, -2)}, ${ignored(text)} }`))).toEqual(expected);
  });

  it('of a proxy', () => {
    const replaced = pod(
      'web',
      CONTAINER,
      `, config.linkerd.io/proxy-version: old, ${ignored('not-judged: ours')}`,
    );
    expect(accepted(replaced)).toEqual(['proxy-replaced: ours']);
  });
});

describe('what could not be read of a cluster', () => {
  const origin = { file: 'cluster', line: 1 };
  const cluster = (except?: readonly string[]): ReturnType<typeof clusterOf> =>
    clusterOf(WEB, {
      unread: [
        {
          resource: 'servers',
          because: 'it was forbidden',
          remedy: 'ask for it',
          origin,
          ...(except === undefined ? {} : { except }),
        },
      ],
    });
  const open = (except?: readonly string[], subject: Subject = {}): string[] =>
    coverage(cluster(except), subject).notJudged.map(
      ({ source, cause, because, remedy }) =>
        `${cause} ${source.object.metadata.name}: ${because} -> ${remedy}`,
    );

  it('could hold anything, unless it was read of each namespace that was asked for', () => {
    const servers = ['kind-unread servers: it was forbidden -> ask for it'];
    expect(open()).toEqual(servers);
    expect(open([])).toEqual(servers);
    expect(open(['bank'])).toEqual(servers);
    expect(open(['shop'])).toEqual([]);
    expect(open(['shop', 'bank'])).toEqual([]);
  });
});
