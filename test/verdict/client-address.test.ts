import { decodeNetworks } from '../../lib/cluster/field-decoders';
import { networksOf } from '../../lib/linkerd/network-match';
import { NetworkSet } from '../../lib/sets/network-set';
import { Whereabouts, whereaboutsOf, whereaboutsOfPeer } from '../../lib/verdict/client-address';
import { clusterOf, workloadOf } from '../helpers/manifests';

/** A network as policy writes it, or only its CIDR. */
type Written = string | { readonly cidr: string; readonly except: readonly string[] };

describe('how much of the cluster a list of networks covers, for clients of unknown address', () => {
  const place = Whereabouts.somewhereIn(NetworkSet.fromItems(networksOf(['10.0.0.0/8', '192.168.0.0/16'])));
  const covered = (...networks: Written[]): string => {
    const written = networks.map((one) => (typeof one === 'string' ? { cidr: one } : one));
    const within = place.within(decodeNetworks(written) ?? []);
    if (within.isEmpty) return 'none';
    return within.key === place.addresses.key ? 'all' : 'some';
  };

  it.each<['all' | 'some' | 'none', ...Written[]]>([
    ['all', '0.0.0.0/0'],
    ['all', '10.0.0.0/8', '192.168.0.0/16'],
    ['some', '10.0.0.0/8'],
    ['some', '10.1.0.0/16'],
    ['some', '10.1.2.3'],
    ['some', { cidr: '0.0.0.0/0', except: ['10.1.0.0/16'] }],
    ['some', { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }],
    ['none', { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.168.0.0/16'] }],
    ['all', { cidr: '0.0.0.0/0', except: ['172.16.0.0/12'] }],
    ['none', '203.0.113.0/24'],
    ['none', '::/0'],
  ])('%s, by %j %j', (expected, ...networks) => {
    expect(covered(...networks)).toBe(expected);
  });

  it('a client of which nothing is known may be anywhere', () => {
    expect(Whereabouts.somewhereIn(NetworkSet.NONE).addresses.isAll).toBe(true);
  });
});

describe('a client of the manifests is', () => {
  const NODE = `
apiVersion: v1
kind: Node
metadata: { name: n1 }
spec: { podCIDRs: [10.42.0.0/24] }
status: { addresses: [{ type: InternalIP, address: 192.168.10.11 }, { type: Hostname, address: n1 }] }
---`;
  const deployment = (spec = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { spec: { ${spec} containers: [{ name: web }] } } }`;
  const where = (text: string, options = {}): readonly string[] => {
    const cluster = clusterOf(text, options);
    return whereaboutsOf(cluster, workloadOf(cluster)).addresses.cidrs();
  };

  it("in the nodes' pod ranges", () => {
    expect(where(NODE + deployment())).toEqual(['10.42.0.0/24']);
  });

  it("in the cluster's networks, where a node's pod range is not known, but never at a node's address", () => {
    const options = { clusterNetworks: ['192.168.10.8/30'] };
    expect(where(deployment(), options)).toEqual(['192.168.10.8/30']);
    const bare = NODE.replace('podCIDRs: [10.42.0.0/24]', '');
    expect(where(bare + deployment(), options)).toEqual(['192.168.10.8/31', '192.168.10.10/32']);
  });

  it('in the networks that the options say', () => {
    const options = { podNetworks: ['10.0.0.0/30'], nodeNetworks: ['10.0.0.3/32'] };
    expect(where(NODE + deployment(), options)).toEqual(['10.0.0.0/31', '10.0.0.2/32']);
  });

  it("at a node's address, if it is on the host's network", () => {
    expect(where(NODE + deployment('hostNetwork: true,'))).toEqual(['192.168.10.11/32']);
    expect(where(deployment('hostNetwork: true,'), { clusterNetworks: ['10.0.0.0/8'] })).toEqual([
      '10.0.0.0/8',
    ]);
  });

  it('at its own address, if it is a pod that has one', () => {
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: shop }\n';
    expect(where(`${pod}status: { podIP: 10.42.0.7 }`)).toEqual(['10.42.0.7/32']);
    expect(
      where(`${pod}status: { podIP: 10.42.0.7, podIPs: [{ ip: 10.42.0.7 }, { ip: "fd00::7" }] }`),
    ).toEqual(['10.42.0.7/32', 'fd00::7/128']);
  });

  it('anywhere in the cluster, if it is only known by its identity', () => {
    const cluster = clusterOf(NODE);
    expect(whereaboutsOfPeer(cluster, { tls: 'mesh', identity: 'a.b' }).addresses.cidrs()).toEqual([
      '10.42.0.0/24',
    ]);
    const unmeshed = whereaboutsOfPeer(clusterOf(NODE, { clusterNetworks: ['10.42.0.0/16'] }), {
      tls: 'none',
    });
    expect(unmeshed.addresses.cidrs()).toEqual(['10.42.0.0/16', '192.168.10.11/32']);
  });
});
