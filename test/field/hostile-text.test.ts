import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../helpers/command';

const INPUTS = join(__dirname, 'inputs', 'break');
const said = async (input: string): Promise<string[]> => {
  const { out, status } = await run(['break-in', '.'], {
    cwd: join(INPUTS, input),
    isTty: true,
    env: { FORCE_COLOR: '1' },
  });
  expect(status).toBeLessThan(2);
  return out.replace(/\u001b\[(?:1|2[24]?|3[1269]|4)m/g, '').split('\n');
};

it('an escape sequence in a name conceals nothing', async () => {
  const lines = await said('27-terminal-escape-hides-ways-in');
  expect(lines.join('\n')).not.toContain('\u001b');
  expect(lines.filter((line) => line.includes('[8m'))).toMatchInlineSnapshot(`
    [
      "    authorizationpolicy/aa (in.yaml:41): lets no outsider into any workload in these manifests (namespace-jail/exception: serviceaccount billing/x\\u001b[8m)",
    ]
  `);
  expect(lines.at(-3)).toMatch(/^[1-9] undeclared ways? in/);
});

it('a line break in a name writes no line of its own', async () => {
  const lines = await said('28-newline-fakes-output-lines');
  expect(lines.filter((line) => line.includes('ways in'))).toEqual([
    '0 undeclared ways in, 0 declared exceptions',
  ]);
  const { out, err } = await run(
    ['can', '--explain', 'billing/serviceaccount/web', 'shop/deployment/web:8080', '.'],
    {
      cwd: join(INPUTS, '28-newline-fakes-output-lines'),
    },
  );
  expect(`${out}${err}`.split('\n').filter((line) => line.includes('0 ways in'))).toMatchInlineSnapshot(`
    [
      "    not by   authorizationpolicy/zz (in.yaml:41): it does not admit identity web.billing.serviceaccount.identity.linkerd.cluster.local, only x\\n\\n0 ways in\\n.billing.serviceaccount.identity.linkerd.cluster.local",
    ]
  `);
  expect(`${out}${err}`.split('\n')).not.toContain('0 ways in');
});

it('a file that is no suite is not quoted: it may hold a secret', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'namespace-jail-'));
  writeFileSync(join(cwd, 'token'), 'hunter2\n');
  const { status, err } = await run(['test', 'token'], { cwd });
  rmSync(cwd, { recursive: true });
  expect(status).toBe(2);
  expect(err).toBe('token:1:1: what the file holds is not a list; write - ITEM, or [ITEM, …]\n');
});
