import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

interface Workload {
  readonly name: string;
  /** Label `app` of its pods, which its Service selects by; Emojivoto's own names. */
  readonly app: string;
  readonly image: string;
  readonly env: Record<string, string>;
  /** Container ports by name, with the Service's port if it differs. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly servicePort?: number }[];
  readonly serviceType?: string;
  readonly hasServiceAccount: boolean;
  readonly cpu: string;
  readonly command?: readonly string[];
}

const NAMESPACE = 'emojivoto';
const VERSION = 'v11';
const REGISTRY = 'ghcr.io/buoyantio';
const GRPC_PORTS = [
  { name: 'grpc', port: 8080 },
  { name: 'prom', port: 8801 },
];

const WORKLOADS: readonly Workload[] = [
  {
    name: 'emoji',
    app: 'emoji-svc',
    image: 'emojivoto-emoji-svc',
    env: { GRPC_PORT: '8080', PROM_PORT: '8801' },
    ports: GRPC_PORTS,
    hasServiceAccount: true,
    cpu: '100m',
  },
  {
    name: 'voting',
    app: 'voting-svc',
    image: 'emojivoto-voting-svc',
    env: { GRPC_PORT: '8080', PROM_PORT: '8801' },
    ports: GRPC_PORTS,
    hasServiceAccount: true,
    cpu: '100m',
  },
  {
    name: 'web',
    app: 'web-svc',
    image: 'emojivoto-web',
    env: {
      WEB_PORT: '8080',
      EMOJISVC_HOST: 'emoji-svc.emojivoto:8080',
      VOTINGSVC_HOST: 'voting-svc.emojivoto:8080',
      INDEX_BUNDLE: 'dist/index_bundle.js',
    },
    ports: [{ name: 'http', port: 8080, servicePort: 80 }],
    hasServiceAccount: true,
    cpu: '100m',
    serviceType: 'ClusterIP',
  },
  {
    name: 'vote-bot',
    app: 'vote-bot',
    image: 'emojivoto-web',
    env: { WEB_HOST: 'web-svc.emojivoto:80' },
    ports: [],
    hasServiceAccount: false,
    cpu: '10m',
    command: ['emojivoto-vote-bot'],
  },
];

/** Emojivoto: three services and a bot that votes. The jail makes the Namespace. */
export class Emojivoto extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const workload of WORKLOADS) {
      const part = new Construct(this, workload.name);
      if (workload.hasServiceAccount) serviceAccount(part, workload);
      if (workload.ports.length > 0) service(part, workload);
      deployment(part, workload);
    }
  }
}

function serviceAccount(scope: Construct, { name }: Workload): void {
  new ApiObject(scope, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: NAMESPACE },
  });
}

function service(scope: Construct, { app, ports, serviceType }: Workload): void {
  new ApiObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, namespace: NAMESPACE },
    spec: {
      ...(serviceType === undefined ? {} : { type: serviceType }),
      selector: { app },
      ports: ports.map(({ name, port, servicePort = port }) => ({
        name,
        port: servicePort,
        targetPort: port,
      })),
    },
  });
}

function deployment(scope: Construct, workload: Workload): void {
  const { name, app, image, env, ports, command, cpu } = workload;
  const labels = { app, version: VERSION };
  new ApiObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: {
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/part-of': 'emojivoto',
        'app.kubernetes.io/version': VERSION,
      },
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(workload.hasServiceAccount ? { serviceAccountName: name } : {}),
          containers: [
            {
              name: app,
              image: `${REGISTRY}/${image}:${VERSION}`,
              ...(command === undefined ? {} : { command }),
              env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
              ...(ports.length === 0
                ? {}
                : { ports: ports.map((port) => ({ name: port.name, containerPort: port.port })) }),
              resources: { requests: { cpu } },
            },
          ],
        },
      },
    },
  });
}
