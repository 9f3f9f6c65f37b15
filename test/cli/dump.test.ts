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

describe('a dump without the authentications that its policy refers to', () => {
  const MADE = "uid: 6059deb0-16be-44ca-9662-49ff37b30da7, resourceVersion: '7'";
  const POLICY = `
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: front, namespace: shop, ${MADE} }
spec:
  targetRef: { kind: Namespace, name: shop }
  requiredAuthenticationRefs: [{ group: policy.linkerd.io, kind: MeshTLSAuthentication, name: front }]
`;

  it.each([
    [1, ['break-in', '-n', 'shop']],
    [1, ['check', '--fail-on', 'error']],
    [0, ['map']],
    [0, ['authz']],
    [0, ['rollout']],
    [0, ['init', '--dry-run']],
    [1, ['can', 'unmeshed', 'shop/web:80']],
  ])('exit %i of %j, which names the kind and the command', async (status, argv) => {
    const found = await run([...argv, DUMP, '-'], { stdin: POLICY });
    const words = found.out.replace(/\s+/g, ' ');
    expect(words).toContain(
      'ind meshtlsauthentications.policy.linkerd.io' + (argv[0] === 'check' ? ' was not judged' : ''),
    );
    expect(words).toContain('make the dump with kubectl get $(npx namespace-jail kinds) -A -o yaml');
    expect(found.status).toBe(status);
  });

  it('of both sides of diff, since what is the same on both is no difference', async () => {
    const run1 = await run(['diff', DUMP, '-'], { stdin: POLICY });
    expect(run1.out).toContain('meshtlsauthentications.policy.linkerd.io');
    expect(run1.status).toBe(1);
  });

  it('and is no dump, nor open, without what only a server writes', async () => {
    const { out } = await run(['map', '-'], { stdin: POLICY.replace(MADE, 'labels: {}') });
    expect(out).not.toContain('meshtlsauthentications');
  });
});
