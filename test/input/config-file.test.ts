import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findConfig, parseConfig, readConfig } from '../../lib/input/config-file';
import { CONFIG_SCHEMA } from '../../lib/input/config-schema';
import { ROOT } from '../helpers/paths';
import { formatProblem, InputError } from '../../lib/basics/problem';

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'namespace-jail.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem);
    throw error;
  }
  return [];
}

const EVERYTHING = `
linkerdNamespace: mesh
vizNamespace: viz
trustDomain: corp.example
clusterNetworks: [10.0.0.0/8, 'fd00::/8']
podNetworks: [10.42.0.0/16]
nodeNetworks: [192.168.10.11/32]
probeNetworks: []
defaultInboundPolicy: deny
opaquePorts: '25,3306'
skipInboundPorts: ''
skipOutboundPorts: '4567'
skipSubnets: 192.168.0.0/16
defaultNamespace: shop
assumeAdmitted: true
ages: index
complete: [{ kinds: [MeshTLSAuthentication], namespaces: [shop] }]
inputs: [dist]
exclude: [charts/**]
namespaces: { shop: { workloads: elsewhere } }
suppressions: [accepted.yaml]
baseline: [baseline.yaml]
severities: { udp-port: info }
`;

describe('a file of settings', () => {
  it('has a key for everything that holds for a cluster', () => {
    expect(Object.keys(parseConfig(EVERYTHING, 'namespace-jail.yaml')).sort()).toEqual(
      Object.keys(CONFIG_SCHEMA.properties ?? {}).sort(),
    );
  });

  it.each(['', '# nothing yet\n', '{}', 'complete: true', 'complete: false', 'namespaces: { shop: {} }'])(
    'may be %j',
    (text) => expect(problemsOf(text)).toEqual([]),
  );

  it('is refused with every problem at once, each with its line', () => {
    const text = `
clusterNetwork: [10.0.0.0/8]
podNetworks: 10.0.0.0/8
nodeNetworks: [10.0.0.0/33, 7]
ages: indx
defaultInboundPolicy: open
complete: [{ kind: [x] }, { kinds: [A, MeshTlsAuthentication], namespaces: [Shop_] }]
trustDomain: Corp
opaquePorts: 25
namespaces: { Shop: { workload: elsewhere }, shop: { workloads: here }, x: 1 }
suppressions: accepted.yaml
exclude: ['']
severities: { udp-prt: info, udp-port: off, nonsense-nobody-knows: error }
`;
    expect(problemsOf(text).join('\n')).toMatchInlineSnapshot(`
      "namespace-jail.yaml:2:1: unknown key "clusterNetwork"; did you mean "clusterNetworks"?
      namespace-jail.yaml:3:1: podNetworks: "10.0.0.0/8" is not a list of networks; write a list of networks, such as [10.0.0.0/8]
      namespace-jail.yaml:4:16: nodeNetworks[0]: "10.0.0.0/33" is not a network; write a network, such as 10.0.0.0/8
      namespace-jail.yaml:4:29: nodeNetworks[1]: 7 is not a network; write a network, such as 10.0.0.0/8
      namespace-jail.yaml:5:1: ages: "indx" is not allowed here; did you mean "index"?
      namespace-jail.yaml:6:1: defaultInboundPolicy: "open" is not allowed here; write all-authenticated, all-unauthenticated, cluster-authenticated, cluster-unauthenticated, deny or audit
      namespace-jail.yaml:7:12: complete[0]: kinds is missing; write a mapping, such as { kinds: [MeshTLSAuthentication], namespaces: [shop] }
      namespace-jail.yaml:7:14: unknown key "kind"; did you mean "kinds"?
      namespace-jail.yaml:7:37: complete[1].kinds[0]: "A" is not allowed here; write Server, HTTPRoute, GRPCRoute, MeshTLSAuthentication or NetworkAuthentication
      namespace-jail.yaml:7:40: complete[1].kinds[1]: "MeshTlsAuthentication" is not allowed here; did you mean "MeshTLSAuthentication"?
      namespace-jail.yaml:7:77: complete[1].namespaces[0]: "Shop_" is not the name of a namespace; write the name of a namespace, such as linkerd
      namespace-jail.yaml:8:1: trustDomain: "Corp" is not a lowercase DNS name; write a lowercase DNS name, such as cluster.local
      namespace-jail.yaml:9:1: opaquePorts: 25 is not a list of ports in quotes; write a list of ports in quotes, such as "25,3306"
      namespace-jail.yaml:10:15: namespaces.Shop: "Shop" is not the name of a namespace; write the name of a namespace, such as linkerd
      namespace-jail.yaml:10:23: unknown key "workload"; did you mean "workloads"?
      namespace-jail.yaml:10:54: namespaces.shop.workloads: "here" is not allowed here; write elsewhere
      namespace-jail.yaml:10:73: namespaces.x: 1 is not a mapping; write a mapping, such as { workloads: elsewhere }
      namespace-jail.yaml:11:1: suppressions: "accepted.yaml" is not a list of files; write a list of files, such as [accepted.yaml]
      namespace-jail.yaml:12:11: exclude[0]: "" is not a pattern; write a pattern, such as charts/**
      namespace-jail.yaml:13:15: severities.udp-prt: "udp-prt" is not allowed here; did you mean "udp-port"?
      namespace-jail.yaml:13:30: severities.udp-port: "off" is not allowed here; write info, warning or error
      namespace-jail.yaml:13:45: severities.nonsense-nobody-knows: "nonsense-nobody-knows" is not allowed here; write the id of a rule, as namespace-jail check --list-rules lists them"
    `);
  });

  it.each([
    ['broken YAML', 'ages: [unknown'],
    ['a list', '- ages: unknown'],
    ['a key twice', 'ages: unknown\nages: index\n'],
    ['two documents', 'ages: unknown\n---\nages: index\n'],
  ])('is refused as %s', (_, text) => {
    expect(problemsOf(text).join('\n')).toMatchSnapshot();
  });
});

