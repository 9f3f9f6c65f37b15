import type { Cluster } from '../cluster/cluster';
import { isTcp } from '../cluster/pod-surface';
import type { Workload } from '../cluster/workload';
import { isPortNumber } from '../linkerd/ports';
import { at, list, text } from '../manifests/fields';
import type { SourceObject } from '../manifests/object';
import { behindService } from '../verdict/names';

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

const BACKENDS = new WeakMap<Cluster, Map<SourceObject, readonly Backend[]>>();

/** Where the ports of a Service lead, among the workloads of the input. */
export function backendsOf(cluster: Cluster, service: SourceObject): readonly Backend[] {
  const ofCluster = BACKENDS.get(cluster) ?? new Map<SourceObject, readonly Backend[]>();
  BACKENDS.set(cluster, ofCluster);
  const known = ofCluster.get(service);
  if (known !== undefined) return known;
  const workloads = behindService(
    cluster,
    cluster.namespaceOf(service),
    at(service.object, 'spec', 'selector'),
  );
  const found = list(at(service.object, 'spec', 'ports')).flatMap((entry) => {
    const servicePort = at(entry, 'port');
    if (!isPortNumber(servicePort) || !isTcp(entry)) return [];
    const servicePortName = text(at(entry, 'name'));
    const appProtocol = text(at(entry, 'appProtocol'));
    return workloads.flatMap((workload) =>
      targetNumbers(workload, at(entry, 'targetPort') || servicePort).map((number) => ({
        service,
        workload,
        number,
        servicePort,
        ...(servicePortName === undefined ? {} : { servicePortName }),
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
    );
  });
  ofCluster.set(service, found);
  return found;
}

/** Container ports of a `targetPort`; zero and the empty text mean that none is given, as Kubernetes takes them. */
function targetNumbers({ pod }: Workload, target: unknown): number[] {
  if (typeof target === 'string') return [...(pod.portNames.get(target) ?? [])];
  return isPortNumber(target) ? [target] : [];
}

/** The Service of a name, if the input has it. */
export function findService(cluster: Cluster, namespace: string, name: string): SourceObject | undefined {
  return cluster.servicesIn(namespace).find(({ object }) => object.metadata.name === name);
}

/** The backends of one port of a Service, given as its number or name. */
export function backendsAt(cluster: Cluster, service: SourceObject, port: unknown): readonly Backend[] {
  return backendsOf(cluster, service).filter(({ servicePort, servicePortName }) =>
    typeof port === 'string' ? servicePortName === port : servicePort === port,
  );
}
