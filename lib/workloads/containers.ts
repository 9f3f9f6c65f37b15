import { asFields, asList, asText, asTextMap, valueAt, type Fields } from '../kubernetes/fields';
import type { Path } from '../kubernetes/path';
import { PROXY_CONTAINER } from '../linkerd/ports';
import type { PodTemplate } from './pod-template';

/** A container that runs as long as its pod, and its path in the object. */
export interface PlacedContainer {
  readonly container: Fields;
  readonly name: string;
  readonly path: Path;
}

/** All containers of a pod, whether they keep running or not: the policy controller counts the ports of each (linkerd-policy 3.3). */
export function allContainers(spec: Fields): readonly unknown[] {
  return [...asList(spec.containers), ...asList(spec.initContainers)];
}

/** Containers that keep running, which among init containers are only sidecars; `path` leads to the pod's spec. */
export function runningContainers(spec: Fields, path: Path = ['spec']): PlacedContainer[] {
  return (['containers', 'initContainers'] as const).flatMap((field) =>
    asList(spec[field]).flatMap((entry, index): PlacedContainer[] => {
      if (field === 'initContainers' && valueAt(entry, 'restartPolicy') !== 'Always') return [];
      const name = asText(valueAt(entry, 'name')) ?? '';
      return [{ container: asFields(entry), name, path: [...path, field, index] }];
    }),
  );
}

/** The pod's main container: the one kubectl uses by default. */
export function mainContainer({ metadata, spec }: PodTemplate): string {
  const chosen = asTextMap(metadata.annotations)['kubectl.kubernetes.io/default-container'];
  const names = asList(spec.containers).map((container) => asText(valueAt(container, 'name')) ?? '');
  const own = names.filter((name) => name !== PROXY_CONTAINER);
  return chosen !== undefined && own.includes(chosen) ? chosen : (own[0] ?? '');
}
