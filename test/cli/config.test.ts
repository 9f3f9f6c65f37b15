import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { replayWords } from '../../lib/cli/replay-arguments';
import { settingsOf } from '../../lib/cli/settings';
import { run as runIn, type Run } from '../helpers/command';

/** A port that is open to the mesh within the cluster's networks. */
const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: cluster-unauthenticated } }
spec: { containers: [{ name: web, image: x, ports: [{ containerPort: 8080 }] }] }
`;
const INSTALLED = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data: { values: 'clusterNetworks: 172.16.0.0/12' }
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  write('.git/HEAD', '');
  write('shop.yaml', SHOP);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function run(...argv: string[]): Promise<Run> {
  return runIn(argv, { cwd: folder });
}

/** Which networks count as the cluster's: whose clients get in. */
async function clusterNetworks(...more: string[]): Promise<string[]> {
  const networks = { 'an option': '192.168.0.1', 'the file': '203.0.113.1', linkerd: '172.16.0.1' };
  const admitted: string[] = [];
  for (const [whose, ip] of [...Object.entries(networks), ['defaults', '100.64.0.1'] as const]) {
    const { status } = await run('can', ip, 'shop/pod/web:8080', 'shop.yaml', ...more);
    if (status === 0) admitted.push(whose);
  }
  return admitted;
}

const FILE = 'clusterNetworks: [203.0.113.0/24]\n';

describe('a setting', () => {
  it('is an option, else that of the file, else that of linkerd-config, else the default', async () => {
    const option = ['--cluster-networks', '192.168.0.0/16'];
    expect(await clusterNetworks()).toContain('defaults');
    write('shop.yaml', SHOP + INSTALLED);
    expect(await clusterNetworks()).toEqual(['linkerd']);
    write('namespace-jail.yaml', FILE);
    expect(await clusterNetworks()).toEqual(['the file']);
    expect(await clusterNetworks(...option)).toEqual(['an option']);
    expect(await clusterNetworks('--no-config')).toEqual(['linkerd']);
  });

  it('of the file is named beside that of the cluster which it contradicts', async () => {
    write('shop.yaml', SHOP + INSTALLED);
    write('namespace-jail.yaml', FILE);
    const { err } = await run('can', '203.0.113.1', 'shop/pod/web:8080', 'shop.yaml');
    expect(err).toMatchInlineSnapshot(`
      "note: settings are read from namespace-jail.yaml
      note: shop.yaml:11: clusterNetworks ["203.0.113.0/24"], from an option or namespace-jail.yaml, is used instead of ["172.16.0.0/12"], which linkerd-config says; remove the setting to go by linkerd-config, or check that these are the manifests of the cluster you mean
      "
    `);
  });

  it('comes from another file with --config, which is named', async () => {
    write('namespace-jail.yaml', FILE);
    write('other/settings.yaml', 'clusterNetworks: [192.168.0.0/16]\n');
    const config = ['--config', 'other/settings.yaml'];
    expect(await clusterNetworks(...config)).toEqual(['an option']);
    const { err } = await run('authz', 'shop.yaml', ...config);
    expect(err).toBe('note: settings are read from other/settings.yaml\n');
  });

  it('comes with a note from a folder above', async () => {
    write('namespace-jail.yaml', FILE);
    write('team/shop.yaml', SHOP);
    const { err } = await runIn(['check', 'shop.yaml'], { cwd: join(folder, 'team') });
    expect(err).toBe('note: settings are read from ../namespace-jail.yaml\n');
  });

  it('that is wrong stops every command that reads manifests', async () => {
    write('namespace-jail.yaml', 'clusterNetwork: [10.0.0.0/8]\n');
    for (const verb of [['authz'], ['check'], ['break-in'], ['map'], ['rollout'], ['init']]) {
      const { status, out, err } = await run(...verb, 'shop.yaml');
      expect([status, out, err]).toEqual([
        2,
        '',
        'namespace-jail.yaml:1:1: unknown key "clusterNetwork"; did you mean "clusterNetworks"?\n',
      ]);
    }
  });

  it('of the file counts in suites, whose own options beat it', async () => {
    write('namespace-jail.yaml', FILE);
    const suite = (options: string): string =>
      `- id: a\n  ${options}manifests: [shop.yaml]\n  queries:\n  - { workload: shop/pod/web, port: 8080, client: { ip: 203.0.113.1, tls: none }, expect: allow }\n`;
    write('suite.yaml', suite(''));
    expect(await run('test', 'suite.yaml')).toEqual({
      status: 0,
      out: '1 passed, 0 failed\njudged 1 workload of 1 namespace; not judged: 0\n',
      err: 'note: settings are read from namespace-jail.yaml\n',
    });
    expect((await run('test', 'suite.yaml', '--no-config')).status).toBe(1);
    write('suite.yaml', suite('cluster: { networks: [10.0.0.0/8] }\n  '));
    expect((await run('test', 'suite.yaml')).status).toBe(1);
  });

  it('is named once, also where two inputs are read', async () => {
    write('namespace-jail.yaml', FILE);
    const { err } = await run('diff', 'shop.yaml', 'shop.yaml');
    expect(err).toBe('note: settings are read from namespace-jail.yaml\n');
  });
});

describe('settings for a whole project', () => {
  it('leave out files without a note where there are none', async () => {
    write('namespace-jail.yaml', 'exclude: [broken.yaml]\n');
    write('manifests/shop.yaml', SHOP);
    expect((await run('authz', 'manifests')).err).toBe('note: settings are read from namespace-jail.yaml\n');
    write('manifests/broken.yaml', 'apiVersion: v1\nkind: [');
    expect((await run('authz', 'manifests')).status).toBe(0);
    expect((await run('authz', 'manifests', '--exclude', 'other.yaml')).status).toBe(2);
  });

  it('name the manifests, for every verb that is given none', async () => {
    write('namespace-jail.yaml', 'inputs: [shop.yaml]\n');
    mkdirSync(join(folder, 'team'));
    for (const argv of [
      ['check'],
      ['map'],
      ['authz', '-n', 'shop'],
      ['can', '10.0.0.1', 'shop/pod/web:8080'],
    ]) {
      const { status, out } = await runIn(argv, { cwd: join(folder, 'team') });
      expect([status, out.trimEnd().split('\n').at(-1)]).toEqual([
        0,
        'judged 1 workload of 1 namespace; not judged: 0',
      ]);
    }
    write('other.yaml', SHOP.replaceAll('shop', 'other'));
    expect((await run('map', 'other.yaml')).out).not.toContain('shop');
  });

  it('say how severe a rule is here', async () => {
    write(
      'shop.yaml',
      SHOP.replace('linkerd.io/inject:', 'config.linkerd.io/skip-inbound-port: "1", linkerd.io/inject:'),
    );
    expect((await run('check', 'shop.yaml')).status).toBe(1);
    write('namespace-jail.yaml', 'severities: { annotation-unknown: warning }\n');
    const { status, out } = await run('check', 'shop.yaml');
    expect([status, out]).toEqual([0, expect.stringMatching(/warning .*annotation-unknown/)]);
    expect((await run('check', 'shop.yaml', '--no-config')).status).toBe(1);
  });

  it('are never taken for a manifest', async () => {
    write('namespace-jail.yaml', 'ages: index\n');
    expect((await run('map', '.')).out).toContain('judged 1 workload');
    const { status, err } = await run('map', 'namespace-jail.yaml');
    expect(status).toBe(2);
    expect(err).toContain('namespace-jail.yaml:1: these are settings of namespace-jail, not a manifest');
  });

  it('accept findings of check', async () => {
    write(
      'shop.yaml',
      SHOP.replace('linkerd.io/inject:', 'config.linkerd.io/skip-inbound-port: "1", linkerd.io/inject:'),
    );
    write(
      'policy/accepted.yaml',
      '- { rule: annotation-unknown, object: pod/shop/web, reason: of another tool }\n',
    );
    expect((await run('check', 'shop.yaml')).out).toContain('annotation-unknown');
    write('namespace-jail.yaml', 'suppressions: [policy/accepted.yaml]\n');
    expect((await run('check', 'shop.yaml')).out).toContain('1 suppressed\n');
  });
});

describe('what settles an unknown', () => {
  const RIVALS = ['a', 'b']
    .map(
      (name) => `---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, port: 8080, accessPolicy: ${name === 'a' ? 'all-unauthenticated' : 'deny'} }
