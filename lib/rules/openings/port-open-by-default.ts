import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { isMeantToBeOpen } from '../../linkerd/default-policy';
import { uncoveredPorts } from '../probes/port-denied-by-default';
import type { Observation, Rule } from '../rule';
import { workloadsIn } from '../../cluster/inventory';
import { counted } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

export const portOpenByDefault: Rule = {
  id: 'port-open-by-default',
  formerIds: ['port-left-open'],
  severity: 'warning',
  title: 'Some ports have a Server, but others stay open by default.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      if (cluster.policyOf(namespace).servers.length === 0) return [];
      const open = workloadsIn(cluster, namespace).filter((workload) => isOpen(workload));
      const declared = open.flatMap((workload) => observe(cluster, workload));
      return declared.length > 0 ? declared : undeclaredOnly(cluster, namespace, open);
    });
  },
};

const REMEDY = `annotate the Namespace with ${DEFAULT_INBOUND_POLICY}: deny and restart the pods; then only ports with a Server stay open`;

function isOpen(workload: Workload): boolean {
  if (!workload.injection.meshed || workload.kind === 'externalworkload') return false;
  return isMeantToBeOpen(workload.pod.settings.policy);
}

function observe(cluster: Cluster, workload: Workload): Observation[] {
  const ports = uncoveredPorts(cluster, workload);
  if (ports.length === 0) return [];
  return [
    {
      object: workload.source,
      path: [...templatePath(workload), 'spec', 'containers'],
      text: `No Server covers ${counted(ports, 'port')} of ${workloadLabel(workload)}, although namespace ${workload.namespace} has Servers for others. The default policy ${workload.pod.settings.policy} applies, so clients get in without an identity.`,
      remedy: `add a Server for each of them, or ${REMEDY}`,
    },
  ];
}

function undeclaredOnly(
  cluster: Cluster,
  namespace: string,
  [first, ...others]: readonly Workload[],
): Observation[] {
  if (first === undefined) return [];
  const home = cluster.namespaceObject(namespace);
  return [
    {
      object: home ?? first.source,
      ...(home === undefined ? { also: others.map(({ source }) => source) } : {}),
      severity: 'info',
      text: `All declared ports in namespace ${namespace} have a Server, but its default policy is ${first.pod.settings.policy}: any other port its pods listen on, and every port of future pods, is open to clients without an identity.`,
      remedy: REMEDY,
    },
  ];
}
