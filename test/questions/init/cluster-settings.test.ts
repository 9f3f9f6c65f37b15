import { parseConfig } from '../../../lib/input/config-file';
import {
  clusterSettings,
  settingsText,
  type FoundSetting,
} from '../../../lib/questions/init/cluster-settings';
import { clusterOf } from '../../helpers/manifests';

const NODE_1 = `
apiVersion: v1
kind: Node
metadata: { name: n1 }
spec: { podCIDR: 10.42.0.0/24, podCIDRs: [10.42.0.0/24, 'fd00:42::/64'] }
status: { addresses: [{ type: InternalIP, address: 192.168.10.12 }, { type: InternalIP, address: 'fd00::12' }, { type: Hostname, address: n1 }] }
---
`;
const NODE_2 = `
apiVersion: v1
kind: Node
metadata: { name: n2 }
spec: { podCIDR: 10.42.1.0/24, podCIDRs: [10.42.1.0/24] }
status: { addresses: [{ type: InternalIP, address: 192.168.10.11 }] }
---
`;

function linkerdConfig(values: string): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data:
  values: '${values}'
---
`;
}

const INSTALLED = linkerdConfig(
  '{ clusterNetworks: "10.0.0.0/8,fd00::/8", identityTrustDomain: corp.example, proxy: { defaultInboundPolicy: all-authenticated, opaquePorts: "25,3306" }, policyController: { probeNetworks: ["::/0"] } }',
);

function found(text: string, given: readonly FoundSetting[] = []): FoundSetting[] {
  return clusterSettings(clusterOf(text), given);
}

it('has what the manifests show of the cluster, and where from', () => {
  expect(settingsText(found(NODE_1 + NODE_2 + INSTALLED))).toMatchInlineSnapshot(`
    "# What namespace-jail init found out about the cluster. Every namespace-jail command in this folder and below it reads
    # it, so that a pipeline without the cluster has it too; an option overrides what is written here.

    # From spec.podCIDRs of 2 Nodes
    podNetworks: [10.42.0.0/23, fd00:42::/64]

    # From addresses of 2 Nodes
    nodeNetworks: [192.168.10.11/32, 192.168.10.12/32, fd00::12/128]

    # From ConfigMap linkerd/linkerd-config (manifests.yaml:16)
    trustDomain: corp.example
    clusterNetworks: [10.0.0.0/8, fd00::/8]
    defaultInboundPolicy: all-authenticated
    probeNetworks: ['::/0']
    opaquePorts: 25,3306
    "
  `);
});

it('is the same whatever the order of the manifests', () => {
  const networks = (text: string): unknown => found(text).map(({ key, value }) => [key, value]);
  expect(networks(INSTALLED + NODE_2 + NODE_1)).toEqual(networks(NODE_1 + NODE_2 + INSTALLED));
});

it('has nothing where the manifests show nothing', () => {
  expect(found(linkerdConfig('{}'))).toEqual([]);
  expect(found('apiVersion: v1\nkind: Node\nmetadata: { name: node }\nspec: { podCIDR: here }\n')).toEqual(
    [],
  );
  expect(found(linkerdConfig('{ clusterDomain: Not_A_Domain }'))).toEqual([]);
});

it('has what was given before what was found', () => {
  const given = [{ key: 'trustDomain', value: 'other.example', because: '--trust-domain' }];
  expect(found(NODE_2 + INSTALLED, given).filter(({ key }) => key === 'trustDomain')).toEqual(given);
});

it('says long lists line by line, and hostile names of files stay in their comment', () => {
  const networks = Array.from({ length: 9 }, (_, i) => `10.${i}.100.0/24`);
  const because = 'a.yaml\nages: index\u2028';
  const text = settingsText([{ key: 'podNetworks', value: networks, because }]);
  expect(text).toContain('# From a.yaml ages: index \npodNetworks:\n  - 10.0.100.0/24\n  - 10.1.100.0/24\n');
  expect(parseConfig(text, 'namespace-jail.yaml')).toEqual({ podNetworks: networks });
});

it('is read as it was written', () => {
  const settings = found(NODE_1 + NODE_2 + INSTALLED);
  expect(parseConfig(settingsText(settings), 'namespace-jail.yaml')).toEqual(
    Object.fromEntries(settings.map(({ key, value }) => [key, value])),
  );
});
