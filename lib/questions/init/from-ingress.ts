import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { templateOf } from '../../cluster/workload';
import { valueAt, asList, asText, asTextMap, inWords } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { objectsOf } from '../../cluster/inventory';
import { backendsAt, backendsOf, findService, serviceOf, type Backend } from '../../cluster/services';
import { accountOf, workloadClient, type OutsideClient, type InitInput } from './outside-client';
import { GATEWAY_GROUP, NETWORKING_GROUP } from '../../kubernetes/kinds';
import type { Evidence } from '../../workloads/protocol';

/** Common ingress controllers, and the ServiceAccount their own manifests give them. */
const CONTROLLERS = [
  { word: 'nginx', image: /ingress-nginx|nginx-ingress/, account: 'ingress-nginx/ingress-nginx' },
  { word: 'traefik', image: /traefik/, account: 'traefik/traefik' },
  { word: 'contour', image: /envoyproxy\/envoy|projectcontour/, account: 'projectcontour/envoy' },
  { word: 'haproxy', image: /haproxy/, account: 'haproxy-controller/haproxy-kubernetes-ingress' },
  { word: 'kong', image: /(^|\/)kong/, account: 'kong/kong-gateway' },
] as const;

type Controller = (typeof CONTROLLERS)[number];

/** Ingress controllers, as clients of the backends that Ingresses name. */
export function ingresses(sources: InitInput): OutsideClient[] {
  const { cluster } = sources;
  const ingressObjects = [
    ...objectsOf(cluster, NETWORKING_GROUP, 'Ingress'),
    ...objectsOf(cluster, 'extensions', 'Ingress'),
  ];
  return ingressObjects.flatMap((ingress) => {
    const by = `Ingress ${cluster.namespaceOf(ingress)}/${ingress.object.metadata.name}`;
    const clients = controllersOf(sources, ingress);
    const evidence = spoken(ingress, by);
    return backendsOfIngress(cluster, ingress).flatMap(({ workload, number }) =>
      clients.map((client) => ({
        ...client,
        workload,
        number,
        because: by,
        ...(evidence === undefined ? {} : { evidence }),
      })),
    );
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

/** The protocol the controller speaks to its backends: HTTP/1 unless an ingress-nginx annotation says otherwise. */
function spoken(ingress: SourceObject, by: string): Evidence | undefined {
  const key = 'nginx.ingress.kubernetes.io/backend-protocol';
  const protocol = asTextMap(ingress.object.metadata.annotations)[key]?.toUpperCase();
  if (protocol === undefined) return { weight: 'ingress', protocol: 'HTTP/1', from: by };
  if (protocol === 'HTTP')
    return { weight: 'backend', protocol: 'HTTP/1', from: `annotation ${key} of ${by}` };
  if (protocol === 'GRPC') return { weight: 'backend', protocol: 'gRPC', from: `annotation ${key} of ${by}` };
  if (protocol === 'HTTPS' || protocol === 'GRPCS') {
    return { weight: 'backend', protocol: 'TLS', from: `annotation ${key} of ${by}` };
  }
  return undefined;
}

type WhichClient = Pick<OutsideClient, 'client' | 'marks' | 'question'>;

function controllersOf(sources: InitInput, ingress: SourceObject): WhichClient[] {
  const { cluster, workloads, options } = sources;
  const given = (options.ingress ?? []).map(accountOf).filter((client) => client !== undefined);
  if (given.length > 0) return given.map((client) => ({ client, marks: [] }));
  const className = classOf(ingress);
  const controller = controllerOf(cluster, className);
  const running = workloads.filter((workload) =>
    (controller === undefined ? CONTROLLERS : [controller]).some((known) => runs(workload, known)),
  );
  if (running.length > 0) return running.map((workload) => workloadClient(sources, workload));
  const whose = className === undefined ? 'no class' : `class ${className}`;
  if (controller === undefined) {
    const asked = `its controller (${whose}) is not in the manifests: fill in the controller's ServiceAccount`;
    return [
      { marks: [], question: { text: asked, client: "Client.serviceAccount('ingress', 'controller')" } },
    ];
  }
  const guess = `the ingress controller (${whose}) is not in the manifests; ${controller.account} is the ServiceAccount it usually has`;
  const client = accountOf(controller.account);
  return [{ marks: [{ kind: 'GUESS', text: guess }], ...(client === undefined ? {} : { client }) }];
}

function classOf(ingress: SourceObject): string | undefined {
  const annotations = asTextMap(ingress.object.metadata.annotations);
  return (
    asText(valueAt(ingress.object.spec, 'ingressClassName')) ?? annotations['kubernetes.io/ingress.class']
  );
}

/** The controller of a class, found by its IngressClass or by the class's name. */
function controllerOf(cluster: Cluster, className: string | undefined): Controller | undefined {
  if (className === undefined) return undefined;
  const found = objectsOf(cluster, NETWORKING_GROUP, 'IngressClass').find(
    ({ object }) => object.metadata.name === className,
  );
  const words = `${asText(valueAt(found?.object, 'spec', 'controller')) ?? ''} ${className}`;
  return CONTROLLERS.find(({ word }) => words.includes(word));
}

function runs(workload: Workload, { image }: Controller): boolean {
  if (!['deployment', 'daemonset', 'statefulset', 'replicaset', 'pod'].includes(workload.kind)) return false;
  return asList(templateOf(workload.source).spec.containers).some((container) =>
    image.test(asText(valueAt(container, 'image')) ?? ''),
  );
}

/** Services reached from outside the cluster, and gateway routes: clients that often cannot be named here. */
export function outsiders(sources: InitInput): OutsideClient[] {
  const { cluster, workloads } = sources;
  const namespaces = new Set(workloads.map(({ namespace }) => namespace));
  const exposed = [...namespaces].flatMap((namespace) =>
    cluster.servicesIn(namespace).flatMap((service) => {
      const { outsideType: type } = serviceOf(service);
      if (type === undefined) return [];
      const because = `Service ${service.object.metadata.name} is of type ${type}`;
      const question = {
        text: "clients that come this way have no identity, and often a node's address",
        client: sourceRanges(service) ?? 'Client.everyone()',
      };
      return backendsOf(cluster, service).map(({ workload, number }) => ({
        workload,
        number,
        because,
        marks: [],
        question,
      }));
    }),
  );
  return [...exposed, ...ROUTES.flatMap((kind) => gatewayRoutes(sources, kind))];
}

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

function sourceRanges(service: SourceObject): string | undefined {
  const ranges = asList(valueAt(service.object, 'spec', 'loadBalancerSourceRanges')).filter((range) =>
    asText(range),
  );
  return ranges.length === 0
    ? undefined
    : ranges.map((range) => `Client.network('${String(range).replace(/[^0-9a-f.:/]/gi, '')}')`).join(', ');
}

function gatewayRoutes(sources: InitInput, kind: string): OutsideClient[] {
  const { cluster } = sources;
  return objectsOf(cluster, GATEWAY_GROUP, kind).flatMap((route) => {
    const namespace = cluster.namespaceOf(route);
    const gateways = asList(valueAt(route.object.spec, 'parentRefs')).filter(
      (parent) => (asText(valueAt(parent, 'kind')) ?? 'Gateway') === 'Gateway',
    );
    const because = `${kind} ${namespace}/${route.object.metadata.name}`;
    const clients = gateways.flatMap((gateway) => gatewayClients(sources, namespace, gateway));
    const references = asList(valueAt(route.object.spec, 'rules')).flatMap((rule) =>
      asList(valueAt(rule, 'backendRefs')),
    );
    return references.flatMap((reference) => {
      const name = asText(valueAt(reference, 'name')) ?? '';
      const service = findService(cluster, asText(valueAt(reference, 'namespace')) ?? namespace, name);
      if (service === undefined) return [];
      return backendsAt(cluster, service, valueAt(reference, 'port')).flatMap(({ workload, number }) =>
        clients.map((client) => ({ ...client, workload, number, because })),
      );
    });
  });
}

/** The label that whoever makes pods for a Gateway gives them. */
const OF_GATEWAY = 'gateway.networking.k8s.io/gateway-name';

function gatewayClients(sources: InitInput, namespace: string, gateway: unknown): WhichClient[] {
  const own = asText(valueAt(gateway, 'namespace')) ?? namespace;
  const name = valueAt(gateway, 'name');
  const running = sources.workloads.filter(
    (workload) => workload.namespace === own && workload.pod.labels[OF_GATEWAY] === name,
  );
  if (running.length > 0) return running.map((workload) => workloadClient(sources, workload));
  const text = `Gateway ${inWords(name)} sends requests here: fill in the ServiceAccount of its pods`;
  return [{ marks: [], question: { text, client: "Client.serviceAccount('gateway', 'controller')" } }];
}
