import { run } from '../helpers/command';
import { ROOT } from '../helpers/paths';

const FOLDER = 'test/field/inputs/06-init-nodes';
const APP = `${FOLDER}/app.yaml`;
const JAIL = `${FOLDER}/closed.yaml`;

/** The rules that find something, and what they say. */
async function check(stdin: string, ...files: readonly string[]): Promise<Record<string, string>> {
  const { out } = await run(['check', ...files, '-', '-o', 'json'], { cwd: ROOT, stdin });
  const { findings } = JSON.parse(out) as { findings: readonly { rule: string; text: string }[] };
  return Object.fromEntries(findings.map(({ rule, text }) => [rule, text]));
}

const NOTHING = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: shop }\n';

describe('a network of examples lets nobody in, so it hides no finding', () => {
  it('a gRPC probe is refused though init wrote a network for the nodes', async () => {
    const { 'probe-refused': found } = await check(NOTHING, APP, JAIL);
    expect(found).toContain('The gRPC probe on port 7070');
    expect(found).toContain('192.0.2.0/24 is reserved for documentation, so nobody has such an address.');
  });

  it('and so says can of a node', async () => {
    const { out, status } = await run(
      [
        'can',
        '10.0.0.5',
        'shop/deploy/cart:7070',
        APP,
        JAIL,
        '--method',
        'POST',
        '--path',
        '/grpc.health.v1.Health/Check',
      ],
      { cwd: ROOT },
    );
    expect([out.split(':', 1)[0], status]).toEqual(['deny', 1]);
  });

  it.each(['198.51.100.0/24', '203.0.113.7/32', '2001:db8:1::/48', '3fff::/20'])('so is %s', async (cidr) => {
    const other = `
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: net-192.0.2.0-24, namespace: shop }
spec: { networks: [{ cidr: "${cidr}" }] }
`;
    expect(await check(other, APP, JAIL)).toHaveProperty(['probe-refused']);
  });

  it('but not where a real network stands beside it', async () => {
    const other = `
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: { name: net-192.0.2.0-24, namespace: shop }
spec: { networks: [{ cidr: 192.0.2.0/24 }, { cidr: 10.7.0.0/16 }] }
`;
    const found = await check(other, APP, JAIL);
    expect(found).not.toHaveProperty(['probe-refused']);
    expect(found).not.toHaveProperty(['server-admits-nobody']);
  });

  it('a Server that admits nothing else admits nobody', async () => {
    const { 'server-admits-nobody': found } = await check(NOTHING, APP, JAIL);
    expect(found).toContain(
      'no policy admits anyone: 192.0.2.0/24 is reserved for documentation, so nobody has such an address.',
    );
  });

  it('a metrics scrape is refused', async () => {
    const scraped = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata:
      labels: { app: web }
      annotations: { prometheus.io/scrape: "true", prometheus.io/port: "7070" }
    spec: { containers: [{ name: web, image: x, ports: [{ containerPort: 7070 }] }] }
`;
    expect(await check(scraped, JAIL)).toHaveProperty(['scrape-refused']);
  });

  it('the map says what the network is', async () => {
    const { out } = await run(['map', APP, JAIL], { cwd: ROOT });
    expect(out).toContain('network 192.0.2.0/24 (reserved for documentation)');
  });
});
