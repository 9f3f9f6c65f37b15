import { admitRead, type Violation } from '../admission';
import { storedForm } from '../admission/stored-form';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { objectKey } from '../kubernetes/references';

/** An object that the API server or Linkerd's webhook would refuse, with every reason. */
export interface RefusedObject {
  readonly source: SourceObject;
  readonly violations: readonly Violation[];
}

export interface AdmittedObjects {
  /** In their stored form: pruned and defaulted (linkerd-policy 3.0). */
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
}

/** Keeps what a cluster would hold of these objects. The last one of a name counts, as with `kubectl apply`. */
export function admitAll(
  sources: readonly SourceObject[],
  assumeAdmitted: boolean,
  defaultNamespace: string,
): AdmittedObjects {
  const last = new Map<string, SourceObject>();
  for (const source of sources) {
    const { object } = source;
    last.set(objectKey(object, object.metadata.namespace ?? defaultNamespace), source);
  }
  const objects: SourceObject[] = [];
  const refused: RefusedObject[] = [];
  for (const source of last.values()) {
    const admission = assumeAdmitted ? { stored: storedForm(source.object) } : admitRead(source);
    if ('violations' in admission) refused.push({ source, violations: admission.violations });
    else objects.push(storedSource(source, admission.stored));
  }
  return { objects, refused };
}

interface StoredObject extends SourceObject {
  readonly written: KubeObject;
}

function storedSource(source: SourceObject, stored: KubeObject): SourceObject {
  if (stored === source.object) return source;
  const kept: StoredObject = { ...source, object: stored, written: source.object };
  return kept;
}

/** An object of a cluster as it stands in its file: in its own version, without defaults, with fields that were dropped. */
export function writtenForm(source: SourceObject): KubeObject {
  return (source as Partial<StoredObject>).written ?? source.object;
}
