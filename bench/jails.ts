/**
 * One run of `constructs.bench.ts`: builds and synthesizes 2,000 jails (`jails`) or the same objects written out by hand
 * (`bare`), and prints the cost. Compiled, as package users run it.
 */
import { createHash } from 'node:crypto';
import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { NamespaceJail, ProxyProtocol } from '../lib';

const JAILS = 2000;
const PORTS = [
  { port: 'db', protocol: ProxyProtocol.OPAQUE },
  { port: 'grpc', protocol: ProxyProtocol.GRPC },
  { port: 'http', protocol: ProxyProtocol.HTTP_1 },
  { port: 'metrics', protocol: ProxyProtocol.HTTP_1 },
  { port: 8443, protocol: ProxyProtocol.TLS },
];

export interface Measured {
  /** Wall time of construction and synth. */
  readonly milliseconds: number;
  /** Processor time of all threads, garbage collection included. */
  readonly cpu: number;
  readonly objects: number;
  /** Of the whole YAML text: both kinds must write the same. */
  readonly digest: string;
}

function namespaceOf(index: number): string {
  return `team-${index}`;
}

function jails(chart: Chart): void {
  for (let i = 0; i < JAILS; i++)
    new NamespaceJail(chart, namespaceOf(i), { namespace: namespaceOf(i), ports: PORTS });
}

/** The jails' own content, written out; the bench checks that both produce the same text. */
function bareObjects(chart: Chart): void {
  for (let i = 0; i < JAILS; i++) {
    const namespace = namespaceOf(i);
    const group = new Construct(chart, namespace);
    const annotations = { 'config.linkerd.io/default-inbound-policy': 'deny' };
    new ApiObject(group, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, annotations },
    });
    bareServer(group, 'admin', namespace, 'linkerd-admin', ProxyProtocol.HTTP_1);
    bareAuthorization(group, 'admin-everyone', namespace, 'admin', 'NetworkAuthentication', 'everyone');
    for (const { port, protocol } of PORTS) {
      const name = typeof port === 'number' ? `port-${port}` : port;
      bareServer(group, name, namespace, port, protocol);
      bareAuthorization(group, `${name}-ns-only`, namespace, name, 'MeshTLSAuthentication', 'ns-only');
    }
    new ApiObject(group, 'mtls', {
      apiVersion: 'policy.linkerd.io/v1alpha1',
      kind: 'MeshTLSAuthentication',
      metadata: { name: 'ns-only', namespace },
      spec: { identityRefs: [{ kind: 'Namespace', name: namespace }] },
    });
    new ApiObject(group, 'network', {
      apiVersion: 'policy.linkerd.io/v1alpha1',
      kind: 'NetworkAuthentication',
      metadata: { name: 'everyone', namespace },
      spec: { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] },
    });
  }
}

function bareServer(
  scope: Construct,
  name: string,
  namespace: string,
  port: number | string,
  proxyProtocol: string,
): void {
  new ApiObject(scope, `server-${name}`, {
    apiVersion: 'policy.linkerd.io/v1beta3',
    kind: 'Server',
    metadata: { name, namespace },
    spec: { accessPolicy: 'deny', podSelector: { matchLabels: {} }, port, proxyProtocol },
  });
}

function bareAuthorization(
  scope: Construct,
  name: string,
  namespace: string,
  server: string,
  kind: string,
  authentication: string,
): void {
  const group = 'policy.linkerd.io';
  new ApiObject(scope, `authorization-${name}`, {
    apiVersion: `${group}/v1alpha1`,
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace },
    spec: {
      targetRef: { group, kind: 'Server', name: server },
      requiredAuthenticationRefs: [{ group, kind, name: authentication }],
    },
  });
}

function run(kind: 'jails' | 'bare'): Measured {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const chart = new Chart(new App(), 'bench');
  if (kind === 'jails') jails(chart);
  else bareObjects(chart);
  const objects = chart.toJson();
  const text = Yaml.stringify(...objects);
  const milliseconds = performance.now() - start;
  const used = process.cpuUsage(cpu);
  return {
    milliseconds,
    cpu: (used.user + used.system) / 1000,
    objects: objects.length,
    digest: createHash('sha256').update(text).digest('hex'),
  };
}

const kind = process.argv[2];
process.stdout.write(JSON.stringify(run(kind === 'jails' ? 'jails' : 'bare')));
