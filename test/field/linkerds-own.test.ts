import { run, type Run } from '../helpers/command';
import { ROOT } from '../helpers/paths';
import { JAILED_NAMESPACE } from '../helpers/shop';

/** What a chart of Linkerd's leaves in a namespace, as far as it once set off false alarms. */
const chart = (namespace: string, labels = ''): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace}, labels: { ${labels} }, annotations: { linkerd.io/inject: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: ${namespace}, name: tap }
spec:
  selector: { matchLabels: { app: tap } }
  template:
    metadata: { labels: { app: tap } }
    spec: { serviceAccountName: tap, containers: [{ name: tap, image: tap, ports: [{ name: apiserver, containerPort: 8089 }, { containerPort: 9998 }] }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: ${namespace}, name: tap, labels: { linkerd.io/inject: enabled } }
spec: { selector: { app: tap }, ports: [{ port: 443, targetPort: apiserver }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { namespace: ${namespace}, name: tap-api }
spec: { podSelector: { matchLabels: { app: tap } }, port: apiserver, proxyProtocol: TLS }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { namespace: ${namespace}, name: tap }
spec:
  targetRef: { group: policy.linkerd.io, kind: Server, name: tap-api }
  requiredAuthenticationRefs: []
---
`;

const SHOP = `
${JAILED_NAMESPACE}
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web }
spec: { containers: [{ name: app, image: app }] }
---
`;

const ask = (text: string, ...words: string[]): Promise<Run> => run(words, { stdin: text });
const findings = ({ out }: Run): string[] => out.split('\n').filter((line) => /^ {2}\d/.test(line));

describe.each(['linkerd', 'linkerd-viz', 'linkerd-multicluster', 'linkerd-jaeger'])(
  'namespace %s belongs to Linkerd',
  (namespace) => {
    const text = SHOP + chart(namespace);

    it('so check is silent about it, unless it is named', async () => {
      expect(findings(await ask(text, 'check', '-')).filter((line) => line.includes(namespace))).toEqual([]);
      expect((await ask(text, 'check', '-')).err).toContain(
        `note: findings in ${namespace}, which is Linkerd's own, are left out; -n ${namespace} shows them`,
      );
      expect(findings(await ask(text, 'check', '-', '-n', namespace)).join('\n')).toContain(
        'authorization-admits-everyone',
      );
    });

    it('so break-in leaves it out and says so, unless it is named', async () => {
      const { status, out } = await ask(text, 'break-in', '-');
      expect(status).toBe(0);
      expect(out).not.toContain(`${namespace} is a jail`);
      expect(out).toContain(
        `not judged, because it is Linkerd's own: ${namespace} (-n ${namespace} judges it)`,
      );
      const named = await ask(text, 'break-in', '-', '-n', namespace);
      expect(named.status).toBe(1);
      expect(named.out).toContain('authorizationpolicy/tap');
    });
  },
);

describe('a namespace that only looks like one of them is judged', () => {
  it.each([
    ['by a label', chart('shop-viz', 'linkerd.io/extension: viz')],
    ['by the beginning of its name', chart('linkerd-shop')],
  ])('%s', async (_, text) => {
    expect(findings(await ask(text, 'check', '-')).join('\n')).toContain('authorization-admits-everyone');
    expect((await ask(text, 'break-in', '-')).status).toBe(1);
  });

  it('by the usual name, where the control plane is elsewhere', async () => {
    const words = ['-', '--linkerd-namespace', 'mesh'];
    expect((await ask(chart('linkerd'), 'break-in', ...words)).status).toBe(1);
    expect((await ask(SHOP + chart('mesh'), 'break-in', ...words)).status).toBe(0);
  });
});

it("says of an addition to a chart's policy only that the chart is not in the input", async () => {
  const input = 'test/field/inputs/11-server-of-a-chart.yaml';
  const { status, out } = await run(['check', input, '-n', 'linkerd-viz'], { cwd: ROOT });
  expect(status).toBe(0);
  expect(out).toContain('note  target-missing  authorizationpolicy/linkerd-viz/prometheus-canaries');
});
