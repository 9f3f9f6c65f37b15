import { isWorkload, templateOf } from '../../cluster/workload';
import type { Cluster } from '../../cluster/cluster';
import { valueAt, asTextMap } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Path } from '../../kubernetes/path';
import { podTemplateHome } from '../../kubernetes/pod-template-home';

/** The annotations or labels at one place of an object, and whether Linkerd reads pod annotations there. */
export interface AnnotatedPlace {
  readonly source: SourceObject;
  readonly path: Path;
  readonly entries: Readonly<Record<string, string>>;
  readonly isLabels: boolean;
  /** Linkerd reads pod annotations at `namespace` and `pod`, not at `other`. */
  readonly role: 'namespace' | 'pod' | 'other';
}

/** All places where a user may have put a Linkerd annotation, right or wrong. */
export function annotatedPlaces(cluster: Cluster): AnnotatedPlace[] {
  return cluster.objects.flatMap((source) => {
    const { object } = source;
    const own = isWorkload(object);
    const isPod = own && (object.kind === 'Pod' || object.kind === 'ExternalWorkload');
    const isNamespace = object.kind === 'Namespace' && object.apiVersion === 'v1';
    const role = isPod ? 'pod' : isNamespace ? 'namespace' : 'other';
    const places = [...placesOf(source, ['metadata'], object.metadata, role)];
    if (!own || isPod) return places;
    const template = podTemplateHome(object) ?? [];
    places.push(...placesOf(source, [...template, 'metadata'], templateOf(source).metadata, 'pod'));
    if (object.kind === 'CronJob') {
      const job = ['spec', 'jobTemplate', 'metadata'];
      places.push(...placesOf(source, job, valueAt(object, ...job), 'other'));
    }
    return places;
  });
}

function placesOf(
  source: SourceObject,
  path: Path,
  metadata: unknown,
  role: AnnotatedPlace['role'],
): AnnotatedPlace[] {
  return (['annotations', 'labels'] as const).flatMap((field) => {
    const entries = asTextMap(valueAt(metadata, field));
    if (Object.keys(entries).length === 0) return [];
    return [{ source, path: [...path, field], entries, isLabels: field === 'labels', role }];
  });
}
