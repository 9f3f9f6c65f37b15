import { groupBy } from '../basics/collections';
import type { SourceObject } from '../kubernetes/object';
import {
  dialledPort,
  dialledPorts,
  isServicePort,
  readService,
  selectsPod,
  targetNumbers,
  type Service,
  type ServicePort,
} from '../workloads/services';
import type { Cluster } from './cluster';
import { objectsOf } from './inventory';
import type { Workload } from './workload';

/** A TCP port of a Service and a container port it leads to. */
export interface Backend {
  readonly service: SourceObject;
  readonly servicePort: ServicePort;
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** The port that clients dial to reach it through the Service. */
  readonly dialledPort: number;
}

/** Lookup tables, built once. */
interface Index {
  /** By namespace, in input order. */
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  /** By namespace and name. */
  readonly services: ReadonlyMap<string, SourceObject>;
  readonly behind: Map<SourceObject, readonly Workload[]>;
  readonly backends: Map<SourceObject, readonly Backend[]>;
}

const INDEXES = new WeakMap<Cluster, Index>();
const SERVICES = new WeakMap<SourceObject, Service>();

function indexOf(cluster: Cluster): Index {
  const known = INDEXES.get(cluster);
  if (known !== undefined) return known;
  const services = objectsOf(cluster, '', 'Service');
  const index = {
    workloads: groupBy(cluster.workloads, ({ namespace }) => namespace),
    services: new Map(
      services.map((service) => [`${cluster.namespaceOf(service)}/${service.object.metadata.name}`, service]),
    ),
    behind: new Map(),
    backends: new Map(),
  };
  INDEXES.set(cluster, index);
  return index;
}

/** What a Service object says, read once. */
export function serviceOf(source: SourceObject): Service {
  const known = SERVICES.get(source);
  if (known !== undefined) return known;
  const service = readService(source.object);
  SERVICES.set(source, service);
  return service;
}

/** The Service with a name, if the input has it. */
export function findService(cluster: Cluster, namespace: string, name: string): SourceObject | undefined {
  return indexOf(cluster).services.get(`${namespace}/${name}`);
}

/** Workloads that a Service selects; those made by other objects (ReplicaSets, Pods) count only if there are no others. */
export function behindService(cluster: Cluster, source: SourceObject): readonly Workload[] {
  const { workloads, behind } = indexOf(cluster);
  const known = behind.get(source);
  if (known !== undefined) return known;
  const service = serviceOf(source);
  const candidates = workloads.get(cluster.namespaceOf(source)) ?? [];
  const selected = candidates.filter(({ pod }) => selectsPod(service, pod.labels));
  const makers = selected.filter(({ isMadeByInput }) => !isMadeByInput);
  const found = makers.length > 0 ? makers : selected;
  behind.set(source, found);
  return found;
}

/** Where a Service's ports lead, among the workloads in the input. */
export function backendsOf(cluster: Cluster, source: SourceObject): readonly Backend[] {
  const { backends } = indexOf(cluster);
  const known = backends.get(source);
  if (known !== undefined) return known;
  const service = serviceOf(source);
  const found = service.ports.flatMap((servicePort) =>
    behindService(cluster, source).flatMap((workload) =>
      targetNumbers(servicePort.target, workload.pod.portNames).map((number) => ({
        service: source,
        servicePort,
        workload,
        number,
        dialledPort: dialledPort(service, servicePort, number),
      })),
    ),
  );
  backends.set(source, found);
  return found;
}

/** The backends of one Service port, given as other objects refer to it: by number or name. */
export function backendsAt(cluster: Cluster, source: SourceObject, port: unknown): readonly Backend[] {
  return backendsOf(cluster, source).filter(({ servicePort }) => isServicePort(servicePort, port));
}

/** The ports that clients dial to reach a workload's port: those of the Services in front of it, or else the port itself. */
export function portsDialledFor(cluster: Cluster, { namespace, pod }: Workload, port: number): number[] {
  return dialledPorts(cluster.servicesIn(namespace).map(serviceOf), pod, port);
}
