import { breakIn } from '../../../lib/questions/break-in/break-in';
import { breakInText } from '../../../lib/report/break-in/text';
import { admittedCluster } from '../../helpers/manifests';
import { JAILED_NAMESPACE } from '../../helpers/shop';

const CONFIG = (ignored: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: linkerd-config, namespace: linkerd }
data: { values: 'proxyInit: { ignoreInboundPorts: "${ignored}" }' }
---
`;
const jailWith = (...workloads: readonly string[]): string =>
  [`${JAILED_NAMESPACE}`, ...workloads].join('\n---\n');
const pod = (name: string, annotations = ''): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }
spec: { containers: [{ name: app, image: app, ports: [{ containerPort: 8080 }] }] }`;

/** What `break-in` says Linkerd opens by itself. */
function openedByLinkerd(text: string): string[] {
  const cluster = admittedCluster(text);
  const said = breakInText(breakIn(cluster), { domain: cluster.config, input: [], color: false });
  const lines = said.split('\n').map((line) => line.trim());
  const start = lines.indexOf('opened by Linkerd itself') + 1;
  return lines.slice(start, lines.indexOf('', start)).filter((line) => !line.startsWith('loopback'));
}

describe('what Linkerd opens by itself', () => {
  it("names Linkerd's usual ports where nothing else is said", () => {
    expect(openedByLinkerd(jailWith(pod('web')))).toMatchInlineSnapshot(`
      [
        "tap: linkerd-viz's tap on port 4190, if it is installed",
        "probes: anyone may GET /live and /ready on pod/web: 4191 (linkerd-admin)",
        "ports 4567 and 4568, which bypass the proxy by default and which no container declares",
      ]
    `);
  });

  it('names the control and admin port of the annotations', () => {
    const moved = `config.linkerd.io/control-port: '4290', config.linkerd.io/admin-port: '4291'`;
    expect(openedByLinkerd(jailWith(pod('web', moved)))).toMatchInlineSnapshot(`
      [
        "tap: linkerd-viz's tap on port 4290, if it is installed",
        "probes: anyone may GET /live and /ready on pod/web: 4291 (linkerd-admin)",
        "ports 4567 and 4568, which bypass the proxy by default and which no container declares",
      ]
    `);
  });

  it('names every control port where workloads differ', () => {
    const moved = `config.linkerd.io/control-port: '4290'`;
    expect(openedByLinkerd(jailWith(pod('web'), pod('db', moved)))[0]).toMatchInlineSnapshot(
      `"tap: linkerd-viz's tap on ports 4190 and 4290, if it is installed"`,
    );
  });

  it('names no more skipped ports than linkerd-config does', () => {
    expect(openedByLinkerd(CONFIG('4568') + jailWith(pod('web')))).toMatchInlineSnapshot(`
      [
        "tap: linkerd-viz's tap on port 4190, if it is installed",
        "probes: anyone may GET /live and /ready on pod/web: 4191 (linkerd-admin)",
        "port 4568, which bypasses the proxy by default and which no container declares",
      ]
    `);
  });

  it('names no skipped port where linkerd-config has none, or where a container listens there', () => {
    const skipped = (text: string): string[] =>
      openedByLinkerd(text).filter((line) => line.includes('bypass'));
    expect(skipped(CONFIG('') + jailWith(pod('web')))).toEqual([]);
    expect(skipped(jailWith(pod('web').replace('8080', '4567')))).toMatchInlineSnapshot(`
      [
        "port 4568, which bypasses the proxy by default and which no container declares",
      ]
    `);
  });
});
