import fc from 'fast-check';
import { Cluster } from '../../lib/cluster/cluster';
import { coverage, differing, isWhole, together } from '../../lib/cluster/coverage';
import { objectKey } from '../../lib/kubernetes/references';
import type { SourceObject } from '../../lib/kubernetes/object';
import { objects, sources as sourced } from '../arbitrary/cluster';
import { lawRuns } from '../helpers/laws';
import { clusterOf, manifest, objectsIn, pod, server } from '../helpers/manifests';

const WEB = pod('web', '{ name: web, image: web }');
const BAD_NAME = "labels: { 'bad label': x }";

/** Why something was not judged, in short. */
function open(text: string, namespaces: readonly string[] = []): string[] {
  return coverage(clusterOf(text), { namespaces }).notJudged.map(
    ({ source, cause }) => `${cause} ${source.object.kind} ${source.object.metadata.name}`,
  );
}

describe('what is refused is not judged', () => {
  it.each([
    ['a workload', manifest('apps/v1', 'Deployment', 'api', '{}', BAD_NAME), 'Deployment api'],
    [
      'a pod of another API',
      manifest(
        'argoproj.io/v1alpha1',
        'Rollout',
        'api',
        '{ template: { spec: { containers: [{ name: c }] } } }',
        BAD_NAME,
      ),
      'Rollout api',
    ],
    ['a Server', server('http', '{ podSelector: {}, port: 0 }'), 'Server http'],
    [
      'a kind that Linkerd does not have',
      manifest('policy.linkerd.io/v1', 'Serverr', 'x', '{}'),
      'Serverr x',
    ],
    [
      'an authentication',
      manifest('policy.linkerd.io/v1alpha1', 'NetworkAuthentication', 'office', '{ networks: [] }', BAD_NAME),
      'NetworkAuthentication office',
    ],
    [
      'a route of a Server',
      manifest(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'r',
        '{ parentRefs: [{ group: policy.linkerd.io, kind: Server, name: http }] }',
        BAD_NAME,
      ),
      'HTTPRoute r',
    ],
    [
      'a Namespace',
      `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, ${BAD_NAME} }\n---\n`,
      'Namespace shop',
    ],
  ])('%s', (_, text, name) => {
    expect(open(text + WEB)).toEqual([`refused ${name}`]);
  });

  it('unless another document of it was accepted, whichever comes first', () => {
    const [good, bad] = [
      server('http', '{ podSelector: {}, port: 80 }'),
      server('http', '{ podSelector: {}, port: 0 }'),
    ];
    expect(open(good + bad + WEB)).toEqual([]);
    expect(open(bad + good + WEB)).toEqual([]);
  });

  it.each([
    ['what decides nothing', manifest('v1', 'Service', 'web', '{ ports: [] }', BAD_NAME)],
    ['a custom resource without a pod template', manifest('example.com/v1', 'Kafka', 'k', '{}', BAD_NAME)],
    [
      'a route of a Gateway',
      manifest(
        'gateway.networking.k8s.io/v1',
        'HTTPRoute',
        'r',
        '{ parentRefs: [{ name: public }] }',
        BAD_NAME,
      ),
    ],
    [
      'a network for outbound traffic',
      manifest('policy.linkerd.io/v1alpha1', 'EgressNetwork', 'e', '{ trafficPolicy: Maybe }'),
    ],
  ])('%s makes no difference', (_, text) => {
    expect(open(text + WEB)).toEqual([]);
  });
});

