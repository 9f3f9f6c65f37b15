import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../lib/rules';
import { ROOT } from '../helpers/paths';
import { run } from '../helpers/command';

describe('lint', () => {
  it('is check, and says so', async () => {
    const [lint, check] = [await run(['lint', 'dump.yaml']), await run(['check', 'dump.yaml'])];
    expect(lint).toEqual({ ...check, err: `note: lint runs namespace-jail check\n${check.err}` });
  });

  it('has the options of check', async () => {
    const { status } = await run(['lint', 'dump.yaml', '--fail-on', 'warning']);
    expect(status).toBe(1);
  });
});

describe('explain', () => {
  it.each(RULES.map(({ id }) => id))('%s is its page', async (id) => {
    const { status, out, err } = await run(['explain', id]);
    expect([status, out]).toEqual([0, readFileSync(join(ROOT, 'docs', 'rules', `${id}.md`), 'utf8')]);
    expect(err).toBe(`note: this is the page of a rule of namespace-jail check --rule ${id}\n`);
  });

  it('takes the former id of a rule', async () => {
    expect((await run(['explain', 'reader-note'])).out).toMatch(/^# input-note\n/);
  });

  it('has a guess about a word that is none', async () => {
    expect(await run(['explain', 'udp-prt'])).toEqual({
      status: 2,
      out: '',
      err: 'error: there is no rule "udp-prt"; did you mean "udp-port"?\nrun namespace-jail check --list-rules to see all rules\n',
    });
  });

  it('finds the pages in the package', () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['docs', 'CHANGELOG.md']));
  });
});

describe('who-can', () => {
  it('is authz for one port, and says so', async () => {
    const who = await run(['who-can', 'shop/web:80', 'dump.yaml']);
    expect(who.err).toContain('note: who-can runs namespace-jail authz for one port\n');
  });

  it.each(['shop/web:80', 'web.shop:80', 'shop/deploy/web:http'])('takes %s', async (to) => {
    const who = await run(['who-can', to, 'dump.yaml', '-o', 'json']);
    const authz = await run([
      'authz',
      'deploy/web',
      '-n',
      'shop',
      '--port',
      'http',
      'dump.yaml',
      '-o',
      'json',
    ]);
    const rows = ({ out }: { out: string }): unknown[] =>
      (JSON.parse(out) as { workloads: { workload: string; rows?: unknown }[] }).workloads.filter(
        ({ workload }) => workload === 'shop/deployment/web',
      );
    expect(who.status).toBe(0);
    expect(rows(who)).toEqual(rows(authz));
    expect(rows(who)).toHaveLength(1);
  });

  it('shows nothing of other ports', async () => {
    const all = await run(['authz', 'deploy/web', '-n', 'shop', 'dump.yaml']);
    const one = await run(['who-can', 'deploy/web:http', '-n', 'shop', 'dump.yaml']);
    expect(all.out).toContain('default:deny');
    expect(one.out).toContain('http');
    expect(one.out).not.toContain('default:deny');
  });

  it('lists the ports if none is named', async () => {
    const { status, err } = await run(['who-can', 'shop/deploy/web', 'dump.yaml']);
    expect(status).toBe(2);
    expect(err).toMatch(/error: which port of shop\/deployment\/web\? add one of 8080 \(http\), /);
  });
});

describe('authz --port', () => {
  it('knows the names of ports', async () => {
    const { status, err } = await run(['authz', 'deploy/web', '-n', 'shop', '--port', 'htp', 'dump.yaml']);
    expect(status).toBe(2);
    expect(err).toMatch(/^error: shop\/deployment\/web has no port named "htp"; its named ports are http/);
  });
});
