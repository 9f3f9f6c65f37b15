/**
 * What jails cost over writing the same objects by hand: construction and synth of 2,000 jails with 5 ports each in
 * one chart, against bare ApiObjects with the same content, explicit names and constant ids.
 *
 * Every run is a process of its own, and the two kinds take turns. `npm run bench`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { NamespaceJail, ProxyProtocol } from '../lib';

const JAILS = 2000;
const RUNS = 7;
const PORTS = [
  { port: 'db', protocol: ProxyProtocol.OPAQUE },
  { port: 'grpc', protocol: ProxyProtocol.GRPC },
  { port: 'http', protocol: ProxyProtocol.HTTP_1 },
  { port: 'metrics', protocol: ProxyProtocol.HTTP_1 },
  { port: 8443, protocol: ProxyProtocol.TLS },
];

interface Measured {
  readonly milliseconds: number;
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

/** The jails' own content written out; the caller checks that both give the same text. */
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

function run(kind: string): Measured {
  const start = performance.now();
  const chart = new Chart(new App(), 'bench');
  if (kind === 'jails') jails(chart);
  else bareObjects(chart);
  const objects = chart.toJson();
  const text = Yaml.stringify(...objects);
  const milliseconds = performance.now() - start;
  return { milliseconds, objects: objects.length, digest: createHash('sha256').update(text).digest('hex') };
}

function inOwnProcess(kind: string): Measured {
  const args = [...process.execArgv, __filename, kind];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const kind = process.argv[2];
if (kind === 'jails' || kind === 'bare') process.stdout.write(JSON.stringify(run(kind)));
else {
  const pairs = Array.from({ length: RUNS }, () => ({
    jails: inOwnProcess('jails'),
    bare: inOwnProcess('bare'),
  }));
  const [first] = pairs;
  if (first === undefined || first.jails.digest !== first.bare.digest) {
    throw new Error(`the two kinds differ: ${JSON.stringify(first)}`);
  }
  const ratio = median(pairs.map((pair) => pair.jails.milliseconds / pair.bare.milliseconds));
  console.log(
    `${JAILS} jails x ${PORTS.length} ports, ${first.jails.objects} objects, ${RUNS} pairs of processes (median)`,
  );
  console.log(`  jails         ${median(pairs.map((pair) => pair.jails.milliseconds)).toFixed(0)} ms`);
  console.log(`  bare objects  ${median(pairs.map((pair) => pair.bare.milliseconds)).toFixed(0)} ms`);
  console.log(`  ratio         ${ratio.toFixed(3)}`);
}