describe('only what was asked for counts', () => {
  const elsewhere = server('http', '{ podSelector: {}, port: 0 }').replace(
    'namespace: shop',
    'namespace: other',
  );

  it('by namespace', () => {
    expect(open(elsewhere + WEB, ['shop'])).toEqual([]);
    expect(open(elsewhere + WEB, ['other', 'shop'])).toEqual(['refused Server http']);
    expect(open(elsewhere + WEB)).toEqual(['refused Server http']);
  });

  it('but also authentications elsewhere that an authorization refers to, in whatever spelling', () => {
    const network = manifest(
      'policy.linkerd.io/v1alpha1',
      'NetworkAuthentication',
      'office',
      '{ networks: 3 }',
    ).replace('namespace: shop', 'namespace: auth');
    const policy = manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      'p',
      '{ targetRef: { kind: Namespace, name: shop }, requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: networkauthentication, namespace: auth, name: office }] }',
    );
    expect(open(network + WEB, ['shop'])).toEqual([]);
    expect(open(network + policy + WEB, ['shop'])).toEqual(['refused NetworkAuthentication office']);
  });

  it("and Linkerd's own namespaces only by name, which no label can take", () => {
    const own = server('admin', '{ podSelector: {}, port: 0 }').replace(
      'namespace: shop',
      'namespace: linkerd-viz',
    );
    expect(open(own + WEB)).toEqual([]);
    expect(coverage(clusterOf(own + WEB)).leftOut).toEqual([]);
    expect(open(own + WEB, ['linkerd-viz'])).toEqual(['refused Server admin']);
    const labelled = `apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { linkerd.io/is-control-plane: 'true', linkerd.io/extension: viz } }\n---\n`;
    expect(open(labelled + server('http', '{ podSelector: {}, port: 0 }') + WEB)).toEqual([
      'refused Server http',
    ]);
  });

  it('names those that were left out', () => {
    const viz = WEB.replace('namespace: shop', 'namespace: linkerd-viz');
    expect(coverage(clusterOf(viz + WEB)).leftOut).toEqual(['linkerd-viz']);
    expect(coverage(clusterOf(viz + WEB), { namespaces: ['linkerd-viz'] }).workloads).toHaveLength(1);
  });
});

describe('a jail without workloads', () => {
  const DENY = `apiVersion: v1\nkind: Namespace\nmetadata: { name: vault, annotations: { config.linkerd.io/default-inbound-policy: deny } }\n---\n`;

  it('is judged by the policy alone, also beside one that has some', () => {
    expect(open(DENY + WEB)).toEqual(['no-workloads Namespace vault']);
    expect(open(server('http', '{ podSelector: {}, port: 80 }'))).toEqual(['no-workloads Server http']);
    expect(coverage(clusterOf(DENY)).notJudged.map(({ because }) => because)).toEqual([
      'judged by the policy alone; no workload of vault was in the input',
    ]);
  });

  it('is any namespace that was asked for by name', () => {
    const plain = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: vault }\n---\n';
    expect(open(plain + WEB)).toEqual([]);
    expect(open(plain + WEB, ['vault'])).toEqual(['no-workloads Namespace vault']);
  });

  it('counts as judged where its workloads are said to be elsewhere', () => {
    const told = coverage(clusterOf(DENY + WEB, { workloadsElsewhere: ['vault'] }));
    expect([told.notJudged, told.elsewhere]).toEqual([[], ['vault']]);
  });

  it('is not one whose workloads were refused: they are what was not judged', () => {
    const refused = manifest('apps/v1', 'Deployment', 'api', '{}', BAD_NAME).replace(
      'namespace: shop',
      'namespace: vault',
    );
    expect(open(DENY + refused)).toEqual(['refused Deployment api']);
  });
});

describe('what was not judged is accepted with a reason', () => {
  const ignored = (text: string): string => `${BAD_NAME}, annotations: { namespace-jail/ignore: '${text}' }`;
  const server = (text: string): string =>
    manifest('policy.linkerd.io/v1beta3', 'Server', 'http', '{ podSelector: {}, port: 80 }', ignored(text));

  it('in the annotation of its object, and listed', () => {
    const { notJudged, accepted } = coverage(
      clusterOf(server('refused-by-admission: repaired in May') + WEB),
    );
    expect(notJudged).toEqual([]);
    expect(accepted.map(({ reason }) => reason)).toEqual(['repaired in May']);
  });

  it.each(['refused-by-admission', 'not-judged: another cause', 'servers-overlap: another rule'])(
    'but not by "%s"',
    (text) => {
      expect(open(server(text) + WEB)).toEqual(['refused Server http']);
    },
  );
});

