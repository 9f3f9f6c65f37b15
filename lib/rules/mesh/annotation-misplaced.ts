import { OPAQUE_PORTS } from '../../linkerd/annotations';
import type { Cluster } from '../../cluster/cluster';
import { annotatedPlaces, type AnnotatedPlace } from './annotated-places';
import { POD_KEYS, POLICY_KEYS } from '../../linkerd/known-annotations';
import type { Observation, Rule } from '../rule';
import { label } from '../../cluster/labels';
import { podTemplateHome } from '../../kubernetes/pod-template-home';
import { pathText } from '../../kubernetes/path';

/** Kinds on which Linkerd reads an annotation for something else than pods. */
const ALSO_READ = new Map([
  ['Service', [OPAQUE_PORTS]],
  ['EgressNetwork', [OPAQUE_PORTS]],
]);

export const annotationMisplaced: Rule = {
  id: 'annotation-misplaced',
  severity: 'error',
  title: 'An annotation of Linkerd stands where Linkerd does not read it.',
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

/** Some tools write an annotation on the workload and on its template: the second one does it. */
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
  const where = isLabels
    ? `among the labels of ${label(cluster, source)}, where Linkerd wants an annotation`
    : `on ${label(cluster, source)} itself`;
  const template = podTemplateHome(source.object) ?? [];
  const right =
    isLabels && role !== 'other'
      ? 'move it to metadata.annotations'
      : template.length > 0
        ? `move it to the annotations of the pod template (${pathText(template)}.metadata.annotations) or to the Namespace`
        : 'move it to the Namespace, or to the pod templates of the workloads that are meant';
  return {
    object: source,
    path: [...path, key],
    severity: POLICY_KEYS.includes(key) ? 'error' : 'warning',
    text: `${key}: ${JSON.stringify(entries[key])} stands ${where}. It has no effect there: Linkerd reads it on pods and Namespaces only.`,
    remedy: right,
  };
}
