import { configuredCalls, type ConfiguredCall, type ConfiguredCalls } from '../../traffic/configured-calls';
import { workloadClient, type OutsideClient, type InitInput } from './outside-client';

/** Workloads configured to call a Service. */
export function calls({ cluster, workloads }: InitInput): ConfiguredCalls {
  return configuredCalls(cluster, workloads);
}

/** Calls from other namespaces, as clients of each port they may reach. */
export function callers({ cluster }: InitInput, all: readonly ConfiguredCall[]): OutsideClient[] {
  return all.flatMap(({ caller, backends, because, isPortKnown, service }) =>
    backends
      .filter(({ workload }) => workload.namespace !== caller.namespace)
      .map(({ workload, number }) => {
        const { marks, ...client } = workloadClient(cluster, caller);
        const which = `it names Service ${service.object.metadata.name} without one of its ports, so all its ports are opened`;
        return {
          ...client,
          workload,
          number,
          because: `${because} in namespace ${caller.namespace}`,
          marks:
            isPortKnown || backends.length < 2 ? marks : [...marks, { kind: 'GUESS' as const, text: which }],
        };
      }),
  );
}
