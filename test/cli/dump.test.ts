import { run } from '../helpers/command';

/** `test/fixtures/dump.yaml` has what only a cluster writes, and what looks like a template and is none. */
const DUMP = 'dump.yaml';

describe('a dump of a cluster is read by every verb', () => {
  it.each([
    [0, ['check']],
    [0, ['map']],
    [0, ['authz']],
    [0, ['rollout']],
    [0, ['init', '--dry-run']],
    [0, ['diff', DUMP]],
    [1, ['can', 'unmeshed', 'shop/web:80']],
  ])('exit %i of %s', async (expected, argv) => {
    const { status, err } = await run([...argv, DUMP]);
    expect(err).not.toMatch(/refused|holds a (?:Helm|placeholder)|not YAML/);
    expect(status).toBe(expected);
  });

  it('and nothing of it is a refused object', async () => {
    const { out } = await run(['check', '-o', 'json', DUMP]);
    expect(out).not.toContain('refused-by-admission');
  });

  it('its linkerd-config counts', async () => {
    const { out } = await run(['authz', '-n', 'shop', '-o', 'json', DUMP]);
    expect(out).toContain('"everyone from 0.0.0.0/0"'); // without it also from ::/0
  });
});
