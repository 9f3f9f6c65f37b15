import type { Cluster } from '../../cluster/cluster';
import { containersOf, type Workload } from '../../cluster/workload';
import { isDefaultPolicy, requiresIdentity } from '../../linkerd/default-policy';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import type { ConfiguredCalls } from '../../traffic/configured-calls';
import type { InitInput } from './outside-client';
import type { OpenQuestion } from './plan';
import { inherited } from './port-facts';
import type { MeshEligibility } from './mesh-eligibility';
import { compareText } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { namespaceDefault } from '../../cluster/inventory';
import { lostProbes } from '../../workloads/kubelet-probes';

type Standings = ReadonlyMap<Workload, MeshEligibility>;

/** What the manifests leave open about a namespace as a whole. */
export function namespaceQuestions(
  { cluster, injected, calls }: InitInput & { readonly calls: ConfiguredCalls },
  namespace: string,
  standings: Standings,
): OpenQuestion[] {
  const texts = [
    ...(injected.has(namespace) ? [] : unmeshed(standings)),
    ...[...standings].flatMap(([workload, standing]) => ofWorkload(cluster, workload, standing)),
    ...ofNamespace(cluster, namespace, standings),
    ...calls.loose
      .filter((loose) => loose.namespace === namespace)
      .map(({ service, text }) => `Service ${service}: ${text}`)
      .sort(compareText),
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
    `${enumerate(labels)} ${have} no proxy, and without one a jail protects nothing: set inject: true here (or run init with --inject), and restart`,
  ];
}

function ofWorkload(cluster: Cluster, workload: Workload, { kind, reason }: MeshEligibility): string[] {
  const label = workloadLabel(workload);
  const policy = inherited(cluster, workload, DEFAULT_INBOUND_POLICY);
  const wins = policy !== undefined && policy !== namespaceDefault(cluster, workload.namespace);
  return [
    ...lostProbes(containersOf(workload)).map(
      ({ probe, container, name }) =>
        `the ${probe} of container ${container} of ${label} names port ${name}, which that container does not have: it already fails today`,
    ),
    ...(kind === 'outside' ? [`${label} is outside the jail: ${reason}`] : []),
    ...(wins
      ? [
          `the pods of ${label} set ${DEFAULT_INBOUND_POLICY}: ${policy} themselves, which overrides the jail: remove it`,
        ]
      : []),
  ];
}

function ofNamespace(cluster: Cluster, namespace: string, standings: Standings): string[] {
  const policy = namespaceDefault(cluster, namespace);
  const machines = [...standings.keys()].filter(({ kind }) => kind === 'externalworkload');
  return [
    ...(isDefaultPolicy(policy) && requiresIdentity(policy)
      ? [
          `the Namespace says ${policy} today; while you watch, audit lets in unmeshed clients as well, and linkerd-admin is open to everyone from then on: narrow that exception to your Prometheus`,
        ]
      : []),
    ...(!cluster.hasNamespace(namespace)
      ? [
          `Namespace ${namespace} is not in the manifests: add it to the input (kubectl get namespace ${namespace} -o yaml), or applying this one may remove annotations such as ${INJECT}`,
        ]
      : []),
    ...(machines.length > 0
      ? [
          `${enumerate(machines.map(workloadLabel))}: a jail makes no Server for ExternalWorkloads; only its default policy applies to them`,
        ]
      : []),
  ];
}
