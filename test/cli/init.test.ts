import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectGolden } from '../helpers/golden';
import { builtCommand, run, runProcess } from '../helpers/command';
import { FIXTURES, ROOT, SHARED } from '../helpers/paths';

const SHOP = join(FIXTURES, 'init', 'shop.yaml');
const folders: string[] = [];

/** An empty folder with the manifests of the shop in it. */
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'init-'));
  folders.push(made);
  cpSync(SHOP, join(made, 'shop.yaml'));
  return made;
}

afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })));

/** Every file below a folder with its text. */
function contents(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((file) => [file.slice(path.length + 1), readFileSync(file, 'utf8')]));
}

describe('namespace-jail init', () => {
  it('writes the settings of the cluster beside the app, where other commands find them', async () => {
    const cwd = folder();
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: { name: node }\nspec: { podCIDR: 10.42.0.0/24 }\nstatus: { addresses: [{ type: InternalIP, address: 192.168.10.11 }] }\n';
    writeFileSync(join(cwd, 'node.yaml'), node);
    writeFileSync(
      join(cwd, 'namespace-jail.yaml'),
      'ages: index\nnamespaces: { shop: { workloads: elsewhere } }\n',
    );
    const { err } = await run(['init', 'shop.yaml', 'node.yaml', '--trust-domain', 'corp.example'], { cwd });
    expect(err).toBe('note: settings are read from namespace-jail.yaml\n');
    expect(readFileSync(join(cwd, 'jail/namespace-jail.yaml'), 'utf8')).toMatchInlineSnapshot(`
      "# What namespace-jail init found out about the cluster. Every namespace-jail command in this folder and below it reads
      # it, so that a pipeline without the cluster has it too; an option overrides what is written here.

      # From --trust-domain
      trustDomain: corp.example

      # From namespace-jail.yaml
      ages: index
      namespaces: {shop: {workloads: elsewhere}}

      # From spec.podCIDRs of 1 Node
      podNetworks: [10.42.0.0/24]

      # From addresses of 1 Node
      nodeNetworks: [192.168.10.11/32]
      "
    `);
    expect(readFileSync(join(cwd, 'jail/README.md'), 'utf8')).toContain(
      '`namespace-jail.yaml` has the settings',
    );
    const { err: said } = await run(['authz', '../shop.yaml', '--verbose'], { cwd: join(cwd, 'jail') });
    expect(said).toContain('note: settings are read from namespace-jail.yaml\n');
  });

  it('writes an app and says what it found and what comes next', async () => {
    const cwd = folder();
    const { status, out, err } = await run(['init', 'shop.yaml', '--package', '^0.1.0'], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expectGolden('init/shop.txt', out);
    const written = contents(join(cwd, 'jail'));
    expect(Object.keys(written)).toEqual([
      '.gitignore',
      '.namespace-jail/init.json',
      'README.md',
      'cdk8s.yaml',
      'jails/ingress-nginx.ts',
      'jails/legacy.ts',
      'jails/monitoring.ts',
      'jails/orders.ts',
      'jails/payments.ts',
      'jails/shop.ts',
      'main.ts',
      'package.json',
      'settings.ts',
      'tsconfig.json',
    ]);
    expectGolden(
      'init/shop-app.txt',
      Object.entries(written)
        .filter(([path]) => path !== '.namespace-jail/init.json')
        .map(([path, text]) => `--- ${path}\n${text}`)
        .join('\n'),
    );
  });

  it('says the same as JSON', async () => {
    const { status, out } = await run(['init', 'shop.yaml', '--package', '^0.1.0', '-o', 'json'], {
      cwd: folder(),
    });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'namespace-jail/v1',
      kind: 'InitReport',
      state: 'written',
    });
    expectGolden('init/shop.json', out);
  });

  it('writes nothing new the second time', async () => {
    const cwd = folder();
    await run(['init', 'shop.yaml'], { cwd });
    const first = contents(join(cwd, 'jail'));
    const { status, out } = await run(['init', 'shop.yaml'], { cwd });
    expect(status).toBe(0);
    expect(out).toContain('byte for byte');
    await run(['init', 'shop.yaml', '--force'], { cwd });
    expect(contents(join(cwd, 'jail'))).toEqual(first);
  });

  it('leaves a folder alone that has other files in it', async () => {
    const cwd = folder();
    await run(['init', 'shop.yaml'], { cwd });
    writeFileSync(join(cwd, 'jail', 'main.ts'), '// mine\n');
    const { status, err } = await run(['init', 'shop.yaml'], { cwd });
    expect({ status, err }).toMatchInlineSnapshot(`
      {
        "err": "error: jail is not empty: it has different text in main.ts; pass another folder with --out, preview the files with --dry-run, see what a new run would change with --update jail, or replace them with --force (your edits to them are lost)
      ",
        "status": 2,
      }
    `);
    expect(readFileSync(join(cwd, 'jail', 'main.ts'), 'utf8')).toBe('// mine\n');
    mkdirSync(join(cwd, 'other'));
    writeFileSync(join(cwd, 'other', 'mine.txt'), 'x');
    expect(await run(['init', 'shop.yaml', '--out', 'other'], { cwd })).toMatchObject({
      status: 2,
      err: expect.stringContaining('other is not empty: it has other files in it'),
    });
    expect(await run(['init', 'shop.yaml', '--out', 'other', '--force'], { cwd })).toMatchObject({
      status: 0,
    });
    expect(readFileSync(join(cwd, 'other', 'mine.txt'), 'utf8')).toBe('x');
  });

  it('writes nothing with --dry-run', async () => {
    const cwd = folder();
    const { out } = await run(['init', 'shop.yaml', '--dry-run'], { cwd });
    expect(out).toContain('export function jailShop(chart: Chart): void {\n  // ');
    expect(existsSync(join(cwd, 'jail'))).toBe(false);
  });

  it('does not write where it reads', async () => {
    const cwd = folder();
    const { status, err } = await run(['init', '.'], { cwd });
    expect({ status, err }).toMatchInlineSnapshot(`
      {
        "err": "error: --out jail is inside ., which is read as input: the app would be read as manifests next time; write to a folder elsewhere, or read a folder that holds only the manifests
      ",
        "status": 2,
      }
    `);
    expect(await run(['init', '.', '--out', '../elsewhere', '--dry-run'], { cwd })).toMatchObject({
      status: 0,
    });
  });

  it('fills in what people know', async () => {
    const argv = ['init', 'shop.yaml', '--dry-run', '--inject', '--node-networks', '10.1.0.0/24,10.2.0.0/24'];
    const more = [
      '--api-server-networks',
      '172.16.0.1',
      '--prometheus',
      'obs/prom',
      '--ingress',
      'edge/gateway',
    ];
    const { out } = await run([...argv, ...more], { cwd: folder() });
    expect(out).toContain(
      "export const NODES = [Client.network('10.1.0.0/24'), Client.network('10.2.0.0/24')];",
    );
    expect(out).toContain("export const API_SERVER = [Client.network('172.16.0.1')];");
    expect(out).toContain("clients: [Client.serviceAccount('obs', 'prom')]");
    expect(out).toContain("clients: [Client.serviceAccount('edge', 'gateway')]");
    expect(out).not.toContain('192.0.2.0');
  });

  it.each([
    [['--node-networks', '10.0.0'], 'Not a network: "10.0.0"'],
    [['--prometheus', 'prometheus'], 'Use NAMESPACE/SERVICEACCOUNT'],
    [['--out', 'shop.yaml'], '--out shop.yaml is a file; pass a folder'],
  ])('refuses %j', async (more, message) => {
    const { status, err } = await run(['init', 'shop.yaml', ...more], { cwd: folder() });
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) });
  });

  it('says why there is nothing to jail', async () => {
    const stdin =
      '{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: kube-system }, spec: { containers: [] } }';
    expect(await run(['init', '-'], { cwd: folder(), stdin })).toEqual({
      status: 2,
      out: '',
      err: 'error: no namespace in these manifests can get a jail:\n  kube-system: it belongs to Kubernetes\n',
    });
  });

  if (!existsSync(SHARED)) console.warn(`${SHARED} is not there: init is not tried on Emojivoto itself`);
  const formats = existsSync(SHARED) ? ['txt', 'json'] : [];
  if (formats.length > 0)
    it.each(formats)('on Emojivoto itself, as %s', async (format) => {
      const argv = [
        'init',
        '../shared/manifests/emojivoto.yml',
        '--dry-run',
        '--inject',
        '--package',
        '^0.1.0',
      ];
      const { status, out } = await run([...argv, '-o', format === 'txt' ? 'text' : 'json'], { cwd: ROOT });
      expect(status).toBe(0);
      expectGolden(`init/shared-emojivoto.${format}`, out);
    });
});

describe('the built command', () => {
  beforeAll(() => void builtCommand(), 120_000);

  it.each([
    [0, ['init', 'shop.yaml']],
    [0, ['init', 'shop.yaml', '--dry-run', '-o', 'json']],
    [2, ['init']],
    [2, ['init', 'nowhere.yaml']],
    [2, ['init', '.']],
  ])('exits with %d from %j', (status, argv) => {
    const result = runProcess(argv, { cwd: folder() });
    expect(result.status).toBe(status);
    expect(status === 2 ? result.out : result.err).toBe('');
    expect(result.err).not.toMatch(/\n +at /);
  });
});
