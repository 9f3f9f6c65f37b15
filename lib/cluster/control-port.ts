import { memoized, oncePer } from '../basics/collections';
import { asList, valueAt } from '../kubernetes/fields';
import { PROXY_CONTAINER, PROXY_PORTS } from '../linkerd/ports';
import { selectsPod, targetNumbers } from '../workloads/services';
import type { SourceObject } from '../kubernetes/object';
import type { Cluster } from './cluster';
import { serviceOf } from './services';
import type { Workload } from './workload';

/**
 * Whether an application listens on the control port, as far as manifests tell: a container declares it, or a Server, a
 * probe or a Service names it. Its traffic never meets the proxy, and the proxy itself listens there only for
 * linkerd-viz's tap (linkerd-policy 5.4).
 */
export function isControlPortInUse(cluster: Cluster, workload: Workload): boolean {
  return memoized(answers(cluster), workload, () => isInUse(cluster, workload));
}

const answers = oncePer<Cluster, Map<Workload, boolean>>(() => new Map());

function isInUse(cluster: Cluster, workload: Workload): boolean {
  const { pod, namespace, kind } = workload;
  const { control } = pod.proxyPorts;
  if (pod.ports.some(({ number, container }) => number === control && container !== PROXY_CONTAINER))
    return true;
  // A Server on the usual control port is written for tap; on another it tells that an application is there.
  if (control !== PROXY_PORTS.control && cluster.portOwnership(workload).owners.has(control)) return true;
  if (kind === 'externalworkload') return false;
  if (pod.surface.probed.has(control)) return true;
  // Most Services name no such port, and a name leads there only if the pod has it.
  const isNamed = [...pod.portNames.values()].some((numbers) => numbers.has(control));
  const services = isNamed ? cluster.servicesIn(namespace) : servicesTo(cluster, namespace, control);
  return services.some((source) => {
    const service = serviceOf(source);
    if (!selectsPod(service, pod.labels)) return false;
    return service.ports.some(({ target }) => targetNumbers(target, pod.portNames).includes(control));
  });
}

const byPort = oncePer<Cluster, Map<string, readonly SourceObject[]>>(() => new Map());

/** The Services of a namespace that write a port's number; most write another, and need not be read for that. */
function servicesTo(cluster: Cluster, namespace: string, port: number): readonly SourceObject[] {
  return memoized(byPort(cluster), `${namespace}:${port}`, () =>
    cluster
      .servicesIn(namespace)
      .filter(({ object }) => asList(valueAt(object, 'spec', 'ports')).some((entry) => names(entry, port))),
  );
}

function names(entry: unknown, port: number): boolean {
  return Number(valueAt(entry, 'targetPort')) === port || Number(valueAt(entry, 'port')) === port;
}