describe('of pods whose proxy is replaced', () => {
  const annotations = (text: string): string => pod('web', '{ name: web, image: web }', `, ${text}`);

  it.each([
    ['its image', 'config.linkerd.io/proxy-image: example.com/proxy', true],
    ['the official image', 'config.linkerd.io/proxy-image: cr.l5d.io/linkerd/proxy', false],
    ['its version', "config.linkerd.io/proxy-version: 'stable-2.10.0'", true],
    [
      'settings',
      `config.linkerd.io/proxy-additional-env: '[{"name":"LINKERD2_PROXY_POLICY_SVC_ADDR"}]'`,
      true,
    ],
    [
      'settings that are not Linkerd’s',
      `config.linkerd.io/proxy-additional-env: '[{"name":"LD_PRELOAD"}]'`,
      true,
    ],
    [
      'its log',
      `config.linkerd.io/proxy-additional-env: '[{"name":"LINKERD2_PROXY_LOG"},{"name":"RUST_BACKTRACE"}]'`,
      false,
    ],
    [
      'nothing, since that is not JSON',
      "config.linkerd.io/proxy-additional-env: 'LINKERD2_PROXY_LOG=debug'",
      false,
    ],
    ['what the injector wrote', "linkerd.io/proxy-version: 'edge-26.1.1'", false],
  ])('by %s', (_, text, isReplaced) => {
    expect(open(annotations(text))).toEqual(isReplaced ? ['proxy-replaced Pod web'] : []);
  });

  it('nothing is said where there is no proxy to replace', () => {
    const bare = manifest(
      'v1',
      'Pod',
      'web',
      '{ containers: [{ name: web }] }',
      "annotations: { config.linkerd.io/proxy-version: 'x' }",
    );
    expect(open(bare)).toEqual([]);
  });

  it('the one that runs with another annotation than its template has is named for itself', () => {
    const deployment = manifest(
      'apps/v1',
      'Deployment',
      'web',
      '{ template: { metadata: { annotations: { linkerd.io/inject: enabled } }, spec: { containers: [{ name: c }] } } }',
    );
    const running = (value: string): string =>
      manifest(
        'v1',
        'Pod',
        'web-1',
        '{ containers: [{ name: linkerd-proxy, image: cr.l5d.io/linkerd/proxy:x }, { name: c }] }',
        `uid: '1', labels: { linkerd.io/control-plane-ns: linkerd }, annotations: { ${value} }, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: web, controller: true }]`,
      );
    expect(open(deployment + running("config.linkerd.io/proxy-version: 'x'"))).toEqual([
      'proxy-replaced Pod web-1',
    ]);
    expect(open(deployment + running("linkerd.io/proxy-version: 'x'"))).toEqual([]);
  });
});

/** All objects of an input, each once. */
function keysOf(cluster: Cluster, sources: readonly SourceObject[]): string[] {
  return [...new Set(sources.map((source) => objectKey(source.object, cluster.namespaceOf(source))))].sort();
}

describe('laws of random clusters', () => {
  const numRuns = lawRuns(200);

  it('each object is judged, irrelevant or not judged, and only one of them', () => {
    fc.assert(
      fc.property(objects, fc.subarray(['shop', 'auth', 'linkerd']), fc.nat(9), (all, namespaces, spoilt) => {
        const spoiled = all.map((object, at) =>
          at === spoilt
            ? { ...object, metadata: { ...object.metadata, labels: { 'bad label': 'x' } } }
            : object,
        );
        const sources = sourced(spoiled);
        const cluster = Cluster.fromObjects(sources);
        const { judged, irrelevant, notJudged, accepted } = coverage(cluster, { namespaces });
        expect(accepted).toEqual([]);
        const open = new Set(notJudged.map(({ source }) => source));
        const parts = [...judged, ...irrelevant, ...open];
        expect(parts.map((source) => objectKey(source.object, cluster.namespaceOf(source))).sort()).toEqual(
          keysOf(cluster, sources),
        );
      }),
      { numRuns },
    );
  });

  it('an unrelated namespace adds nothing to what was not judged of the others', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const alone = Cluster.fromObjects(sourced(all));
        const more = objectsIn(
          server('http', '{ podSelector: {}, port: 0 }').replace('namespace: shop', 'namespace: unrelated'),
        );
        const both = Cluster.fromObjects([...sourced(all), ...more]);
        const names = ['shop', 'auth'];
        const told = (cluster: Cluster): string[] =>
          coverage(cluster, { namespaces: names }).notJudged.map(
            ({ because, namespace }) => `${namespace} ${because}`,
          );
        expect(told(both)).toEqual(told(alone));
        expect(coverage(both).notJudged.length).toBe(coverage(alone).notJudged.length + 1);
      }),
      { numRuns },
    );
  });

  it('the same on both sides makes no difference, and several answers about one input are that one', () => {
    fc.assert(
      fc.property(objects, (all) => {
        const told = coverage(Cluster.fromObjects(sourced(all)));
        expect(differing({ before: told, after: coverage(Cluster.fromObjects(sourced(all))) })).toEqual([]);
        const twice = together([told, told]);
        expect([twice.workloads.length, twice.notJudged.length]).toEqual([
          told.workloads.length,
          told.notJudged.length,
        ]);
        expect(isWhole(twice)).toBe(isWhole(told));
      }),
      { numRuns },
    );
  });
});

