import { valueAt, asList, asText, asTextMap, inWords } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { objectsOf } from '../../cluster/inventory';
import { backendsAt, backendsOf, findService, serviceOf } from '../../cluster/services';
import { accountOf, workloadClient, type OutsideClient, type InitInput } from './outside-client';
import { GATEWAY_GROUP } from '../../kubernetes/kinds';
import type { Evidence } from '../../workloads/protocol';
import { ingressCalls, type IngressCalls } from '../../traffic/ingress-calls';

/** Ingress controllers, as clients of the backends that Ingresses name. */
export function ingresses(sources: InitInput): OutsideClient[] {
  const { cluster, workloads } = sources;
  return ingressCalls(cluster, workloads).flatMap((calls) => {
    const clients = controllersOf(sources, calls);
    const evidence = spoken(calls.ingress, calls.because);
    return calls.backends.flatMap(({ workload, number }) =>
      clients.map((client) => ({
        ...client,
        workload,
        number,
        because: calls.because,
        ...(evidence === undefined ? {} : { evidence }),
      })),
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

function controllersOf(sources: InitInput, { className, controller, running }: IngressCalls): WhichClient[] {
  const given = (sources.options.ingress ?? []).map(accountOf).filter((client) => client !== undefined);
  if (given.length > 0) return given.map((client) => ({ client, marks: [] }));
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
