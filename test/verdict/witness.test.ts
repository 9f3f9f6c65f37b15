import { exampleIdentities } from '../../lib/verdict/witness';
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
