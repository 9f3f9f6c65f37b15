import { Cluster } from '../../lib/cluster/cluster';
import { doubtOfConfig } from '../../lib/cluster/linkerd-config';
import { DEFAULT_CONFIG } from '../../lib/linkerd/config';
import { fromObjects } from '../../lib/manifests/parse';

function installed(values: string, namespace = 'linkerd'): Cluster {
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'linkerd-config', namespace },
    data: { values },
  };
  return Cluster.fromObjects(fromObjects([config]).objects);
}

describe('the settings of the cluster', () => {
  it("are Helm's defaults, when nothing says otherwise", () => {
    expect(Cluster.fromObjects([]).config).toEqual(DEFAULT_CONFIG);
  });

  it('come from the linkerd-config ConfigMap of the input', () => {
    const values = `
identityTrustDomain: corp.example
clusterNetworks: "10.0.0.0/8, 172.16.0.0/12"
proxy:
  defaultInboundPolicy: deny
  opaquePorts: "25,3306"
proxyInit:
  ignoreInboundPorts: "4567"
  ignoreOutboundPorts: 9999
  skipSubnets: 10.9.0.0/16
policyController:
  probeNetworks: [192.168.0.0/16]
`;
    expect(installed(values).config).toEqual({
      linkerdNamespace: 'linkerd',
      trustDomain: 'corp.example',
      clusterNetworks: ['10.0.0.0/8', '172.16.0.0/12'],
      defaultInboundPolicy: 'deny',
      probeNetworks: ['192.168.0.0/16'],
      opaquePorts: '25,3306',
      skipInboundPorts: '4567',
      skipOutboundPorts: '9999',
      skipSubnets: '10.9.0.0/16',
      vizNamespace: 'linkerd-viz',
    });
  });

  it("are not what a linkerd-config outside the control plane's namespace says, and a remark says so (0.2)", () => {
    const cluster = installed('proxy: { defaultInboundPolicy: deny }', 'shop');
    expect(cluster.config).toEqual(DEFAULT_CONFIG);
    expect(cluster.configRemarks.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "ConfigMap shop/linkerd-config is ignored: Linkerd's control plane is in namespace linkerd, and only its settings count",
      ]
    `);
  });

  it("come from the namespace that is said to be the control plane's, whatever the order of objects", () => {
    const config = (namespace: string, policy: string): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config', namespace },
      data: { values: `proxy: { defaultInboundPolicy: ${policy} }` },
    });
    const both = [config('linkerd', 'audit'), config('mesh', 'deny')];
    const policyOf = (objects: object[], linkerdNamespace?: string): string =>
      Cluster.fromObjects(
        fromObjects(objects).objects,
        linkerdNamespace === undefined ? {} : { linkerdNamespace },
      ).config.defaultInboundPolicy;
    for (const objects of [both, [...both].reverse()]) {
      expect(policyOf(objects)).toBe('audit');
      expect(policyOf(objects, 'mesh')).toBe('deny');
      expect(policyOf(objects, 'elsewhere')).toBe('all-unauthenticated');
    }
  });

  it('that contradict what the caller says are remarked upon', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config', namespace: 'linkerd' },
      data: { values: '{ identityTrustDomain: corp, clusterNetworks: 10.0.0.0/8 }' },
    };
    const { configRemarks } = Cluster.fromObjects(fromObjects([config]).objects, {
      trustDomain: 'given',
      clusterNetworks: ['10.0.0.0/8'],
    });
    expect(configRemarks.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "trustDomain "given", from an option or namespace-jail.yaml, is used instead of "corp", which linkerd-config says",
      ]
    `);
  });

  it('take the cluster domain where no trust domain is set (0.2)', () => {
    expect(installed('identityTrustDomain: ""\nclusterDomain: k8s.corp').config.trustDomain).toBe('k8s.corp');
  });

  it('without networks for probes let none through', () => {
    expect(installed('policyController: { probeNetworks: [] }').config.probeNetworks).toEqual([]);
  });

  it('stay at their defaults where the ConfigMap says nothing that Linkerd would take', () => {
    const values =
      'clusterNetworks: nonsense\nproxy: { defaultInboundPolicy: all }\npolicyController: { probeNetworks: [x] }';
    expect(installed(values).config).toEqual(DEFAULT_CONFIG);
    expect(installed('a: [').config).toEqual(DEFAULT_CONFIG);
    expect(installed('[1, 2]').config).toEqual(DEFAULT_CONFIG);
  });

  it('are what the caller says, before everything else', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config', namespace: 'linkerd' },
      data: { values: 'identityTrustDomain: corp' },
    };
    const cluster = Cluster.fromObjects(fromObjects([config]).objects, { trustDomain: 'given' });
    expect(cluster.config.trustDomain).toBe('given');
  });

  it.each([
    ['identityTrustDomain: 7', { trustDomain: 'cluster.local' }],
    ['{ identityTrustDomain: 7, clusterDomain: k8s.corp }', { trustDomain: 'k8s.corp' }],
    ['policyController: { probeNetworks: [7] }', { probeNetworks: DEFAULT_CONFIG.probeNetworks }],
    ['clusterNetworks: 10', { clusterNetworks: DEFAULT_CONFIG.clusterNetworks }],
  ])('do not come from a value of the wrong type, as in %s', (values, expected) => {
    expect(installed(values).config).toMatchObject(expected);
  });

  it.each([
    ['a ConfigMap of another name', 'v1', 'ConfigMap', 'other'],
    ['a Secret', 'v1', 'Secret', 'linkerd-config'],
    ['a ConfigMap of another API group', 'example.com/v1', 'ConfigMap', 'linkerd-config'],
  ])('do not come from %s', (_, apiVersion, kind, name) => {
    const object = {
      apiVersion,
      kind,
      metadata: { name, namespace: 'linkerd' },
      data: { values: 'clusterDomain: corp' },
    };
    expect(Cluster.fromObjects(fromObjects([object]).objects).config).toEqual(DEFAULT_CONFIG);
  });

  it("come from a ConfigMap without namespace only where such objects are in the control plane's", () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config' },
      data: { values: 'clusterDomain: corp' },
    };
    const { objects } = fromObjects([config]);
    expect(Cluster.fromObjects(objects).config).toEqual(DEFAULT_CONFIG);
    expect(Cluster.fromObjects(objects, { namespace: 'linkerd' }).config.trustDomain).toBe('corp');
  });
});

