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
});
