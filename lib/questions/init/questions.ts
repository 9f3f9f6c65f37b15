import type { Cluster } from '../../cluster/cluster';
import { containersOf, type Workload } from '../../cluster/workload';
import { isDefaultPolicy, requiresIdentity } from '../../linkerd/default-policy';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import type { ConfiguredCalls } from '../../traffic/configured-calls';
import type { InitInput } from './outside-client';
import type { OpenQuestion } from './plan';
import { inherited } from './port-facts';
import type { MeshEligibility } from './mesh-eligibility';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { namespaceDefault } from '../../cluster/inventory';
import { lostProbes } from '../../workloads/kubelet-probes';

type Standings = ReadonlyMap<Workload, MeshEligibility>;

/** What the manifests leave open about a namespace as a whole. */
export function namespaceQuestions(
  { cluster, options, calls }: InitInput & { readonly calls: ConfiguredCalls },
  namespace: string,
  standings: Standings,
): OpenQuestion[] {
  const texts = [
    ...(options.inject === true ? [] : unmeshed(standings)),
    ...[...standings].flatMap(([workload, standing]) => ofWorkload(cluster, workload, standing)),
    ...ofNamespace(cluster, namespace, standings),
    ...calls.loose
      .filter((loose) => loose.namespace === namespace)
      .map(({ service, text }) => `Service ${service}: ${text}`),
  ];
  return [...new Set(texts)].map((text) => ({ kind: 'DOUBT', text }));
}

function unmeshed(standings: Standings): string[] {
  const labels = [...standings].flatMap(([workload, { kind }]) =>
    kind === 'injectable' ? [workloadLabel(workload)] : [],
  );
  if (labels.length === 0) return [];
  const have = labels.length === 1 ? 'has' : 'have';
  return [
    `${enumerate(labels)} ${have} no proxy, and without it a jail protects nothing: say inject: true here (or run init with --inject), and restart`,
  ];
}

function ofWorkload(cluster: Cluster, workload: Workload, { kind, reason }: MeshEligibility): string[] {
  const label = workloadLabel(workload);
  const policy = inherited(cluster, workload, DEFAULT_INBOUND_POLICY);
  const wins = policy !== undefined && policy !== namespaceDefault(cluster, workload.namespace);
  return [
    ...lostProbes(containersOf(workload)).map(
      ({ probe, container, name }) =>
        `the ${probe} of container ${container} of ${label} names port ${name}, which that container does not have: it fails today already`,
    ),
    ...(kind === 'outside' ? [`${label} is outside of the jail: ${reason}`] : []),
    ...(wins
      ? [
          `the pods of ${label} say ${DEFAULT_INBOUND_POLICY}: ${policy} themselves, which wins over the jail: take it away`,
        ]
      : []),
  ];
}

function ofNamespace(cluster: Cluster, namespace: string, standings: Standings): string[] {
  const policy = namespaceDefault(cluster, namespace);
  const machines = [...standings.keys()].filter(({ kind }) => kind === 'externalworkload');
  return [
    ...(isDefaultPolicy(policy) && requiresIdentity(policy)
      ? [`the Namespace says ${policy} today; audit lets in unmeshed clients as well while you watch`]
      : []),
    ...(!cluster.hasNamespace(namespace)
      ? [
          `Namespace ${namespace} is not in the manifests: read it too (kubectl get namespace ${namespace} -o yaml), or applying this one may take away annotations such as ${INJECT}`,
        ]
      : []),
    ...(machines.length > 0
      ? [
          `${enumerate(machines.map(workloadLabel))}: a jail has no Server for ExternalWorkloads; only its default policy holds there`,
        ]
      : []),
  ];
}