`,
    )
    .join('');
  const DANGLING = `---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: friends, namespace: shop }
spec:
  targetRef: { kind: Namespace, name: shop }
  requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: NetworkAuthentication, name: elsewhere }]
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, port: 8080 }
`;

  /** The verdict of can. */
  async function verdict(...more: string[]): Promise<string> {
    const { out } = await run('can', '10.1.2.3', 'shop/pod/web:8080', 'shop.yaml', ...more);
    return out.split(':')[0] ?? '';
  }

  it('is an option or a setting about ages', async () => {
    write('shop.yaml', SHOP + RIVALS);
    expect([await verdict(), await verdict('--ages', 'index')]).toEqual(['depends', 'allow']);
    write('namespace-jail.yaml', 'ages: index\n');
    expect([await verdict(), await verdict('--ages', 'unknown')]).toEqual(['allow', 'depends']);
  });

  it('is an option or a setting about what is complete', async () => {
    write('shop.yaml', SHOP + DANGLING);
    expect([await verdict(), await verdict('--complete')]).toEqual(['depends', 'deny']);
    write('namespace-jail.yaml', 'complete: [{ kinds: [NetworkAuthentication], namespaces: [shop] }]\n');
    expect([await verdict(), await verdict('--no-config')]).toEqual(['deny', 'depends']);
  });

  it('is a network of pods', async () => {
    const caller = SHOP.slice(SHOP.indexOf('---')).replaceAll('web', 'caller');
    const only = `---
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: elsewhere, namespace: shop }
spec: { networks: [{ cidr: 10.1.0.0/16 }] }
`;
    write('shop.yaml', `${SHOP}${DANGLING}${only}${caller}`);
    const from = async (...more: string[]): Promise<string> => {
      const { out } = await run('can', 'shop/pod/caller', 'shop/pod/web:8080', 'shop.yaml', ...more);
      return out.split(':')[0] ?? '';
    };
    expect([await from(), await from('--pod-networks', '10.1.0.0/17')]).toEqual(['depends', 'allow']);
    write('namespace-jail.yaml', 'podNetworks: [10.2.0.0/16]\n');
    expect(await from()).toBe('deny');
  });
});

it('the options that settle what manifests do not say reach the engine', () => {
  write(
    'namespace-jail.yaml',
    `complete: [{ kinds: [Server] }]\nnamespaces: { shop: { workloads: elsewhere }, other: {} }\nages: index\n`,
  );
  expect(settingsOf({}, { cwd: folder }).cluster).toEqual({
    ages: 'index',
    complete: [{ kinds: ['Server'] }],
    workloadsElsewhere: ['shop'],
  });
  const options = { ages: 'unknown', complete: true, podNetworks: ['10.42.0.0/16'] } as const;
  expect(settingsOf(options, { cwd: folder }).cluster).toEqual({
    ages: 'unknown',
    complete: true,
    podNetworks: ['10.42.0.0/16'],
    workloadsElsewhere: ['shop'],
  });
});

it('rollout prints its last command with the options that it had itself', async () => {
  write('shop.yaml', SHOP.replace('cluster-unauthenticated', 'deny'));
  const { out } = await run('rollout', 'shop.yaml', '--trust-domain', 'corp.example', '--no-config');
  expect(out).toContain(
    'namespace-jail break-in shop.yaml --trust-domain corp.example --no-config -n shop\n',
  );
});

it('a command line that a report prints has the options of its own', () => {
  const options = {
    podNetworks: ['10.42.0.0/16', 'fd00::/8'],
    nodeNetworks: ['192.168.0.1/32'],
    ages: 'index',
    complete: true,
    config: 'settings.yaml',
  } as const;
  expect(replayWords(['shop.yaml'], options).join(' ')).toBe(
    'shop.yaml --pod-networks 10.42.0.0/16,fd00::/8 --node-networks 192.168.0.1/32 --ages index --complete --config settings.yaml',
  );
  expect(replayWords(['shop.yaml'], { config: false }).join(' ')).toBe('shop.yaml --no-config');
});
