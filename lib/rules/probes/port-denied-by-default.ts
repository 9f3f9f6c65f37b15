import { groupBy } from '../../basics/collections';
import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import type { Rule } from '../rule';
import { allWorkloads } from '../../cluster/inventory';
import { counted, enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

/** Declared TCP ports of the application that no Server owns and that do not bypass the proxy. */
export function uncoveredPorts(cluster: Cluster, workload: Workload): number[] {
  const { pod } = workload;
  const { owners } = cluster.portOwnership(workload);
  const ofProxy: readonly number[] = Object.values(pod.proxyPorts);
  const numbers = new Set(pod.ports.map(({ number }) => number));
  return [...numbers].filter(
    (port) => !owners.has(port) && !ofProxy.includes(port) && !pod.skippedInbound.has(port),
  );
}

export const portDeniedByDefault: Rule = {
  id: 'port-denied-by-default',
  formerIds: ['port-uncovered'],
  severity: 'warning',
  title: 'A declared port has no Server, and the default policy is deny.',
  check(cluster) {
    return allWorkloads(cluster).flatMap((workload) => {
      if (!workload.injection.meshed || workload.pod.settings.policy !== 'deny') return [];
      const ports = uncoveredPorts(cluster, workload);
      if (ports.length === 0) return [];
      const paths = ports.flatMap((port) => probedPaths(cluster, workload, port));
      const probes =
        paths.length === 0
          ? ''
          : ` Anyone can still GET ${enumerate(paths, 4)}, because Linkerd opens the paths of httpGet probes to everyone.`;
      return [
        {
          object: workload.source,
          path: [...templatePath(workload), 'spec', 'containers'],
          text: `No Server covers ${counted(
            named(workload, ports),
            'port',
          )} of ${workloadLabel(workload)} in namespace ${workload.namespace}, so the default policy, deny, refuses every other pod, including those of the same namespace and Prometheus; only traffic inside the pod (localhost, kubectl port-forward) passes.${probes}`,
          remedy:
            'add a Server (or a port of the NamespaceJail) for each port that others use; if nobody should, accept this finding',
        },
      ];
    });
  },
};

function named({ pod }: Workload, numbers: readonly number[]): string[] {
  const names = groupBy(pod.ports, ({ number }) => number);
  return numbers.map((port) => {
    const name = names.get(port)?.[0]?.name;
    return name === undefined ? String(port) : `${port} (${name})`;
  });
}

function probedPaths(cluster: Cluster, workload: Workload, port: number): string[] {
  const routes = cluster.inboundPolicy(workload, port).routes;
  const isOpen = routes.some((route) => route.authorizations.some(({ ref }) => ref.kind !== 'localhost'));
  return isOpen ? [...(workload.pod.probes.get(port) ?? [])].map((path) => `${path} on port ${port}`) : [];
}