describe('a linkerd-config leaves in doubt what the cluster does', () => {
  const doubt = (values: string): string | undefined => {
    const [source] = installed(values).objects;
    const found = source === undefined ? undefined : doubtOfConfig(source);
    return found && `${found.cause}: ${found.because}`;
  };

  it.each(['', '"text"', '[1]', '{ a: 1', '!!js/function "x"'])(
    'where its values are no fields: %j',
    (values) => {
      expect(doubt(values)).toBe(
        "unread: its values cannot be read, so the settings are taken to be Helm's defaults",
      );
    },
  );

  it('where it gives every proxy variables that may change who gets in', () => {
    const both =
      'proxy: { additionalEnv: [{ name: RUST_LOG, value: x }, { name: LINKERD2_PROXY_POLICY_SVC_ADDR }], ' +
      'experimentalEnv: [{ name: OWN }] }';
    expect(doubt(both)).toBe(
      'proxy-replaced: it gives every proxy LINKERD2_PROXY_POLICY_SVC_ADDR and OWN, ' +
        'so policy may be enforced otherwise than its other settings say',
    );
  });

  it('not where they only write logs', () => {
    expect(doubt('proxy: { additionalEnv: [{ name: LINKERD2_PROXY_LOG, value: x }] }')).toBeUndefined();
    expect(doubt('{}')).toBeUndefined();
  });
});
