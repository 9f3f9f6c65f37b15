import { run } from '../helpers/command';

/** `test/fixtures/dump.yaml` has what only a cluster writes, and what looks like a template and is none. */
const DUMP = 'dump.yaml';

describe('a dump of a cluster is read by every verb', () => {
  it.each([
    [0, ['break-in']],
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

  it.each([
    ['break-in'],
    ['check'],
    ['map'],
    ['authz'],
    ['rollout'],
    ['init', '--dry-run'],
    ['can', 'unmeshed', 'shop/web:80'],
  ])('and %s says what it judged of it', async (...argv) => {
    const { out } = await run([...argv, DUMP]);
    // Those show Linkerd's own namespaces as well.
    const line = ['map', 'authz'].includes(argv[0])
      ? 'judged 6 workloads of 2 namespaces; not judged: 0'
      : `judged 5 workloads of 1 namespace;${argv[0] === 'can' ? '' : " without Linkerd's own: linkerd;"} not judged: 0`;
    expect(out.trimEnd().split('\n').at(-1)).toBe(line);
  });

  it('as does diff, of both sides', async () => {
    const { out } = await run(['diff', DUMP, DUMP]);
    const line = 'judged 6 workloads of 2 namespaces; not judged: 0';
    expect(out.trimEnd().split('\n').slice(-2)).toEqual([`old: ${line}`, `new: ${line}`]);
  });

  it('its workloads are those of Kubernetes and of others, running pods beside what makes them', async () => {
    const { out } = await run(['authz', '-n', 'shop', '-o', 'json', DUMP]);
    const { workloads, coverage } = JSON.parse(out) as {
      workloads: { workload: string }[];
      coverage: { objects: object };
    };
    expect(workloads.map(({ workload }) => workload)).toEqual([
      'shop/deployment/web',
      'shop/pod/events-kafka-0',
      'shop/pod/events-kafka-1',
      'shop/pod/nightly-workers',
      'shop/pod/web-5d9c-abcde',
      'shop/rollout.argoproj.io/api',
    ]);
    expect(coverage.objects).toEqual({ judged: 11, irrelevant: 7 });
  });

  it('its linkerd-config counts', async () => {
    const { out } = await run(['authz', '-n', 'shop', '-o', 'json', DUMP]);
    expect(out).toContain('"everyone from 0.0.0.0/0"'); // without it also from ::/0
  });
});
