import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, type Run } from '../helpers/command';

const folders: string[] = [];
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true, force: true })));

const namespace = (name: string, annotations = 'linkerd.io/inject: enabled'): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, annotations: { ${annotations} } }
---`;
const deployment = (name: string, ports: string, where = 'shop'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${where} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: main, image: x, ports: [${ports}] }] }
---`;
const WEB = deployment('web', '{ name: http, containerPort: 8080 }');
const API = deployment('api', '{ name: grpc, containerPort: 9090 }, { name: legacy, containerPort: 7000 }');
const SHOP = namespace('shop') + WEB + API;
const REVIEWS = deployment('reviews', '{ name: grpc-reviews, containerPort: 9555 }');

/** An app that `init` wrote, and what people and time have done since. */
class App {
  public readonly cwd = mkdtempSync(join(tmpdir(), 'update-'));

  public constructor() {
    folders.push(this.cwd);
  }

  public static async of(manifests: string, ...more: readonly string[]): Promise<App> {
    const app = new App();
    app.manifests(manifests);
    const { status, err } = await run(['init', 'shop.yaml', ...more], { cwd: app.cwd });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return app;
  }

  public manifests(text: string): this {
    writeFileSync(join(this.cwd, 'shop.yaml'), text);
    return this;
  }

  public edit(path: string, from: string, to: string): this {
    const text = this.text(path);
    expect(text).toContain(from);
    writeFileSync(join(this.cwd, 'jail', path), text.replace(from, to));
    return this;
  }

  public text(path: string): string {
    return readFileSync(join(this.cwd, 'jail', path), 'utf8');
  }

  public has(path: string): boolean {
    return existsSync(join(this.cwd, 'jail', path));
  }

  public async update(...more: readonly string[]): Promise<Run> {
    return run(['init', '--update', 'jail', 'shop.yaml', ...more], { cwd: this.cwd });
  }

  /** Applies the patch of an update with a program, and updates again. */
  public async applied(program: string, ...args: readonly string[]): Promise<Run> {
    const { out } = await this.update();
    expect(out).not.toBe('');
    execFileSync(program, args, { cwd: this.cwd, input: out, stdio: ['pipe', 'pipe', 'inherit'] });
    return this.update();
  }
}

/** Of a patch, what it does to the code. */
function codeOf(patch: string): string {
  return patch
    .split(/^(?=--- )/m)
    .filter((part) => /^\+\+\+ .*(\.ts|null)\t?$/m.test(part))
    .join('');
}

const IN_STEP = {
  status: 0,
  out: '',
  err: expect.stringContaining('note: jail: a new run changes nothing') as string,
};

