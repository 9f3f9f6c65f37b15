import { asList, asText, asTextMap, valueAt } from '../kubernetes/fields';
import { currentGroup } from '../kubernetes/pod-template-home';
import { groupOf } from '../kubernetes/references';
import { matchesSelector } from '../kubernetes/selector';
import { decodeSelector } from './field-decoders';
import { kindName, type Workload } from './workload';

/** What finds a workload of the same namespace. */
type Find = (kind: string, name: string) => Workload | undefined;

/** What Kubernetes' own kinds make; pods are made by each of them, and other APIs make what they like. */
const MADE_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['deployment', ['replicaset']],
  ['cronjob', ['job']],
]);

const OWN_KINDS = [
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'replicationcontroller',
  'job',
  'cronjob',
];

/**
 * The workload at the head of the chain of owners that made a workload, if the input has it: what it makes is judged in
 * its place. What only names an owner that is not there, or one that would not make it, is judged by itself.
 */
export function makerOf(workload: Workload, find: Find): Workload | undefined {
  const seen = new Set<Workload>([workload]);
  let head: Workload | undefined;
  for (let maker = directMaker(workload, find); maker !== undefined; maker = directMaker(maker, find)) {
    // Owners in a circle make nobody.
    if (seen.has(maker)) return undefined;
    seen.add(maker);
    head = maker;
  }
  return head;
}

function directMaker(workload: Workload, find: Find): Workload | undefined {
  const { metadata } = workload.source.object;
  const owner = asList(valueAt(metadata, 'ownerReferences')).find(
    (entry) => valueAt(entry, 'controller') === true,
  );
  const [kind, name] = [asText(valueAt(owner, 'kind')), asText(valueAt(owner, 'name'))];
  if (kind === undefined || name === undefined) return undefined;
  const group = currentGroup(groupOf(asText(valueAt(owner, 'apiVersion')) ?? ''));
  const written = valueAt(owner, 'apiVersion') === undefined ? kind.toLowerCase() : kindName(group, kind);
  const maker = find(written, name) ?? deploymentOf(workload, written, name, find);
  if (maker === undefined || !makes(maker, workload)) return undefined;
  const [uid, own] = [valueAt(owner, 'uid'), maker.source.object.metadata.uid];
  const isRecreated =
    written === maker.kind && typeof uid === 'string' && typeof own === 'string' && uid !== own;
  return isRecreated ? undefined : maker;
}

function makes({ kind }: Workload, made: Workload): boolean {
  return made.kind === 'pod' || !OWN_KINDS.includes(kind) || (MADE_BY.get(kind) ?? []).includes(made.kind);
}

/** A list of Deployments and pods without ReplicaSets: a ReplicaSet has its Deployment's name and the pod's hash. */
function deploymentOf(pod: Workload, kind: string, name: string, find: Find): Workload | undefined {
  if (pod.kind !== 'pod' || kind !== 'replicaset') return undefined;
  const labels = asTextMap(pod.source.object.metadata.labels);
  const hash = labels['pod-template-hash'];
  if (hash === undefined || !name.endsWith(`-${hash}`)) return undefined;
  const deployment = find('deployment', name.slice(0, -hash.length - 1));
  const selector = decodeSelector(valueAt(deployment?.source.object, 'spec', 'selector'));
  return selector !== undefined && matchesSelector(selector, labels) ? deployment : undefined;
}
