import type { Cluster } from '../cluster/cluster';
import { isTcp } from '../cluster/pod-surface';
import { targetPortOf } from '../cluster/service-ports';
import type { Workload } from '../cluster/workload';
import { isPortNumber } from '../linkerd/ports';
import { matchesSelector } from '../kubernetes/selector';
import { valueAt, isFields, asList, asText, asTextMap } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf } from '../cluster/inventory';
import { groupBy } from '../basics/collections';

/** A TCP port of a Service and the container port that it leads to. */
export interface Backend {
  readonly service: SourceObject;
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** The Service's own port and its name. */
  readonly servicePort: number;
  readonly servicePortName?: string;
  readonly appProtocol?: string;
}

/** What is looked up again and again, by namespace and name. */
interface Index {
  readonly workloads: ReadonlyMap<string, readonly Workload[]>;
  readonly services: ReadonlyMap<string, SourceObject>;
  readonly backends: Map<SourceObject, readonly Backend[]>;
}

const INDEXES = new WeakMap<Cluster, Index>();

function indexOf(cluster: Cluster): Index {
  const known = INDEXES.get(cluster);
  if (known !== undefined) return known;
  const services = objectsOf(cluster, '', 'Service');
  const index = {
    workloads: groupBy(cluster.workloads, ({ namespace }) => namespace),
    services: new Map(
      services.map((service) => [`${cluster.namespaceOf(service)}/${service.object.metadata.name}`, service]),
    ),
    backends: new Map(),
  };
  INDEXES.set(cluster, index);
  return index;
}

/** Where the ports of a Service lead, among the workloads of the input. */
export function backendsOf(cluster: Cluster, service: SourceObject): readonly Backend[] {
  const { backends } = indexOf(cluster);
  const known = backends.get(service);
  if (known !== undefined) return known;
  const selector = valueAt(service.object, 'spec', 'selector');
  const workloads = selected(indexOf(cluster).workloads.get(cluster.namespaceOf(service)) ?? [], selector);
  const found = asList(valueAt(service.object, 'spec', 'ports')).flatMap((entry) => {
    const servicePort = valueAt(entry, 'port');
    if (!isPortNumber(servicePort) || !isTcp(entry)) return [];
    const servicePortName = asText(valueAt(entry, 'name'));
    const appProtocol = asText(valueAt(entry, 'appProtocol'));
    return workloads.flatMap((workload) =>
      targetNumbers(workload, targetPortOf(entry)).map((number) => ({
        service,
        workload,
        number,
        servicePort,
        ...(servicePortName === undefined ? {} : { servicePortName }),
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
    );
  });
  backends.set(service, found);
  return found;
}

/** Pods that a Service selects; what other objects made counts only if nothing else is there. */
function selected(workloads: readonly Workload[], selector: unknown): readonly Workload[] {
  if (!isFields(selector) || Object.keys(selector).length === 0) return [];
  const matchLabels = asTextMap(selector);
  const found = workloads.filter(({ pod }) => matchesSelector({ matchLabels }, pod.labels));
  const makers = found.filter(({ isControlled }) => !isControlled);
  return makers.length > 0 ? makers : found;
}

/** Container ports of a `targetPort`. */
function targetNumbers({ pod }: Workload, target: unknown): number[] {
  if (typeof target === 'string') return [...(pod.portNames.get(target) ?? [])];
  return isPortNumber(target) ? [target] : [];
}

/** The Service of a name, if the input has it. */
export function findService(cluster: Cluster, namespace: string, name: string): SourceObject | undefined {
  return indexOf(cluster).services.get(`${namespace}/${name}`);
}

/** The backends of one port of a Service, given as its number or name. */
export function backendsAt(cluster: Cluster, service: SourceObject, port: unknown): readonly Backend[] {
  return backendsOf(cluster, service).filter(({ servicePort, servicePortName }) =>
    typeof port === 'string' ? servicePortName === port : servicePort === port,
  );
}
