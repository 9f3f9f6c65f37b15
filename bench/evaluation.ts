/**
 * What `evaluate.bench.ts` runs, compiled: the cost of an answer compared with reading the question. The question is a
 * jail of 1,000 workloads in 50 namespaces with 5 ports each, plus their Services and ServiceAccounts, as YAML. The floor
 * is js-yaml's parse of that text; "everything" is reading, admission, the policy of every port and who may use it.
 * Both take turns in one process.
 */
import { loadAll } from 'js-yaml';
import { Cluster } from '../lib/cluster/cluster';
import { portClasses } from '../lib/cluster/port-classes';
import { parseManifests } from '../lib/manifests/parse';
import { trafficClasses } from '../lib/verdict/access';

const NAMESPACES = 50;
const WORKLOADS = 20;
const RUNS = 25;
/** Warm-up runs for the compiler, for the floor and for everything alike. */
const WARM_UP = 5;
const PORTS = [
  { name: 'http', number: 8080, protocol: 'HTTP/1' },
  { name: 'grpc', number: 9090, protocol: 'gRPC' },
  { name: 'metrics', number: 9102, protocol: 'HTTP/1' },
  { name: 'db', number: 5432, protocol: 'opaque' },
  { name: 'tls', number: 8443, protocol: 'TLS' },
];

function workload(namespace: string, index: number): string {
  const ports = PORTS.map(
    ({ name, number }) =>
      `        - name: ${name}\n          containerPort: ${number}\n          protocol: TCP`,
  ).join('\n');
  const servicePorts = PORTS.map(
    ({ name, number }) =>
      `  - name: ${name}\n    port: ${number}\n    targetPort: ${name}\n    protocol: TCP`,
  ).join('\n');
  return `apiVersion: v1
kind: ServiceAccount
metadata:
  name: app-${index}
  namespace: ${namespace}
---
apiVersion: v1
kind: Service
metadata:
  name: app-${index}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: app-${index}
spec:
  selector:
    app: app-${index}
  ports:
${servicePorts}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${index}
  namespace: ${namespace}
  labels:
    app.kubernetes.io/name: app-${index}
    app.kubernetes.io/part-of: ${namespace}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-${index}
  template:
    metadata:
      labels:
        app: app-${index}
    spec:
      serviceAccountName: app-${index}
      containers:
      - name: main
        image: registry.example/app-${index}:1.2.3
        env:
        - name: LOG_LEVEL
          value: info
        ports:
${ports}
        readinessProbe:
          httpGet:
            path: /ready
            port: http
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
`;
}

function policy(namespace: string): string[] {
  const object = (version: string, kind: string, name: string, spec: string): string =>
    `apiVersion: policy.linkerd.io/${version}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n${spec}`;
  const servers = [{ name: 'linkerd-admin', protocol: 'HTTP/1' }, ...PORTS].map(({ name, protocol }) =>
    object(
      'v1beta3',
      'Server',
      name,
      `  podSelector: {}\n  port: ${name}\n  proxyProtocol: ${protocol}\n  accessPolicy: deny\n`,
    ),
  );
  const grant = (name: string, kind: string, authentication: string): string =>
    object(
      'v1alpha1',
      'AuthorizationPolicy',
      name,
      `  targetRef:\n    group: policy.linkerd.io\n    kind: Server\n    name: ${name}\n  requiredAuthenticationRefs:\n` +
        `  - group: policy.linkerd.io\n    kind: ${kind}\n    name: ${authentication}\n`,
    );
  return [
    `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n  annotations:\n    linkerd.io/inject: enabled\n    config.linkerd.io/default-inbound-policy: deny\n`,
    ...servers,
    ...PORTS.map(({ name }) => grant(name, 'MeshTLSAuthentication', 'ns-only')),
    grant('linkerd-admin', 'NetworkAuthentication', 'everyone'),
    object(
      'v1alpha1',
      'MeshTLSAuthentication',
      'ns-only',
      `  identityRefs:\n  - kind: Namespace\n    name: ${namespace}\n`,
    ),
    object(
      'v1alpha1',
      'NetworkAuthentication',
      'everyone',
      "  networks:\n  - cidr: 0.0.0.0/0\n  - cidr: '::/0'\n",
    ),
  ];
}

function manifests(): string {
  const documents: string[] = [];
  for (let n = 0; n < NAMESPACES; n++) {
    documents.push(...policy(`team-${n}`));
    for (let w = 0; w < WORKLOADS; w++) documents.push(workload(`team-${n}`, w));
  }
  return documents.join('---\n');
}

/** Counts what it looked at, so that a run that looked at nothing is noticed. */
function evaluate(text: string): { workloads: number; portClasses: number; open: number } {
  const cluster = Cluster.fromObjects(parseManifests(text, 'bench.yaml').objects);
  let [classes, open] = [0, 0];
  for (const one of cluster.workloads) {
    for (const { port } of portClasses(cluster, one)) {
      classes += 1;
      for (const { access } of trafficClasses(cluster, one, port)) if (!access.allow.isEmpty) open += 1;
    }
  }
  return { workloads: cluster.workloads.length, portClasses: classes, open };
}

function milliseconds(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const text = manifests();
const looked = evaluate(text);
const floor: number[] = [];
const everything: number[] = [];
for (let run = -WARM_UP; run < RUNS; run++) {
  const parse = milliseconds(() => loadAll(text));
  const all = milliseconds(() => evaluate(text));
  if (run < 0) continue;
  floor.push(parse);
  everything.push(all);
}
const format = (values: readonly number[]): string =>
  `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`;
console.log(
  `evaluate: ${looked.workloads} workloads, ${looked.portClasses} port classes, ${(text.length / 1e6).toFixed(1)} MB of YAML`,
);
console.log(`  YAML parse alone     ${format(floor)}`);
console.log(`  parse and evaluate   ${format(everything)}`);
console.log(`  ratio                ${(median(everything) / median(floor)).toFixed(2)} (at most 1.5)`);