describe('several answers as one', () => {
  const namespace = (name: string): string =>
    `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, annotations: { config.linkerd.io/default-inbound-policy: deny } }\n---\n`;
  const of = (text: string, options = {}, subject = {}): ReturnType<typeof coverage> =>
    coverage(clusterOf(text, options), subject);
  const BAD = server('http', '{ podSelector: {}, port: 0 }');

  it('have each object once, as what was not judged if it was not in any', () => {
    const whole = of(WEB + server('ok', '{ podSelector: {}, port: 80 }'));
    expect(together([whole, whole])).toEqual(whole);
    const all = together([of(BAD + WEB), of(BAD + WEB)]);
    expect(all.notJudged.map(({ cause }) => cause)).toEqual(['refused']);
    expect(isWhole(all)).toBe(false);
    expect(isWhole(whole)).toBe(true);
  });

  it('count no object as judged or irrelevant that was left open in another', () => {
    const judged = of(namespace('vault') + WEB, {}, { namespaces: ['shop'] });
    const open = of(namespace('vault') + WEB);
    const kinds = (all: ReturnType<typeof coverage>): unknown => [
      all.judged.map(({ object }) => object.kind),
      all.notJudged.map(({ source }) => source.object.kind),
      all.irrelevant.map(({ object }) => object.kind),
    ];
    expect(kinds(judged)).toEqual([['Pod'], [], ['Namespace']]);
    expect(kinds(together([judged, open]))).toEqual([['Pod'], ['Namespace'], []]);
    const replaced = pod('web', '{ name: web, image: web }', ', config.linkerd.io/proxy-version: old');
    const both = together([of(replaced), of(replaced, {}, { namespaces: ['bank'] })]);
    expect([both.judged.length, both.workloads.length, both.notJudged.length]).toEqual([0, 0, 1]);
  });

  it('count as judged what was irrelevant to another', () => {
    const [mine, other] = [of(WEB, {}, { namespaces: ['shop'] }), of(WEB, {}, { namespaces: ['bank'] })];
    expect(other.irrelevant).toHaveLength(1);
    expect(together([other, mine]).irrelevant).toEqual([]);
    expect(together([other, mine]).judged).toHaveLength(1);
  });

  it('name once, and in order, the namespaces judged by policy alone or left out', () => {
    const elsewhere = (name: string): ReturnType<typeof coverage> =>
      of(namespace(name) + WEB, { workloadsElsewhere: [name] });
    expect(together(['vault', 'bank', 'vault'].map(elsewhere)).elsewhere).toEqual(['bank', 'vault']);
    const own = (name: string): ReturnType<typeof coverage> =>
      of(WEB.replace('namespace: shop', `namespace: ${name}`));
    expect(together(['linkerd-viz', 'linkerd', 'linkerd-viz'].map(own)).leftOut).toEqual([
      'linkerd',
      'linkerd-viz',
    ]);
  });
});

describe('what was not judged on one side of a change', () => {
  const sides = (before: string, after: string): number =>
    differing({ before: coverage(clusterOf(before)), after: coverage(clusterOf(after)) }).length;
  const bad = (port: number): string => server('http', `{ podSelector: {}, port: ${port} }`);

  it('makes a difference only if it is otherwise on the other', () => {
    expect(sides(WEB + bad(0), WEB + bad(0))).toBe(0);
    expect(sides(WEB + bad(0), `\n\n${WEB}${bad(0)}`)).toBe(0);
    expect(sides(WEB + bad(0), WEB + bad(-1))).toBe(2);
    expect(sides(WEB + bad(0), WEB)).toBe(1);
    expect(sides(WEB, WEB + bad(0))).toBe(1);
    expect(differing({ after: coverage(clusterOf(WEB + bad(0))) })).toHaveLength(1);
  });

  it('includes the policy of a jail of which only that is in the input', () => {
    const policy = (port: number): string => server('http', `{ podSelector: {}, port: ${port} }`);
    expect(sides(policy(80), policy(80))).toBe(0);
    expect(sides(policy(80) + server('x', '{ podSelector: {}, port: 1 }'), policy(80))).toBe(2);
  });
});
