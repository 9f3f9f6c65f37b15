import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { uncoveredPorts } from './port-uncovered';
import type { Observation, Rule } from '../rule';
import { namespaceObject, workloadsIn } from '../../cluster/inventory';
import { counted } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { templatePath } from '../../cluster/workload';

export const portLeftOpen: Rule = {
  id: 'port-left-open',
  severity: 'warning',
  title: 'Beside ports with a Server, other ports stay open by default.',
  check(cluster) {
    return cluster.namespaceNames().flatMap((namespace) => {
      if (cluster.policyOf(namespace).servers.length === 0) return [];
      const open = workloadsIn(cluster, namespace).filter((workload) => isOpen(cluster, workload));
      const [first] = open;
      if (first === undefined) return [];
      const declared = open.flatMap((workload) => observe(cluster, workload));
      return declared.length > 0 ? declared : [undeclaredOnly(cluster, first)];
    });
  },
};

const REMEDY = `annotate the Namespace with ${DEFAULT_INBOUND_POLICY}: deny and restart the pods; then only ports with a Server are open`;

function isOpen(cluster: Cluster, workload: Workload): boolean {
  if (!workload.injection.meshed || workload.kind === 'externalworkload') return false;
  return ['all-unauthenticated', 'cluster-unauthenticated'].includes(cluster.factsOf(workload).policy);
}

function observe(cluster: Cluster, workload: Workload): Observation[] {
  const ports = uncoveredPorts(cluster, workload);
  if (ports.length === 0) return [];
  return [
    {
      object: workload.source,
      path: [...templatePath(workload), 'spec', 'containers'],
      text: `No Server covers ${counted(ports, 'port')} of ${workloadLabel(workload)}, although namespace ${workload.namespace} has Servers for others. The default policy ${cluster.factsOf(workload).policy} applies to it, so everybody gets in, meshed or not.`,
      remedy: `add a Server for it, or ${REMEDY}`,
    },
  ];
}

function undeclaredOnly(cluster: Cluster, workload: Workload): Observation {
  const { namespace } = workload;
  return {
    object: namespaceObject(cluster, namespace) ?? workload.source,
    severity: 'info',
    text: `All declared ports of namespace ${namespace} have a Server, but its default policy is ${cluster.factsOf(workload).policy}: whatever else its pods listen on, declared or not, and every port of tomorrow's pods, is open to everybody.`,
    remedy: REMEDY,
  };
}
