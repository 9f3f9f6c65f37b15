import { admitRead, type Violation } from '../admission';
import { storedForm } from '../admission/stored-form';
import { groupBy } from '../basics/collections';
import { asTextMap, ownValue } from '../kubernetes/fields';
import { ADMISSION_WEBHOOKS_LABEL } from '../linkerd/annotations';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { objectKey } from '../kubernetes/references';

/** An object that the API server or Linkerd's webhook would refuse, with all the reasons. */
export interface RefusedObject {
  readonly source: SourceObject;
  readonly violations: readonly Violation[];
  /** Another document of the object that was accepted, and stays. Without one the object counts as absent. */
  readonly inForce?: SourceObject;
}

export interface AdmittedObjects {
  /** In their stored form: pruned and defaulted (linkerd-policy 3.0). */
  readonly objects: readonly SourceObject[];
  readonly refused: readonly RefusedObject[];
}

/**
 * Keeps what a cluster would hold of these objects. Of several documents of one object the last one that is accepted
 * counts, as after `kubectl apply`: a refused one leaves what is there. The webhook passes over the namespaces that are
 * exempt from it (linkerd-policy 2), so that only the schemas hold there.
 */
export function admitAll(
  sources: readonly SourceObject[],
  assumeAdmitted: boolean,
  defaultNamespace: string,
): AdmittedObjects {
  const documents = groupBy(sources, ({ object }) =>
    objectKey(object, object.metadata.namespace ?? defaultNamespace),
  );
  const exempt = exemptNamespaces(sources);
  const objects: SourceObject[] = [];
  const refused: RefusedObject[] = [];
  for (const versions of documents.values()) {
    let inForce: SourceObject | undefined;
    const rejected: Omit<RefusedObject, 'inForce'>[] = [];
    for (const source of versions) {
      const isExempt = exempt.has(source.object.metadata.namespace ?? defaultNamespace);
      const admission = assumeAdmitted
        ? { stored: storedForm(source.object) }
        : admitRead(source, isExempt ? 'schema' : 'webhook');
      if ('violations' in admission) rejected.push({ source, violations: admission.violations });
      else inForce = storedSource(source, admission.stored);
    }
    if (inForce !== undefined) objects.push(inForce);
    const kept = inForce === undefined ? {} : { inForce };
    refused.push(...rejected.map((one) => ({ ...one, ...kept })));
  }
  return { objects, refused };
}

/** Namespaces whose objects Linkerd's webhooks never see. */
function exemptNamespaces(sources: readonly SourceObject[]): ReadonlySet<string> {
  const exempt = new Map<string, boolean>();
  for (const { object } of sources) {
    if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') continue;
    const labels = asTextMap(object.metadata.labels);
    exempt.set(object.metadata.name, ownValue(labels, ADMISSION_WEBHOOKS_LABEL) === 'disabled');
  }
  return new Set([...exempt].flatMap(([name, isExempt]) => (isExempt ? [name] : [])));
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
