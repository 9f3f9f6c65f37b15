import type { Cluster } from '../../lib/cluster/cluster';
import { ClientIdentities, ClientSet } from '../../lib/sets/client-set';
import { NetworkSet } from '../../lib/sets/network-set';
import { distinctTraffic, isProbe, trafficName } from '../../lib/verdict/traffic-ref';
import { exampleClient, exampleIdentities, witnessIn, type Witness } from '../../lib/verdict/witness';
import { clusterOf } from '../helpers/manifests';

function workload(namespace: string, account: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${account}, namespace: ${namespace}, annotations: { linkerd.io/inject: enabled } }
spec: { serviceAccountName: ${account}, containers: [{ name: a, image: a }] }
---
`;
}

function machine(namespace: string, identity: string): string {
  return `
apiVersion: workload.linkerd.io/v1beta1
kind: ExternalWorkload
metadata: { name: vm, namespace: ${namespace} }
spec: { meshTLS: { identity: "${identity}", serverName: vm.example.com }, workloadIPs: [{ ip: 192.0.2.1 }] }
---
`;
}

const short = (identities: readonly string[]): string[] =>
  identities.map((identity) => identity.replace('.serviceaccount.identity.linkerd.cluster.local', ''));

describe('identities for examples of clients outside a namespace', () => {
  it('are those of others in the manifests, sorted, then their default accounts, then a stranger', () => {
    const cluster = clusterOf(workload('shop', 'web') + workload('bank', 'api') + workload('bank', 'a'));
    const outside = exampleIdentities([cluster]);
    expect(short(outside('shop'))).toEqual(['a.bank', 'api.bank', 'default.bank', 'default.elsewhere']);
    expect(short(outside('bank'))).toEqual(['web.shop', 'default.shop', 'default.elsewhere']);
  });

  it('leave out an identity only where nobody outside has it', () => {
    const shared = 'spiffe://example.com/vm';
    const cluster = clusterOf(
      machine('shop', shared) + machine('bank', shared) + machine('club', `${shared}2`),
    );
    const outside = exampleIdentities([cluster]);
    expect(outside('shop').filter((name) => name.startsWith('spiffe'))).toEqual([shared, `${shared}2`]);
    expect(outside('club').filter((name) => name.startsWith('spiffe'))).toEqual([shared]);
  });

  it('join those of several clusters', () => {
    const [old, now] = [workload('shop', 'web'), workload('bank', 'api')].map((text) => clusterOf(text));
    const found = short(exampleIdentities([old!, now!])('club'));
    expect(found.slice(0, 2)).toEqual(['api.bank', 'web.shop']);
  });
});

describe('a witness that is not a request', () => {
  const RAW: Witness = {
    client: { ip: '10.1.2.3', tls: 'none' },
    target: { namespace: 'shop', kind: 'pod', name: 'web', port: 8080 },
    traffic: { kind: 'connection' },
  };
  const server = (protocol: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: s, namespace: shop }
spec: { podSelector: {}, port: 8080, proxyProtocol: ${protocol} }
---
`;
  const port = (protocol: string): Cluster => clusterOf(workload('shop', 'web') + server(protocol));

  it('is one among others, where the port takes requests as well in any of the clusters', () => {
    expect(witnessIn([port('unknown')], RAW)).toEqual({ ...RAW, isAmongOthers: true });
    expect(witnessIn([port('opaque'), port('unknown')], RAW)).toEqual({ ...RAW, isAmongOthers: true });
  });

  it('stands alone, where the port takes nothing else, or is not there', () => {
    expect(witnessIn([port('opaque')], RAW)).toBe(RAW);
    expect(witnessIn([clusterOf('')], RAW)).toBe(RAW);
    expect(witnessIn([], RAW)).toBe(RAW);
  });

  it('a request is one by itself', () => {
    const request: Witness = { ...RAW, traffic: { kind: 'request', request: { path: '/' } } };
    expect(witnessIn([port('unknown')], request)).toBe(request);
  });
});

it('an example of a set is a client of its widest row, of an identity that tells most', () => {
  const mesh = ClientSet.of(ClientIdentities.ofTls('mesh'), NetworkSet.ALL);
  expect(exampleClient(mesh, ['web.shop.example'])).toEqual({
    ip: '10.1.2.3',
    tls: 'mesh',
    identity: 'web.shop.example',
  });
  expect(exampleClient(ClientSet.ALL, [])).toEqual({ ip: '10.1.2.3', tls: 'none' });
  expect(exampleClient(ClientSet.NONE, [])).toBeUndefined();
});

it('kinds of traffic have names, by which they are told apart', () => {
  const ref = { kind: 'object', source: clusterOf(machine('shop', 'a.b')).objects[0]! } as const;
  const all = [
    { kind: 'connection' },
    { kind: 'unmatched' },
    { kind: 'probe' },
    { kind: 'default' },
    ref,
  ] as const;
  const names = ['connection', 'unmatched', 'default/probe', 'default/default', 'externalworkload/vm'];
  expect(all.map(trafficName)).toEqual(names);
  expect(distinctTraffic([...all, ...all])).toEqual(all);
  expect(all.map(isProbe)).toEqual([false, false, true, false, false]);
});
