import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { PROXY_PORT_NAMES } from '../../linkerd/ports';
import { matchesSelector } from '../../kubernetes/selector';
import { decodeSelector } from '../../cluster/field-decoders';
import { valueAt, asList } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Observation, Rule } from '../rule';
import { objectsOf, workloadsIn } from '../../cluster/inventory';
import { enumerate } from '../../basics/words';
import { label, workloadLabel } from '../../cluster/labels';
import { NETWORKING_GROUP } from '../../kubernetes/kinds';

export const networkPolicyPorts: Rule = {
  id: 'network-policy-ports',
  severity: 'warning',
  title: "A NetworkPolicy names ports, but mesh traffic arrives on the proxy's own port.",
  check(cluster) {
    return objectsOf(cluster, NETWORKING_GROUP, 'NetworkPolicy').flatMap((source) =>
      ingressRules(source).some(hasPorts) ? observe(cluster, source) : [],
    );
  },
};

function observe(cluster: Cluster, source: SourceObject): Observation[] {
  const selected = workloadsIn(cluster, cluster.namespaceOf(source)).filter(
    (workload) => workload.injection.meshed && selects(source, workload),
  );
  const [first] = selected;
  if (first === undefined) return [];
  const { inbound } = first.pod.proxyPorts;
  const names = enumerate(selected.map(workloadLabel));
  const closed = selected.filter((workload) => !isMeshLetIn(cluster, workload));
  const path = ['spec', 'ingress'];
  if (closed.length > 0) {
    return [
      {
        object: source,
        path,
        text: `${label(cluster, source)} opens only some ports of ${enumerate(closed.map(workloadLabel))}, and ${inbound} is not among them. Meshed clients connect to that port of the proxy, whatever port they call, so none of them gets through.`,
        remedy: `add port ${inbound} to the rule, and let Linkerd's policy decide who may use which port`,
      },
    ];
  }
  return [
    {
      object: source,
      path,
      severity: 'info',
      text: `${label(cluster, source)} lists ports for ${names}, which restricts only clients without a proxy: meshed clients come in through port ${inbound}, whatever port they call.`,
      remedy: "restrict meshed clients with Linkerd's policy",
    },
  ];
}

function selects({ object }: SourceObject, { pod }: Workload): boolean {
  const selector = decodeSelector(valueAt(object, 'spec', 'podSelector'));
  return selector !== undefined && matchesSelector(selector, pod.labels);
}

/** Whether any NetworkPolicy of the workload opens the proxy's port; NetworkPolicies add up. */
function isMeshLetIn(cluster: Cluster, workload: Workload): boolean {
  const { inbound } = workload.pod.proxyPorts;
  return objectsOf(cluster, NETWORKING_GROUP, 'NetworkPolicy')
    .filter((source) => cluster.namespaceOf(source) === workload.namespace && selects(source, workload))
    .flatMap(ingressRules)
    .some(
      (rule) => !hasPorts(rule) || asList(valueAt(rule, 'ports')).some((port) => includes(port, inbound)),
    );
}

function ingressRules({ object }: SourceObject): readonly unknown[] {
  const types = asList(valueAt(object, 'spec', 'policyTypes'));
  return types.length === 0 || types.includes('Ingress') ? asList(valueAt(object, 'spec', 'ingress')) : [];
}

function hasPorts(rule: unknown): boolean {
  return asList(valueAt(rule, 'ports')).length > 0;
}

function includes(entry: unknown, inbound: number): boolean {
  const port = valueAt(entry, 'port');
  if (port === undefined || port === PROXY_PORT_NAMES.inbound) return true;
  const last = valueAt(entry, 'endPort') ?? port;
  return typeof port === 'number' && typeof last === 'number' && port <= inbound && inbound <= last;
}
