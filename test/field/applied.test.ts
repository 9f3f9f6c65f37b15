import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { JAILED_NAMESPACE } from '../helpers/shop';

const FOLDER = 'test/field/inputs';

async function shown(words: readonly string[]): Promise<{ status: number | null; out: string; err: string }> {
  const { status, out, err } = await run(words, { cwd: ROOT });
  return { status, out: out.replaceAll(`${FOLDER}/`, ''), err: err.replaceAll(`${FOLDER}/`, '') };
}

describe('a jail over what runs: annotations that the jail does not mention stay, as kubectl apply leaves them', () => {
  const input = [
    `${FOLDER}/24-live-namespace-annotation-lost/cluster.yaml`,
    `${FOLDER}/24-live-namespace-annotation-lost/jail.yaml`,
  ];

  it('can lets anyone into the port that the live Namespace skips', async () => {
    const { status, out } = await shown(['can', 'unmeshed', 'shop/deploy/web:8080', ...input]);
    expect(status).toBe(0);
    expect(out).toMatch(/^allow: .*skip-inbound-ports/s);
  });

  it('break-in finds the way in, whichever file is read first', async () => {
    for (const files of [input, [...input].reverse()]) {
      const { status, out } = await shown(['break-in', ...files]);
      expect(status).toBe(1);
      expect(out).toContain('into  deployment/web: 8080 (http)');
      expect(out).toContain('config.linkerd.io/skip-inbound-ports: "8080"');
    }
  });

  it('check finds the port', async () => {
    expect((await shown(['check', ...input])).out).toContain('skipped-port');
  });
});

describe('a Namespace of a dump and its manifest are one object', () => {
  const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: x, ports: [{ name: http, containerPort: 8080 }] }] }
---
`;
  const live = (annotations: string): string => `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  uid: 0b1c5a3e-0000-0000-0000-000000000000
  annotations: { ${annotations} }
---
`;
  const jail = `
${JAILED_NAMESPACE}
---
`;

  it('nothing notes that it appears twice', async () => {
    const stdin = live('team: a') + workload + jail;
    const { err } = await run(['map', '-'], { stdin });
    const { out } = await run(['check', '-'], { stdin });
    expect(err).toBe('');
    expect(out).not.toContain('input-note');
    expect(out).not.toContain('again');
  });

  describe('where the application is published, and not dumped', () => {
    const published = (annotations: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { ${annotations} } }
---
`;

    it.each([
      ['a jail that repeats what the application says', 'linkerd.io/inject: enabled'],
      ['a jail for a Namespace that says nothing', ''],
    ])('nothing is noted of %s', async (_, annotations) => {
      const stdin = published(annotations) + workload + jail;
      const { out } = await run(['check', '-'], { stdin });
      expect(out).not.toContain('input-note');
      expect((await run(['map', '-'], { stdin })).err).toBe('');
    });

    it.each([
      [
        'lacks what the application says',
        published('config.linkerd.io/skip-inbound-ports: "8080"') + workload + jail,
      ],
      ['says otherwise', published('linkerd.io/inject: disabled') + workload + jail],
      ['comes before the application', jail + workload + published('linkerd.io/inject: enabled')],
    ])('a warning says so of a jail that %s', async (_, stdin) => {
      const { out } = await run(['check', '-', '-o', 'json'], { stdin });
      const { findings } = JSON.parse(out) as { findings: { rule: string; severity: string }[] };
      expect(findings.filter(({ rule }) => rule === 'input-note').map(({ severity }) => severity)).toEqual([
        'warning',
      ]);
    });
  });

  it('two dumps of it are still two', async () => {
    const { err } = await run(['map', '-'], { stdin: live('team: a') + live('team: b') + workload });
    expect(err).toContain('Namespace shop is also in -:2 with different content');
  });

  it('what the last manifest set and this one does not is gone, by the record in the live object', async () => {
    const opened = 'config.linkerd.io/skip-inbound-ports: "8080"';
    const record = (annotations: string): string =>
      `kubectl.kubernetes.io/last-applied-configuration: '{"metadata":{"annotations":{${annotations}}}}'`;
    const verdict = async (annotations: string): Promise<string> => {
      const { out } = await run(['can', 'unmeshed', 'shop/deploy/web:8080', '-'], {
        stdin: live(annotations) + workload + jail,
      });
      return out.split(':', 1)[0] ?? '';
    };
    expect(await verdict(`${opened}, ${record('"team":"a"')}`)).toBe('allow');
    expect(await verdict(`${opened}, ${record('"config.linkerd.io/skip-inbound-ports":"8080"')}`)).toBe(
      'deny',
    );
  });
});
