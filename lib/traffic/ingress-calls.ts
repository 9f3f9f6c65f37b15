import type { Cluster } from '../cluster/cluster';
import { objectsOf } from '../cluster/inventory';
import { backendsAt, findService, type Backend } from '../cluster/services';
import { templateOf, type Workload } from '../cluster/workload';
import { asList, asText, asTextMap, valueAt } from '../kubernetes/fields';
import { NETWORKING_GROUP } from '../kubernetes/kinds';
import type { SourceObject } from '../kubernetes/object';

/** A common ingress controller, and the ServiceAccount its own manifests give it. */
export interface KnownController {
  readonly word: string;
  readonly image: RegExp;
  readonly account: string;
}

const CONTROLLERS: readonly KnownController[] = [
  { word: 'nginx', image: /ingress-nginx|nginx-ingress/, account: 'ingress-nginx/ingress-nginx' },
  { word: 'traefik', image: /traefik/, account: 'traefik/traefik' },
  { word: 'contour', image: /envoyproxy\/envoy|projectcontour/, account: 'projectcontour/envoy' },
  { word: 'haproxy', image: /haproxy/, account: 'haproxy-controller/haproxy-kubernetes-ingress' },
  { word: 'kong', image: /(^|\/)kong/, account: 'kong/kong-gateway' },
];

/** What an Ingress routes to, and who routes for it as far as the input shows. */
export interface IngressCalls {
  readonly ingress: SourceObject;
  /** `Ingress shop/web` */
  readonly because: string;
  readonly backends: readonly Backend[];
  readonly className?: string;
  /** The controller of its class, by the IngressClass or by the name of the class. */
  readonly controller?: KnownController;
  /** The workloads that run such a controller; without a known controller, those that run any. */
  readonly running: readonly Workload[];
}

/** All Ingresses with their backends and controllers. */
export function ingressCalls(cluster: Cluster, workloads: readonly Workload[]): IngressCalls[] {
  const all = [
    ...objectsOf(cluster, NETWORKING_GROUP, 'Ingress'),
    ...objectsOf(cluster, 'extensions', 'Ingress'),
  ];
  return all.map((ingress) => {
    const className = classOf(ingress);
    const controller = controllerOf(cluster, className);
    const known = controller === undefined ? CONTROLLERS : [controller];
    return {
      ingress,
      because: `Ingress ${cluster.namespaceOf(ingress)}/${ingress.object.metadata.name}`,
      backends: backendsOfIngress(cluster, ingress),
      ...(className === undefined ? {} : { className }),
      ...(controller === undefined ? {} : { controller }),
      running: workloads.filter((workload) => known.some((one) => runs(workload, one))),
    };
  });
}

function backendsOfIngress(cluster: Cluster, ingress: SourceObject): readonly Backend[] {
  const { spec } = ingress.object;
  const paths = asList(valueAt(spec, 'rules')).flatMap((rule) => asList(valueAt(rule, 'http', 'paths')));
  const named = [
    valueAt(spec, 'defaultBackend'),
    valueAt(spec, 'backend'),
    ...paths.map((path) => valueAt(path, 'backend')),
  ];
  const namespace = cluster.namespaceOf(ingress);
  return named.flatMap((backend) => {
    const name = asText(valueAt(backend, 'service', 'name')) ?? asText(valueAt(backend, 'serviceName'));
    const service = name === undefined ? undefined : findService(cluster, namespace, name);
    if (service === undefined) return [];
    const port = valueAt(backend, 'service', 'port');
    return backendsAt(
      cluster,
      service,
      valueAt(port, 'number') ?? valueAt(port, 'name') ?? valueAt(backend, 'servicePort'),
    );
  });
}

function classOf(ingress: SourceObject): string | undefined {
  const annotations = asTextMap(ingress.object.metadata.annotations);
  return (
    asText(valueAt(ingress.object.spec, 'ingressClassName')) ?? annotations['kubernetes.io/ingress.class']
  );
}

function controllerOf(cluster: Cluster, className: string | undefined): KnownController | undefined {
  if (className === undefined) return undefined;
  const found = objectsOf(cluster, NETWORKING_GROUP, 'IngressClass').find(
    ({ object }) => object.metadata.name === className,
  );
  const words = `${asText(valueAt(found?.object, 'spec', 'controller')) ?? ''} ${className}`;
  return CONTROLLERS.find(({ word }) => words.includes(word));
}

function runs(workload: Workload, { image }: KnownController): boolean {
  if (!['deployment', 'daemonset', 'statefulset', 'replicaset', 'pod'].includes(workload.kind)) return false;
  return asList(templateOf(workload.source).spec.containers).some((container) =>
    image.test(asText(valueAt(container, 'image')) ?? ''),
  );
}
