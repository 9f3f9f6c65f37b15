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

describe('what Nodes say of the addresses of pods', () => {
  const node = (spec: string, name = 'n1', address = 'InternalIP, address: 192.168.10.11'): string => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
spec: ${spec}
status: { addresses: [{ type: ${address} }, { type: Hostname }] }
---`;
  const running = (ip: string, spec = ''): string => `
apiVersion: v1
kind: Pod
metadata: { name: other, namespace: shop }
spec: { ${spec} containers: [{ name: other }] }
status: { podIP: ${ip} }
---`;
  const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec: { template: { spec: { containers: [{ name: web }] } } }
`;
  const CLUSTER = { clusterNetworks: ['10.0.0.0/8'] };
  const where = (text: string): string => {
    const cluster = clusterOf(`${text}${DEPLOYMENT}`, CLUSTER);
    return whereaboutsOf(cluster, workloadOf(cluster)).addresses.cidrs().join(' ');
  };

  it('counts in either of its fields', () => {
    expect(where(node('{ podCIDR: 10.42.0.0/24 }'))).toBe('10.42.0.0/24');
    expect(where(node('{ podCIDR: 10.42.0.0/24, podCIDRs: [10.42.0.0/24, "fd00:1::/64"] }'))).toBe(
      '10.42.0.0/24 fd00:1::/64',
    );
  });

  it('counts only where each of them says it', () => {
    const both = node('{ podCIDR: 10.42.0.0/24 }') + node('{ podCIDR: 10.43.0.0/24 }', 'n2');
    expect(where(both)).toBe('10.42.0.0/24 10.43.0.0/24');
    expect(where(node('{ podCIDR: 10.42.0.0/24 }') + node('{}', 'n2'))).toBe('10.0.0.0/8');
  });

  it('does not count where a pod is elsewhere, which its network then does without', () => {
    const nodes = node('{ podCIDR: 10.42.0.0/24 }');
    expect(where(nodes + running('10.42.0.9'))).toBe('10.42.0.0/24');
    expect(where(nodes + running('10.99.0.9'))).toBe('10.0.0.0/8');
    expect(where(nodes + running('192.168.10.11'))).toBe('10.42.0.0/24');
    expect(where(nodes + running('10.99.0.9', 'hostNetwork: true,'))).toBe('10.42.0.0/24');
    expect(where(node('{ podCIDR: 172.30.0.0/24 }') + running('10.99.0.9'))).toBe('10.0.0.0/8 172.30.0.0/24');
  });

  it('has names among its addresses, which are none', () => {
    const cluster = clusterOf(node('{}', 'n1', 'Hostname, address: n1'), CLUSTER);
    expect(whereaboutsOfPeer(cluster, { tls: 'none' }).addresses.cidrs()).toEqual(['10.0.0.0/8']);
  });
});

describe('a client of which only the identity is known is', () => {
  const machine = (name: string, identity: string, ip: string): string => `
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: { name: ${name}, namespace: shop }
spec: { meshTLS: { identity: ${identity}, serverName: a.b }, workloadIPs: [{ ip: ${ip} }] }
---
`;
  const cluster = clusterOf(
    machine('vm', 'vm.example', '203.0.113.7') + machine('db', 'db.example', '203.0.113.8'),
    {
      clusterNetworks: ['10.0.0.0/8'],
    },
  );
  const where = (identity: string): string =>
    whereaboutsOfPeer(cluster, { tls: 'mesh', identity }).addresses.cidrs().join(' ');

  it('also at the machines outside the cluster that have it', () => {
    expect(where('vm.example')).toBe('10.0.0.0/8 203.0.113.7/32');
    expect(where('db.example')).toBe('10.0.0.0/8 203.0.113.8/32');
    expect(where('web.example')).toBe('10.0.0.0/8');
  });

  it('where it says it is', () => {
    expect(whereaboutsOfPeer(cluster, { tls: 'mesh', identity: 'vm.example', ip: '8.8.8.8' }).ip).toBe(
      '8.8.8.8',
    );
  });
});

describe('of its places, a client', () => {
  const here = Whereabouts.at('10.1.2.3');

  it('of one address is in a list of networks with it or not', () => {
    const within = (...networks: Written[]): boolean => {
      const written = networks.map((one) => (typeof one === 'string' ? { cidr: one } : one));
      return !here.within(decodeNetworks(written) ?? []).isEmpty;
    };
    expect(within('10.0.0.0/8')).toBe(true);
    expect(within('192.168.0.0/16', '10.1.2.3')).toBe(true);
    expect(within('192.168.0.0/16')).toBe(false);
    expect(within({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] })).toBe(false);
    expect(within({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }, '10.1.2.0/24')).toBe(true);
  });

  it('may be at those that are left', () => {
    const place = Whereabouts.somewhereIn(NetworkSet.fromItems(networksOf(['10.0.0.0/8'])));
    const left = place.outside(NetworkSet.fromItems(networksOf(['10.0.0.0/9'])));
    expect(left.addresses.cidrs()).toEqual(['10.128.0.0/9']);
  });

  it('is nowhere at what is no address', () => {
    const nowhere = Whereabouts.at('10.1.2');
    expect(nowhere.addresses.isEmpty).toBe(true);
    expect(nowhere.within(networksOf(['0.0.0.0/0'])).isEmpty).toBe(true);
    expect(nowhere.ip).toBe('10.1.2');
  });
});
