import type { Backend } from '../../cluster/services';
import { isMetricsName } from '../../workloads/protocol-words';
import { configuredCalls, type ConfiguredCall, type ConfiguredCalls } from '../../traffic/configured-calls';
import { workloadClient, type OutsideClient, type InitInput } from './outside-client';

/** Workloads configured to call a Service. */
export function calls({ cluster, workloads }: Pick<InitInput, 'cluster' | 'workloads'>): ConfiguredCalls {
  return configuredCalls(cluster, workloads);
}

/** Calls from other namespaces, as clients of each port they may reach. */
export function callers(sources: InitInput, all: readonly ConfiguredCall[]): OutsideClient[] {
  return all.flatMap(({ caller, backends, because, isPortKnown, service }) =>
    meantPorts(backends, isPortKnown)
      .filter(({ workload }) => workload.namespace !== caller.namespace)
      .map(({ workload, number }) => {
        const { marks, ...client } = workloadClient(sources, caller);
        const which = `${because} in namespace ${caller.namespace} names Service ${service.object.metadata.name} without one of its ports, so all its ports are opened`;
        return {
          ...client,
          workload,
          number,
          because: `${because} in namespace ${caller.namespace}`,
          marks:
            isPortKnown || meantPorts(backends, false).length < 2
              ? marks
              : [...marks, { kind: 'GUESS' as const, text: which }],
        };
      }),
  );
}

/** A caller that names no port is not one that reads metrics, if the Service has other ports. */
function meantPorts(backends: readonly Backend[], isPortKnown: boolean): readonly Backend[] {
  const others = backends.filter(({ servicePort: { name = '' } }) => !isMetricsName(name));
  return isPortKnown || others.length === 0 ? backends : others;
}
