import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY, INJECT } from '../../linkerd/annotations';
import { lostProbes } from '../../rules/probe-calls';
import { namespaceObject } from '../../rules/subjects';
import { enumerate, workloadLabel } from '../../rules/words';
import type { Calls } from '../callers';
import type { Sources } from './admission';
import type { OpenQuestion } from './plan';
import { inherited } from './port-facts';
import type { Standing } from './subjects';

/** What concerns the namespace as a whole. */
export function namespaceQuestions(
  { cluster, options, calls }: Sources & { readonly calls: Calls },
  namespace: string,
  standings: ReadonlyMap<Workload, Standing>,
): OpenQuestion[] {
  const doubt = (text: string): OpenQuestion => ({ kind: 'DOUBT', text });
  const found: OpenQuestion[] = [];
  const labelsOf = (kind: Standing['kind']): string[] =>
    [...standings]
      .filter(([, standing]) => standing.kind === kind)
      .map(([workload]) => workloadLabel(workload));
  const injectable = labelsOf('injectable');
  if (injectable.length > 0 && options.inject !== true) {
    const text = `${enumerate(injectable)} ${injectable.length === 1 ? 'has' : 'have'} no proxy, and without it a jail protects nothing: say inject: true here (or run init with --inject), and restart`;
    found.push(doubt(text));
  }
  for (const [workload, { kind, reason }] of standings) {
    for (const { probe, container, name } of lostProbes(workload)) {
      const text = `the ${probe} of container ${container} of ${workloadLabel(workload)} names port ${name}, which that container does not have: it fails today already`;
      found.push(doubt(text));
    }
    if (kind === 'outside') found.push(doubt(`${workloadLabel(workload)} is outside of the jail: ${reason}`));
    const policy = inherited(cluster, workload, DEFAULT_INBOUND_POLICY);
    const ofNamespace = cluster.namespaceMeta(namespace).annotations[DEFAULT_INBOUND_POLICY];
    if (policy !== undefined && policy !== ofNamespace) {
      const text = `the pods of ${workloadLabel(workload)} say ${DEFAULT_INBOUND_POLICY}: ${policy} themselves, which wins over the jail: take it away`;
      found.push(doubt(text));
    }
  }
  const before = cluster.namespaceMeta(namespace).annotations[DEFAULT_INBOUND_POLICY];
  if (before === 'all-authenticated' || before === 'cluster-authenticated') {
    found.push(
      doubt(`the Namespace says ${before} today; audit lets in unmeshed clients as well while you watch`),
    );
  }
  if (namespaceObject(cluster, namespace) === undefined) {
    const text = `Namespace ${namespace} is not in the manifests: read it too (kubectl get namespace ${namespace} -o yaml), or applying this one may take away annotations such as ${INJECT}`;
    found.push(doubt(text));
  }
  const external = cluster.workloads.filter(
    (workload) => workload.namespace === namespace && workload.kind === 'externalworkload',
  );
  if (external.length > 0) {
    const text = `${enumerate(external.map(workloadLabel))}: a jail has no Server for ExternalWorkloads; only its default policy holds there`;
    found.push(doubt(text));
  }
  for (const { service, text } of calls.loose.filter((loose) => loose.namespace === namespace)) {
    found.push(doubt(`Service ${service}: ${text}`));
  }
  for (const { caller, backends, service, because } of calls.calls) {
    if (cluster.namespaceOf(service) !== namespace || backends.length > 0) continue;
    if (caller.namespace === namespace) continue;
    const { name } = service.object.metadata;
    const text = `Service ${name}: ${because} in namespace ${caller.namespace} names it, and it leads to no workload of the manifests`;
    found.push(doubt(text));
  }
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}
