import { OPAQUE_PORTS } from '../../linkerd/annotations';
import type { Cluster } from '../../cluster/cluster';
import { annotatedPlaces, type AnnotatedPlace } from './annotated-places';
import { POD_KEYS, POLICY_KEYS } from '../../linkerd/known-annotations';
import type { Observation, Rule } from '../rule';
import { podAnnotation } from '../../cluster/inventory';
import { behindService } from '../../cluster/services';
import { isWorkload, kindName, type Workload } from '../../cluster/workload';
import type { SourceObject } from '../../kubernetes/object';
import { groupOf } from '../../kubernetes/references';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { podTemplateHome } from '../../kubernetes/pod-template-home';
import { pathText, type Path } from '../../kubernetes/path';

/** Kinds on which Linkerd reads an annotation for something other than pods. */
const ALSO_READ = new Map([
  ['Service', [OPAQUE_PORTS]],
  ['EgressNetwork', [OPAQUE_PORTS]],
]);

export const annotationMisplaced: Rule = {
  id: 'annotation-misplaced',
  severity: 'error',
  title: 'A Linkerd annotation is in a place where Linkerd does not read it.',
  check(cluster) {
    const places = annotatedPlaces(cluster);
    return places.flatMap((place) =>
      Object.keys(place.entries)
        .filter((key) => POD_KEYS.includes(key) && !isRead(place, key))
        .filter((key) => !isAlsoRight(places, place, key))
        .map((key) => observe(cluster, place, key)),
    );
  },
};

function isRead({ role, isLabels, source }: AnnotatedPlace, key: string): boolean {
  if (isLabels) return false;
  return role !== 'other' || (ALSO_READ.get(source.object.kind) ?? []).includes(key);
}

/** Some tools put an annotation on both the workload and its template; the latter is enough. */
function isAlsoRight(
  places: readonly AnnotatedPlace[],
  { source, entries }: AnnotatedPlace,
  key: string,
): boolean {
  return places.some(
    (other) => other.source === source && isRead(other, key) && other.entries[key] === entries[key],
  );
}

function observe(
  cluster: Cluster,
  { source, path, isLabels, role, entries }: AnnotatedPlace,
  key: string,
): Observation {
  const template = podTemplateHome(source.object) ?? [];
  const home = path.slice(0, -1);
  const owner = `${partWords(home, template)}${label(cluster, source)}`;
  const where = isLabels
    ? `a label of ${owner}, but Linkerd reads it only as an annotation`
    : `an annotation of ${owner}${home.length === 1 ? ' itself' : ''}, but Linkerd reads it only on pods and Namespaces`;
  const right =
    isLabels && role !== 'other'
      ? `move it to ${pathText([...home, 'annotations'])}`
      : template.length > 0
        ? `move it to the annotations of the pod template (${pathText(template)}.metadata.annotations) or to the Namespace`
        : 'move it to the Namespace, or to the pod templates of the workloads it is meant for';
  const isHarmless = podsHaveIt(cluster, source, key, entries[key]);
  return {
    object: source,
    path: [...path, key],
    severity: isHarmless ? 'info' : POLICY_KEYS.includes(key) ? 'error' : 'warning',
    text: `${key}: ${quote(entries[key])} is ${where}, so it has no effect.${isHarmless ? ' The pods have the same value anyway.' : ''}`,
    remedy: isHarmless ? 'nothing, or remove it' : right,
  };
}

/** Which part of an object a metadata is of; empty for its own. */
function partWords(metadata: Path, template: readonly string[]): string {
  if (metadata.length === 1) return '';
  return metadata.length - 1 === template.length ? 'the pod template of ' : 'the job template of ';
}

/** Whether the pods that the annotation can only be meant for have the value without it, as in charts of Linkerd's own. */
function podsHaveIt(cluster: Cluster, source: SourceObject, key: string, value: string | undefined): boolean {
  const meant = podsOf(cluster, source);
  return (
    meant.length > 0 &&
    meant.every((workload) => workload.injection.meshed && podAnnotation(workload, key) === value)
  );
}

/** A workload's own pods, or those behind a Service. */
function podsOf(cluster: Cluster, source: SourceObject): readonly Workload[] {
  const { object } = source;
  if (object.kind === 'Service' && object.apiVersion === 'v1') return behindService(cluster, source);
  if (!isWorkload(object)) return [];
  const kind = kindName(groupOf(object.apiVersion), object.kind);
  const own = cluster.workload({
    namespace: cluster.namespaceOf(source),
    kind,
    name: object.metadata.name,
  });
  return own === undefined ? [] : [own];
}