describe('init --update', () => {
  it('has nothing to say where nothing has changed, whatever people edited', async () => {
    const app = await App.of(SHOP);
    expect(await app.update()).toEqual(IN_STEP);
    app.edit('main.ts', "mode: 'audit',", "mode: 'deny',").edit('README.md', '# Namespace jails', '# Ours');
    expect(await app.update()).toEqual(IN_STEP);
    rmSync(join(app.cwd, 'jail/tsconfig.json'));
    expect(await app.update()).toEqual(IN_STEP);
  });

  it('adds the Deployment of last week, and keeps a protocol that was corrected', async () => {
    const app = await App.of(SHOP);
    app
      .edit(
        'main.ts',
        "port: 'legacy', protocol: ProxyProtocol.UNKNOWN",
        "port: 'legacy', protocol: ProxyProtocol.HTTP_1",
      )
      .manifests(SHOP + REVIEWS);
    const { status, out, err } = await app.update();
    expect(status).toBe(0);
    expect(err).toMatchInlineSnapshot(`
      "judged 3 workloads of 1 namespace; not judged: 0
      note: jail: a new run changes README.md, main.ts and .namespace-jail/init.json; to take it over: --write, or pipe it into git apply or patch -p1
      "
    `);
    expect(codeOf(out)).toMatchInlineSnapshot(`
      "--- a/jail/main.ts
      +++ b/jail/main.ts
      @@ -1,7 +1,7 @@
       import { App, Chart } from 'cdk8s';
       import { Client, NamespaceJail, ProxyProtocol } from 'cdk8s-namespace-jail';
       
      -/** The jail of namespace shop: 2 workloads. */
      +/** The jail of namespace shop: 3 workloads. */
       function jailShop(chart: Chart): void {
         new NamespaceJail(chart, 'jail', {
           namespace: 'shop',
      @@ -13,6 +13,11 @@
             // GUESS: port 9090 (grpc) of deployment/api: no Service leads to it; it is open because the main
             // container declares it (gRPC)
             { port: 'grpc', protocol: ProxyProtocol.GRPC },
      +      // deployment/reviews: gRPC from the name grpc-reviews of its container port; declared by the main
      +      // container
      +      // GUESS: port 9555 (grpc-reviews) of deployment/reviews: no Service leads to it; it is open because the
      +      // main container declares it (gRPC)
      +      { port: 'grpc-reviews', protocol: ProxyProtocol.GRPC },
             // deployment/web: HTTP/1 from the name http of its container port; declared by the main container
             // GUESS: port 8080 (http) of deployment/web: no Service leads to it; it is open because the main
             // container declares it (HTTP/1)
      "
    `);
  });

  it.each([
    ['git', ['apply']],
    ['patch', ['-p1', '--quiet']],
  ])('prints what %s takes, and is in step afterwards', async (program, args) => {
    const app = await App.of(SHOP);
    app
      .edit('main.ts', "mode: 'audit',", "mode: 'deny',")
      .manifests(SHOP.replace(', { name: legacy, containerPort: 7000 }', '') + REVIEWS);
    expect(await app.applied(program, ...args)).toEqual(IN_STEP);
    expect(app.text('main.ts')).toContain("port: 'grpc-reviews'");
    expect(app.text('main.ts')).toContain("mode: 'deny',");
    expect(app.text('main.ts')).not.toContain('legacy');
  });

  it('writes with --write what it prints, and says the same again only then', async () => {
    const app = await App.of(SHOP);
    app.manifests(SHOP + REVIEWS);
    const printed = await app.update();
    expect((await app.update()).out).toBe(printed.out);
    const { out, err } = await app.update('--write');
    expect(out).toBe(printed.out);
    expect(err).toContain('written; read it with git diff');
    expect(await app.update()).toEqual(IN_STEP);
    const fresh = await App.of(SHOP + REVIEWS);
    expect(app.text('main.ts')).toBe(fresh.text('main.ts'));
    expect(app.text('.namespace-jail/init.json')).toBe(fresh.text('.namespace-jail/init.json'));
  });

  it('drops a port that is gone', async () => {
    const app = await App.of(SHOP);
    app.manifests(SHOP.replace(', { name: legacy, containerPort: 7000 }', ''));
    const removed = codeOf((await app.update()).out).match(/^-(?!--).*/gm);
    expect(removed).toContain("-      { port: 'legacy', protocol: ProxyProtocol.UNKNOWN },");
  });

  it('tells a conflict with both sides, every time, until it is settled', async () => {
    const app = await App.of(SHOP);
    app
      .edit(
        'main.ts',
        "port: 'grpc', protocol: ProxyProtocol.GRPC",
        "port: 'grpc', protocol: ProxyProtocol.TLS",
      )
      .manifests(SHOP.replace('name: grpc,', 'name: http2-api,'));
    const { status, err } = await app.update('--write');
    expect(status).toBe(1);
    expect(err).toMatchInlineSnapshot(`
      "judged 2 workloads of 1 namespace; not judged: 0
      jail/main.ts:12: conflict: you and the new run changed the same lines; the file is left alone
        init wrote:
                // deployment/api: gRPC from the name grpc of its container port; declared by the main container
                // GUESS: port 9090 (grpc) of deployment/api: no Service leads to it; it is open because the main
                // container declares it (gRPC)
                { port: 'grpc', protocol: ProxyProtocol.GRPC },
        you have:
                // deployment/api: gRPC from the name grpc of its container port; declared by the main container
                // GUESS: port 9090 (grpc) of deployment/api: no Service leads to it; it is open because the main
                // container declares it (gRPC)
                { port: 'grpc', protocol: ProxyProtocol.TLS },
        a new run writes:
          (nothing)
      1 conflict: write there what the new run writes and run this again, or with --settle to keep what you have and take the rest of the file over
      note: jail: nothing else changes
      "
    `);
    expect(app.text('main.ts')).toContain("port: 'grpc', protocol: ProxyProtocol.TLS");
    expect(app.text('main.ts')).not.toMatch(/<<<<|>>>>/);
    expect(await app.update()).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringContaining('1 conflict:'),
    });
    expect(await app.update('--settle', '--write')).toMatchObject({ status: 0 });
    expect(await app.update()).toEqual(IN_STEP);
    expect(app.text('main.ts')).toContain("port: 'grpc', protocol: ProxyProtocol.TLS");
  });

  it('gives a new namespace a file, and the first jail too, with its edits', async () => {
    const app = await App.of(SHOP);
    app
      .edit('main.ts', "mode: 'audit',", "mode: 'deny',")
      .manifests(SHOP + namespace('pay') + deployment('ledger', '{ name: http, containerPort: 80 }', 'pay'));
    expect(await app.applied('git', 'apply')).toEqual(IN_STEP);
    expect(app.text('jails/shop.ts')).toContain("mode: 'deny',");
    expect(app.text('main.ts')).toContain("jailPay(new Chart(app, 'pay'));");
    // And back: the file of the other namespace goes, and the first one stays where it is
    app.manifests(SHOP);
    expect(await app.applied('git', 'apply')).toEqual(IN_STEP);
    expect(app.has('jails/pay.ts')).toBe(false);
    expect(app.text('jails/shop.ts')).toContain("mode: 'deny',");
  });

  it('moves no jail whose file has edits that cannot move along', async () => {
    const app = await App.of(SHOP);
    app
      .edit('main.ts', 'app.synth();', 'console.log(app);\napp.synth();')
      .manifests(SHOP + namespace('pay') + deployment('ledger', '{ name: http, containerPort: 80 }', 'pay'));
    const { status, out, err } = await app.update();
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('jail/main.ts: conflict: there are several jails now, each in a file of its own');
  });

  it.each([
    ['that people edited', 'dropped', 'the new run drops this file, and you edited it; it stays'],
    ['that people dropped', 'changed', 'you dropped this file, and the new run changes it; it stays dropped'],
  ])('leaves a file %s to them', async (_, how, message) => {
    const ledger = namespace('pay') + deployment('ledger', '{ name: http, containerPort: 80 }', 'pay');
    const app = await App.of(SHOP + ledger);
    if (how === 'dropped') app.edit('jails/pay.ts', "mode: 'audit',", "mode: 'deny',").manifests(SHOP);
    else {
      rmSync(join(app.cwd, 'jail/jails/pay.ts'));
      app.manifests(SHOP + ledger.replace('name: http,', 'name: grpc,'));
    }
    const { status, err } = await app.update('--write');
    expect(status).toBe(1);
    expect(err).toContain(`jail/jails/pay.ts: conflict: ${message}`);
    expect(app.has('jails/pay.ts')).toBe(how === 'dropped');
  });

  it('sees the manifests without the jail that was applied meanwhile', async () => {
    const app = await App.of(namespace('shop', '') + WEB + API, '--inject');
    const server = (name: string): string => `
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, port: ${name}, proxyProtocol: HTTP/1, accessPolicy: deny }
---`;
    const closed = namespace(
      'shop',
      'linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny',
    );
    app.manifests(closed + WEB + API + server('http'));
    expect(await app.update()).toMatchObject({
      status: 2,
      err: expect.stringMatching(
        /jail\/manifests is not there, so that Server shop\/http \(shop.yaml:\d+\) cannot be told from those of the app itself/,
      ),
    });
    execFileSync('mkdir', ['jail/manifests'], { cwd: app.cwd });
    writeFileSync(join(app.cwd, 'jail/manifests/shop.k8s.yaml'), server('http'));
    expect(await app.update()).toEqual(IN_STEP);
    app.manifests(closed + WEB + API + server('http') + server('legacy'));
    expect(codeOf((await app.update()).out)).toContain(
      '+      // - port 7000 (legacy) of deployment/api: Server legacy in the manifests already owns it',
    );
  });

  it('remembers the options of the first run; one that is given replaces its own', async () => {
    const app = await App.of(namespace('shop', '') + WEB, '--inject', '--package', '^0.1.0');
    expect(await app.update()).toEqual(IN_STEP);
    const { out } = await app.update('--package', '^0.2.0', '--write');
    expect(out).toContain('+    "cdk8s-namespace-jail": "^0.2.0"');
    expect(out).toContain('+  "^0.2.0"');
    expect(await app.update()).toEqual(IN_STEP);
  });

  it('is about the namespace of the first run, unless others or all are asked for', async () => {
    const ledger = namespace('pay') + deployment('ledger', '{ name: http, containerPort: 80 }', 'pay');
    const app = await App.of(SHOP + ledger, '-n', 'shop');
    expect(await app.update()).toEqual(IN_STEP);
    expect(codeOf((await app.update('-A')).out)).toContain('+++ b/jail/jails/pay.ts');
  });

  it('keeps tabs, other line ends and a missing last one as they are', async () => {
    const app = await App.of(SHOP);
    app.edit('main.ts', '    ports: [\n', '\tports: [\n').manifests(SHOP + REVIEWS);
    const text = app.text('main.ts').trimEnd().replaceAll('\n', '\r\n');
    writeFileSync(join(app.cwd, 'jail/main.ts'), text);
    expect(await app.applied('git', 'apply')).toMatchObject({ status: 0, out: '' });
    expect(app.text('main.ts')).toMatch(/\r\n\tports: \[\r\n/);
    expect(app.text('main.ts')).not.toMatch(/[^\r]\n|\n$/);
  });

  it('prints no patch that would not apply', async () => {
    const app = await App.of(SHOP);
    const [line, hidden] = ['ProxyProtocol.GRPC },\n', 'ProxyProtocol.GRPC }, // \u202e\n'];
    app.edit('main.ts', line, hidden).manifests(SHOP + REVIEWS);
    const { status, out, err } = await app.update();
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^jail\/main.ts:\d+: a patch cannot show this line: it has hidden characters/m);
    expect(await app.update('--write')).toMatchObject({ status: 0 });
    expect(app.text('main.ts')).toContain(hidden);
    expect(await app.update()).toEqual(IN_STEP);
  });

  it('names paths from the folder of the app where that is not below', async () => {
    const app = await App.of(SHOP);
    app.manifests(SHOP + REVIEWS);
    const cwd = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    folders.push(cwd);
    const jail = join(app.cwd, 'jail');
    const { out, err } = await run(['init', '--update', jail, join(app.cwd, 'shop.yaml')], { cwd });
    expect(err).toContain(`note: apply the patch in ${jail}: its paths start there`);
    execFileSync('git', ['apply'], { cwd: jail, input: out });
    expect(app.text('main.ts')).toContain("port: 'grpc-reviews'");
  });

  it('says what to do with an app that has nothing to compare with', async () => {
    const app = await App.of(SHOP);
    rmSync(join(app.cwd, 'jail/.namespace-jail'), { recursive: true });
    const { status, err } = await app.update();
    expect({ status, err }).toMatchInlineSnapshot(`
      {
        "err": "error: jail has no .namespace-jail/init.json, where init keeps what it wrote, so that edits cannot be told from it.
      If nobody has edited the app: run init with the manifests and options of that time once more; it adds the file.
      If somebody has: write a new app beside it (init --out jail-new), synthesize both, and compare the ports that they
      declare (namespace-jail diff jail/manifests jail-new/manifests). Take over what you want, and copy
      jail-new/.namespace-jail/init.json to jail/.namespace-jail/init.json: from then on, --update keeps your edits.
      ",
        "status": 2,
      }
    `);
    expect(await run(['init', 'shop.yaml'], { cwd: app.cwd })).toMatchObject({ status: 0 });
    expect(await app.update()).toEqual(IN_STEP);
  });

  it.each([
    ['{', 'this is not JSON any more'],
    ['[]', 'this lacks options, namespaces or files'],
    [
      '{ "options": [], "namespaces": {}, "files": { "../shop.yaml": ["x"] } }',
      'files has ../shop.yaml, which is not a path',
    ],
    ['{ "options": ["--nonsense"], "namespaces": {}, "files": {} }', "unknown option '--nonsense'"],
  ])('refuses %s as what to compare with', async (text, message) => {
    const app = await App.of(SHOP);
    writeFileSync(join(app.cwd, 'jail/.namespace-jail/init.json'), text);
    const { status, out, err } = await app.update('--write');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^jail\/\.namespace-jail\/init\.json: /);
    expect(err).toContain(message);
    expect(app.text('../shop.yaml')).toBe(SHOP);
  });

  it.each([
    [['--update', 'nowhere', 'shop.yaml'], '--update nowhere is not a folder'],
    [['--update', 'jail', 'shop.yaml', '-o', 'json'], '--update prints a patch, not json'],
    [
      ['--update', 'jail', 'shop.yaml', '--force'],
      "option '--update <folder>' cannot be used with option '--force'",
    ],
    [['--update', 'jail', '.'], 'is inside ., which is read as input'],
    [['shop.yaml', '--write'], '--write goes with --update FOLDER'],
    [['shop.yaml', '--settle'], '--settle goes with --update FOLDER'],
  ])('refuses %j', async (argv, message) => {
    const { cwd } = await App.of(SHOP);
    const { status, err } = await run(['init', ...argv], { cwd });
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) });
  });
});
