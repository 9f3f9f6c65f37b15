import { memoized, oncePer } from '../basics/collections';
import { asFields, asList, valueAt } from '../kubernetes/fields';
import { PROXY_CONTAINER, PROXY_PORTS } from '../linkerd/ports';
import { PROBE_FIELDS, resolveProbePort } from '../workloads/probes';
import { selectsPod, targetNumbers } from '../workloads/services';
import { allContainers } from '../workloads/containers';
import type { SourceObject } from '../kubernetes/object';
import type { Cluster } from './cluster';
import { serviceOf } from './services';
import { templateOf, type Workload } from './workload';

const answers = oncePer<Cluster, WeakMap<Workload, boolean>>(() => new WeakMap());

/**
 * Whether an application listens on the control port, as far as manifests tell: a container declares it, or a Server, a
 * probe or a Service names it. Its traffic never meets the proxy, and the proxy itself listens there only for
 * linkerd-viz's tap (linkerd-policy 5.4).
 */
export function isControlPortInUse(cluster: Cluster, workload: Workload): boolean {
  const known = answers(cluster);
  const answer = known.get(workload) ?? isInUse(cluster, workload);
  known.set(workload, answer);
  return answer;
}

function isInUse(cluster: Cluster, workload: Workload): boolean {
  const { pod, namespace, kind } = workload;
  const { control } = pod.proxyPorts;
  if (pod.ports.some(({ number, container }) => number === control && container !== PROXY_CONTAINER))
    return true;
  // A Server on the usual control port is written for tap; on another it tells that an application is there.
  if (control !== PROXY_PORTS.control && cluster.portOwnership(workload).owners.has(control)) return true;
  if (kind === 'externalworkload') return false;
  const isProbed = allContainers(templateOf(workload.source).spec).some((container) =>
    PROBE_FIELDS.some((field) => {
      const probe = valueAt(container, field);
      if (probe === undefined) return false;
      return ['httpGet', 'tcpSocket', 'grpc'].some((handler) => {
        const port = valueAt(probe, handler, 'port');
        // A number is what it is; a name is looked up among the container's ports.
        if (typeof port === 'number' || port === undefined) return port === control;
        return resolveProbePort(asFields(container), port).includes(control);
      });
    }),
  );
  if (isProbed) return true;
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
      .filter(({ object }) =>
        asList(valueAt(object, 'spec', 'ports')).some((entry) =>
          [valueAt(entry, 'targetPort'), valueAt(entry, 'port')].some((number) => Number(number) === port),
        ),
      ),
  );
}
