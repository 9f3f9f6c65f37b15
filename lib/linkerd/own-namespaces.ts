import type { LinkerdConfig } from './config';

/** Servers that the charts of Linkerd's extensions ship, by the namespace that the charts are installed into. */
const EXTENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['linkerd-viz', ['metrics-api', 'prometheus-admin', 'tap-api', 'tap-injector-webhook']],
  [
    'linkerd-multicluster',
    ['linkerd-gateway', 'linkerd-admin', 'service-mirror', 'controller', 'local-service-mirror'],
  ],
  [
    'linkerd-jaeger',
    [
      'collector-otlp',
      'collector-otlp-http',
      'collector-opencensus',
      'collector-zipkin',
      'collector-jaeger-thrift',
      'collector-jaeger-grpc',
      'collector-admin',
      'jaeger-grpc',
      'jaeger-admin',
      'jaeger-ui',
      'jaeger-injector-webhook',
      'jaeger-injector-admin',
    ],
  ],
]);

type Names = Pick<LinkerdConfig, 'linkerdNamespace' | 'vizNamespace'>;

/**
 * Whether a namespace belongs to Linkerd, whose charts bring its policy along. Known by name alone: any team can put
 * Linkerd's labels on its own Namespace.
 */
export function isLinkerdNamespace(name: string, { linkerdNamespace, vizNamespace }: Names): boolean {
  return name === linkerdNamespace || name === vizNamespace || EXTENSIONS.has(name);
}

/** Whether one of Linkerd's charts ships a Server of this name in this namespace. */
export function isShippedServer(namespace: string, name: string, { vizNamespace }: Names): boolean {
  const chart = namespace === vizNamespace ? 'linkerd-viz' : namespace;
  return EXTENSIONS.get(chart)?.includes(name) ?? false;
}
