import { Cluster } from '../../lib/cluster/cluster';
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
policyController:
  probeNetworks: [192.168.0.0/16]
`;
    expect(installed(values, 'mesh').config).toEqual({
      linkerdNamespace: 'mesh',
      trustDomain: 'corp.example',
      clusterNetworks: ['10.0.0.0/8', '172.16.0.0/12'],
      defaultInboundPolicy: 'deny',
      probeNetworks: ['192.168.0.0/16'],
      opaquePorts: '25,3306',
      skipInboundPorts: '4567',
      skipOutboundPorts: '9999',
      vizNamespace: 'linkerd-viz',
    });
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
      metadata: { name, namespace: 'mesh' },
      data: { values: 'clusterDomain: corp' },
    };
    expect(Cluster.fromObjects(fromObjects([object]).objects).config).toEqual(DEFAULT_CONFIG);
  });

  it('keep the namespace of the control plane, where the ConfigMap names none', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'linkerd-config' },
      data: { values: 'clusterDomain: corp' },
    };
    const cluster = Cluster.fromObjects(fromObjects([config]).objects);
    expect(cluster.config).toEqual({ ...DEFAULT_CONFIG, trustDomain: 'corp' });
  });
});