describe('docs/config.md', () => {
  const page = readFileSync(join(ROOT, 'docs/config.md'), 'utf8');

  it('shows a file that is read', () => {
    const [, example = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
    expect(Object.keys(parseConfig(example, 'namespace-jail.yaml'))).toContain('podNetworks');
  });

  it('shows what is said of a wrong one', () => {
    const wrong = 'clusterNetwork: [10.0.0.0/8]\nnodeNetworks: [192.168.10.0/33]\n';
    expect(page).toContain(`\`\`\`text\n${problemsOf(wrong).join('\n')}\n`);
  });

  it('explains each key, and no other', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const keys = rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)/g)].map(([, key]) => key),
    );
    expect(keys.sort()).toEqual(Object.keys(CONFIG_SCHEMA.properties ?? {}).sort());
  });
});

describe('the file of settings of a folder', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'config-'));
    for (const folder of ['repo/.git', 'repo/team/app']) mkdirSync(join(root, folder), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (path: string, text = ''): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const find = (): string | undefined => findConfig(join(root, 'repo/team/app'));

  it('is its own, or the nearest above', () => {
    write('repo/namespace-jail.yaml');
    expect(find()).toBe('../../namespace-jail.yaml');
    write('repo/team/namespace-jail.yaml');
    expect(find()).toBe('../namespace-jail.yaml');
    write('repo/team/app/namespace-jail.yaml');
    expect(find()).toBe('namespace-jail.yaml');
  });

  it('is not looked for outside the repository', () => {
    write('namespace-jail.yaml');
    expect(find()).toBeUndefined();
  });

  it('is looked for as far as the home folder', () => {
    write('namespace-jail.yaml');
    mkdirSync(join(root, 'home/notes/today'), { recursive: true });
    const from = (home?: string): string | undefined =>
      findConfig(join(root, 'home/notes/today'), home === undefined ? undefined : join(root, home));
    expect(from('home')).toBeUndefined();
    write('home/namespace-jail.yaml');
    expect(from('home')).toBe('../../namespace-jail.yaml');
    expect(from('home/notes')).toBeUndefined();
  });

  it('above neither a repository nor the home folder is its own alone', () => {
    mkdirSync(join(root, 'elsewhere/deep'), { recursive: true });
    write('elsewhere/namespace-jail.yaml');
    expect(findConfig(join(root, 'elsewhere/deep'), join(root, 'home'))).toBeUndefined();
    expect(findConfig(join(root, 'elsewhere'), join(root, 'home'))).toBe('namespace-jail.yaml');
  });

  it('names other files from where it is', () => {
    write(
      'repo/namespace-jail.yaml',
      'inputs: [dist, .]\nsuppressions: [policy/accepted.yaml]\nbaseline: [baseline.yaml]\n',
    );
    expect(readConfig('../../namespace-jail.yaml', join(root, 'repo/team/app'))).toEqual({
      file: '../../namespace-jail.yaml',
      inputs: ['../../dist', '../..'],
      suppressions: ['../../policy/accepted.yaml'],
      baseline: ['../../baseline.yaml'],
    });
  });
});
