import { accessMap, matrix } from '../../../lib/questions/map/access-map';
import { MAP_FORMATS } from '../../../lib/report/map';
import { cellText } from '../../../lib/report/map/sentences';
import { DEFAULT_CONFIG } from '../../../lib/linkerd/config';
import { NOTHING_READ } from '../../helpers/coverage';
import { clusterOf, manifest, server } from '../../helpers/manifests';

const PLAIN = { domain: DEFAULT_CONFIG, color: false, coverage: NOTHING_READ };

const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny }
---
`;

function deployment(name: string, ports = '{ name: http, containerPort: 8080 }'): string {
  const template = `{ metadata: { labels: { app: ${name} } }, spec: { serviceAccountName: ${name}, containers: [{ name: c, image: x, ports: [${ports}] }] } }`;
  return manifest(
    'apps/v1',
    'Deployment',
    name,
    `{ selector: { matchLabels: { app: ${name} } }, template: ${template} }`,
  );
}

/** An AuthorizationPolicy on Server `http` that admits what these authentications of its name say together. */
function admits(name: string, { identities, networks }: { identities?: string; networks?: string }): string {
  const reference = (kind: string): string => `{ group: policy.linkerd.io, kind: ${kind}, name: ${name} }`;
  const authentication = (kind: string, field: string, list: string): string =>
    manifest('policy.linkerd.io/v1alpha1', kind, name, `{ ${field}: [${list}] }`);
  const references = [
    ...(identities === undefined ? [] : [reference('MeshTLSAuthentication')]),
    ...(networks === undefined ? [] : [reference('NetworkAuthentication')]),
  ];
  return [
    manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      name,
      `{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [${references.join(', ')}] }`,
    ),
    identities === undefined ? '' : authentication('MeshTLSAuthentication', 'identities', identities),
    networks === undefined ? '' : authentication('NetworkAuthentication', 'networks', networks),
  ].join('');
}

const JAIL =
  NAMESPACE + deployment('web') + server('http', '{ podSelector: {}, port: http, proxyProtocol: HTTP/1 }');

/** The rows of the matrix. */
function rows(policy: string, base = JAIL): Record<string, string> {
  const map = accessMap(clusterOf(base + policy, { complete: true }));
  const cells = matrix(map);
  return Object.fromEntries(
    map.classes.map(({ label }, index) => [label, (cells[index] ?? []).map(cellText).join(' ')]),
  );
}

const HOME = 'serviceaccount.identity.linkerd.cluster.local';
const NOBODY = {
  'namespace shop': '-',
  'any other namespace (meshed)': '-',
  'unmeshed in the cluster': '-',
  'outside the cluster': '-',
};

describe('a client that a policy names has a row, though no file has it:', () => {
  it('a ServiceAccount; the rest of its namespace is among all others', () => {
    const { 'any other namespace (meshed)': _, ...others } = NOBODY;
    expect(rows(admits('a', { identities: `prometheus.monitoring.${HOME}` }))).toEqual({
      ...others,
      'monitoring/prometheus': 'all',
      'any other ServiceAccount (meshed)': '-',
    });
  });

  it('a ServiceAccount of a namespace with workloads', () => {
    expect(rows(admits('a', { identities: `job.shop.${HOME}` }))).toEqual({
      'shop/job': 'all',
      'shop/web, other ServiceAccounts of shop': '-',
      'any other namespace (meshed)': '-',
      'unmeshed in the cluster': '-',
      'outside the cluster': '-',
    });
  });

  it('a namespace', () => {
    expect(rows(admits('a', { identities: `"*.monitoring.${HOME}"` }))).toEqual({
      ...NOBODY,
      'namespace monitoring': 'all',
    });
  });

  it('a namespace of which a ServiceAccount gets further than the others', () => {
    const more = server('admin', '{ podSelector: {}, port: linkerd-admin }');
    const policy = admits('b', { identities: `root.monitoring.${HOME}` }).replace(
      'Server, name: http',
      'Server, name: admin',
    );
    const found = rows(admits('a', { identities: `"*.monitoring.${HOME}"` }) + more + policy);
    expect(found).toMatchObject({ 'monitoring/root': 'all', 'other ServiceAccounts of monitoring': 'all' });
  });

  it('a foreign trust domain, and what is named within it', () => {
    expect(rows(admits('a', { identities: '"*.corp.example"' }))).toEqual({
      ...NOBODY,
      '*.corp.example': 'all',
    });
    const both =
      admits('a', { identities: '"*.corp.example"' }) + admits('b', { identities: 'ci.corp.example' });
    expect(rows(both)).toEqual({ ...NOBODY, 'ci.corp.example, other *.corp.example': 'all' });
  });

  it('a SPIFFE id', () => {
    expect(rows(admits('a', { identities: 'spiffe://corp.example/vm' }))).toEqual({
      ...NOBODY,
      'spiffe://corp.example/vm': 'all',
    });
  });

  it('TLS clients that show no identity', () => {
    const policy = manifest(
      'policy.linkerd.io/v1beta1',
      'ServerAuthorization',
      'tls',
      '{ server: { name: http }, client: { networks: [{ cidr: 0.0.0.0/0 }, { cidr: "::/0" }], meshTLS: { unauthenticatedTLS: true } } }',
    );
    expect(rows(policy)).toMatchObject({
      'TLS clients without an identity': 'all',
      'unmeshed in the cluster': '-',
      'namespace shop': 'all',
    });
  });

  it('but not a name that no client can have: certificates are in lower case', () => {
    const policy = manifest(
      'policy.linkerd.io/v1alpha1',
      'AuthorizationPolicy',
      'a',
      '{ targetRef: { group: policy.linkerd.io, kind: Server, name: http }, requiredAuthenticationRefs: [{ kind: ServiceAccount, name: Web }] }',
    );
    expect(rows(policy)).toEqual(NOBODY);
  });
});

describe('a network by which a policy tells clients is a row of its own, and no condition on all others:', () => {
  it('one address of a node', () => {
    expect(rows(admits('a', { networks: '{ cidr: 192.168.10.11/32 }' }))).toEqual({
      ...NOBODY,
      'network 192.168.10.11/32': 'all',
    });
  });

  it('several networks of one authentication; a network without a part of it', () => {
    const label = (networks: string): string | undefined =>
      Object.keys(rows(admits('a', { networks }))).find((row) => row.startsWith('network'));
    expect(label('{ cidr: 10.9.0.0/16 }, { cidr: 203.0.113.7/32 }')).toBe(
      'network 10.9.0.0/16 and 203.0.113.7/32',
    );
    expect(label('{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }')).toBe(
      'network 10.0.0.0/8 except 10.1.0.0/16',
    );
  });

  it('clients with any identity from there', () => {
    expect(rows(admits('a', { identities: '"*"', networks: '{ cidr: 10.9.0.0/16 }' }))).toEqual({
      ...NOBODY,
      'meshed in network 10.9.0.0/16': 'all',
    });
  });

  it('skip-subnets', () => {
    const skipping = JAIL.replace(
      'default-inbound-policy: deny',
      'default-inbound-policy: deny, config.linkerd.io/skip-subnets: 192.168.7.0/24',
    );
    expect(rows('', skipping)).toEqual({
      ...Object.fromEntries(Object.keys(NOBODY).map((label) => [label, '-'])),
      'network 192.168.7.0/24': 'all+',
    });
  });

  it('in audit mode as well: the others are in for its sake alone', () => {
    const audit = JAIL.replace('proxyProtocol: HTTP/1', 'proxyProtocol: HTTP/1, accessPolicy: audit');
    expect(rows(admits('a', { networks: '{ cidr: 10.9.0.0/16 }' }), audit)).toMatchObject({
      'namespace shop': 'all audit',
      'network 10.9.0.0/16': 'all',
    });
  });

  it('not so a network of all IPv4 addresses, or the whole cluster: it says where everybody comes from', () => {
    expect(rows(admits('a', { networks: '{ cidr: 0.0.0.0/0 }' }))).toMatchObject({
      'unmeshed in the cluster': 'all',
      'outside the cluster': 'all',
    });
    const cluster = DEFAULT_CONFIG.clusterNetworks.map((cidr) => `{ cidr: "${cidr}" }`).join(', ');
    expect(rows(admits('a', { networks: cluster }))).toEqual({
      'namespace shop': 'all',
      'any other namespace (meshed)': 'all',
      'unmeshed in the cluster': 'all',
      'outside the cluster': '-',
    });
  });

  it('nor one that an identity must come from: that is a condition on the identity', () => {
    const policy = admits('a', { identities: `web.shop.${HOME}`, networks: '{ cidr: 10.9.0.0/16 }' });
    const map = accessMap(clusterOf(JAIL + policy));
    const web = map.classes.findIndex(({ label }) => label === 'shop/web');
    expect(map.groups.map(({ reach }) => reach[web])).toContain('depends');
    expect(map.classes.map(({ kind }) => kind)).not.toContain('network');
  });
});

describe('the matrix counts ports on which an application is known to listen', () => {
  const numeric = server('web', '{ podSelector: {}, port: 3000 }');
  const others = ['api', 'cart', 'queue'].map((name) => deployment(name)).join('');

  it('a Server of all pods for a number counts where a pod declares it', () => {
    const base = NAMESPACE + deployment('web', '{ containerPort: 3000 }') + others + numeric;
    const map = accessMap(clusterOf(base));
    expect(matrix(map)[0]?.[0]?.total).toBe(4);
  });

  it('where no pod declares it, all of them may listen', () => {
    const map = accessMap(clusterOf(NAMESPACE + others + numeric));
    expect(matrix(map)[0]?.[0]?.total).toBe(6);
  });
});

it('every format has the rows', () => {
  const map = accessMap(
    clusterOf(
      JAIL +
        admits('a', { identities: '"*.corp.example"', networks: '{ cidr: 10.9.0.0/16 }' }) +
        admits('b', { networks: '{ cidr: 192.168.10.11/32 }' }),
    ),
  );
  for (const format of Object.values(MAP_FORMATS)) {
    const text = format({ map }, PLAIN);
    expect(text).toContain('corp.example');
    expect(text).toContain('network 192.168.10.11/32');
  }
});

it('one namespace can be mapped alone: its ports, and the clients that its policies name', () => {
  const bank = (JAIL + admits('a', { identities: '"*.corp.example"' })).replaceAll('shop', 'bank');
  const cluster = clusterOf(JAIL + admits('a', { identities: '"*.other.example"' }) + bank);
  const map = accessMap(cluster, ['bank']);
  expect(map.namespaces).toEqual(['bank']);
  expect(map.classes.map(({ label }) => label)).toEqual([
    'namespace bank',
    'namespace shop',
    '*.corp.example',
    'any other namespace (meshed)',
    'unmeshed in the cluster',
    'outside the cluster',
  ]);
});
