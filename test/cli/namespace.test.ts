import { Command } from 'commander';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALIASES } from '../../lib/cli/aliases';
import { VERBS } from '../../lib/cli/verbs';
import { ROOT } from '../helpers/paths';
import { run as runIn, type Run } from '../helpers/command';

const FIXTURES = join(ROOT, 'test', 'docs-fixtures');
const INPUT = ['shop.yaml', 'jail.yaml'];

/** Verbs that read no manifests. */
const OTHERS = ['kinds', 'completion', 'explain'];

/** A call of each of the others that succeeds, and of which a namespace may be asked for. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  can: ['deploy/web', 'deploy/api:8080', ...INPUT],
  init: ['shop.yaml', '--dry-run', '--inject'],
  check: INPUT,
  'break-in': INPUT,
  map: INPUT,
  diff: ['shop.yaml', 'jail.yaml'],
  rollout: INPUT,
  authz: INPUT,
  test: ['suite.yaml'],
  denied: [...INPUT, '--from', 'shop.log'],
  alerts: INPUT,
  lint: INPUT,
  'who-can': ['deploy/api:8080', ...INPUT],
};

/** Verbs that complete names by the namespace, so that there can be but one. */
const HOMES = ['can', 'denied', 'who-can'];

const VERBS_THAT_READ = [...VERBS, ...ALIASES].filter(({ name }) => !OTHERS.includes(name));

function run(verb: string, ...more: string[]): Promise<Run> {
  return runIn([verb, ...(CALLS[verb] ?? []), '--no-config', ...more], { cwd: FIXTURES });
}

it('every verb that reads manifests is tried', () => {
  expect(VERBS_THAT_READ.map(({ name }) => name).sort()).toEqual(Object.keys(CALLS).sort());
});

describe.each(VERBS_THAT_READ.map((verb) => [verb.name, verb] as const))('%s', (name, { load }) => {
  const command = new Command(name);
  beforeAll(() => load().register(command, {} as Parameters<ReturnType<typeof load>['register']>[1]));

  it('takes -n NAME and -A', () => {
    const flags = command.options.map((option) => option.flags);
    expect(flags).toEqual(expect.arrayContaining(['-n, --namespace <name>', '-A, --all-namespaces']));
  });

  it('answers about a namespace', async () => {
    const { status, out, err } = await run(name, '-n', 'shop');
    expect([status === 2, err.includes('error:')]).toEqual([false, false]);
    expect(out).not.toBe('');
  });

  it('fails if there is no such namespace, and guesses which was meant', async () => {
    const { status, out, err } = await run(name, '-n', 'shpo');
    expect(err).toMatch(/ no namespace shpo; .*shop.*; did you mean "shop"\?\n/);
    expect([status, out]).toEqual([2, '']);
  });

  it('takes -A, which is how it is anyway, and not both', async () => {
    const home = HOMES.includes(name) ? ['-n', 'shop'] : [];
    if (home.length === 0) expect(await run(name, '-A')).toEqual(await run(name));
    const both = await run(name, '-A', '-n', 'shop');
    expect(both.err).toContain(
      "option '-A, --all-namespaces' cannot be used with option '-n, --namespace <name>'",
    );
    expect(both.status).toBe(2);
  });

  if (HOMES.includes(name))
    it('takes one, since names are of one', async () => {
      const { status, err } = await run(name, '-n', 'shop', '-n', 'billing');
      expect(err).toContain('-n is given 2 times (shop, billing)');
      expect(status).toBe(2);
    });
  else
    it('takes several', async () => {
      // The suite has questions about shop alone; more of it below.
      const other = name === 'test' ? 'shop' : 'billing';
      const { out, status, err } = await run(name, '-n', other, '-n', 'shop');
      // The namespace billing has no policy.
      if (name === 'rollout') expect(err).toContain('billing is no jail');
      else expect([status === 2, out === '']).toEqual([false, false]);
    });
});

describe('what a namespace leaves out', () => {
  it('is the jails of others, for init', async () => {
    const { out } = await run('init', '-n', 'shop');
    const all = await run('init');
    expect(all.out).toContain('jailBilling(');
    expect(out).toContain('jailShop(');
    expect(out).not.toContain('jailBilling(');
    expect(out).toMatch(/^judged \d workloads? of 1 namespace;/m);
  });

  it('but not their workloads, which may be clients', async () => {
    const jail = (out: string): string | undefined =>
      /^ +namespace: 'shop',\n[^]*?^ {2}\}\);/m.exec(out)?.[0];
    const [one, all] = [await run('init', '-n', 'shop'), await run('init')];
    expect(jail(all.out)).toContain('ports');
    expect(jail(one.out)).toBe(jail(all.out));
  });

  it('is why init has nothing to write, if that namespace can have no jail', async () => {
    const linkerd = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: linkerd }\n';
    const { status, err } = await runIn(['init', '-', '-n', 'linkerd', '--no-config', '--dry-run'], {
      stdin: linkerd,
    });
    expect(err).toContain(
      'no namespace in these manifests can get a jail:\n  linkerd: it belongs to Linkerd',
    );
    expect(status).toBe(2);
  });

  it('is findings elsewhere, for check', async () => {
    const of = async (...names: string[]): Promise<string[]> => {
      const { out } = await run('check', '-o', 'json', ...names.flatMap((name) => ['-n', name]));
      const { findings } = JSON.parse(out) as { findings: { object?: { namespace?: string } }[] };
      return [...new Set(findings.map(({ object }) => object?.namespace ?? ''))];
    };
    const [shop, billing] = [await of('shop'), await of('billing')];
    expect((await of('shop', 'billing')).sort()).toEqual([...new Set([...shop, ...billing])].sort());
  });

  it('is workloads elsewhere, for authz', async () => {
    const { out } = await run('authz', '-n', 'billing', '-n', 'shop');
    expect(out).toContain('billing/deployment/invoices');
    const contradiction = await runIn(['authz', 'billing/deploy/invoices', ...INPUT, '-n', 'shop'], {
      cwd: FIXTURES,
    });
    expect(contradiction.err).toContain('--namespace shop contradicts the resource, which is in billing');
  });

  it('is questions about other workloads, for test', async () => {
    const query = (namespace: string): object => ({
      id: namespace,
      workload: `${namespace}/pod/x`,
      port: 80,
      client: { tls: 'none' },
      expect: 'deny',
    });
    const pod = (namespace: string): object => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', namespace },
      spec: { containers: [{ name: 'x', image: 'x', ports: [{ containerPort: 80 }] }] },
    });
    const names = ['a', 'b', 'c'];
    const cases = [
      ...names.map((name) => ({ id: `about-${name}`, manifests: [pod(name)], queries: [query(name)] })),
      { id: 'all', manifests: names.map(pod), queries: names.map(query) },
    ];
    const cwd = mkdtempSync(join(tmpdir(), 'suite-'));
    writeFileSync(join(cwd, 'suite.yaml'), JSON.stringify(cases));
    const asked = async (...argv: string[]): Promise<string[]> => {
      const { out } = await runIn(['test', 'suite.yaml', '-o', 'json', '--no-config', ...argv], { cwd });
      const { results } = JSON.parse(out) as { results: { case: string; query: string }[] };
      return results.map((one) => `${one.case} ${one.query}`);
    };
    expect(await asked('-n', 'b')).toEqual(['about-b b', 'all b']);
    expect(await asked('-n', 'c', '-n', 'b')).toEqual(['about-b b', 'about-c c', 'all b', 'all c']);
    expect(await asked('-A')).toHaveLength(6);
    rmSync(cwd, { recursive: true, force: true });
  });
});
