import { admitRead, type Violation } from '../admission';
import { storedForm } from '../admission/stored-form';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { objectKey } from '../kubernetes/references';

/** An object that the API server or Linkerd's webhook would refuse, with all the reasons. */
export interface RefusedObject {
  readonly source: SourceObject;
  readonly violations: readonly Violation[];
}

export interface AdmittedObjects {
  /** In their stored form: pruned and defaulted (linkerd-policy 3.0). */
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
}

/** Keeps what a cluster would store of these objects. Of objects with one name the last counts, as with `kubectl apply`. */
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

/** A cluster's object as written in its file: in its own version, without defaults, with the fields that were pruned. */
export function writtenForm(source: SourceObject): KubeObject {
  return (source as Partial<StoredObject>).written ?? source.object;
}
