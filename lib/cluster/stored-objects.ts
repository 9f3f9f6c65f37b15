import { admitRead, type Violation } from '../admission';
import { storedForm } from '../admission/stored-form';
import { groupBy } from '../basics/collections';
import { asTextMap, ownValue } from '../kubernetes/fields';
import { isLive, mergedByApply } from '../kubernetes/apply';
import { ADMISSION_WEBHOOKS_LABEL, SKIP_INBOUND_PORTS, SKIP_SUBNETS } from '../linkerd/annotations';
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
 * Keeps what a cluster would hold of these objects. Manifests are applied to what was read from a cluster, wherever it is
 * in the input. Of several documents of one object the last one that is accepted counts, as after `kubectl apply`: a
 * refused one leaves what is there. The webhook passes over the namespaces that are exempt from it (linkerd-policy 2), so
 * that only the schemas hold there.
 */
export function admitAll(
  sources: readonly SourceObject[],
  assumeAdmitted: boolean,
  defaultNamespace: string,
): AdmittedObjects {
  const documents = groupBy(sources, ({ object }) =>
    objectKey(object, object.metadata.namespace ?? defaultNamespace),
  );
  const current = [...documents.values()].map(asApplied);
  const exempt = exemptNamespaces(current.flat());
  const objects: SourceObject[] = [];
  const refused: RefusedObject[] = [];
  for (const versions of current) {
    let inForce: SourceObject | undefined;
    let rejected: Omit<RefusedObject, 'inForce'>[] | undefined;
    for (const source of versions) {
      const isExempt = exempt.has(source.object.metadata.namespace ?? defaultNamespace);
      const admission = assumeAdmitted
        ? { stored: storedForm(source.object) }
        : admitRead(source, isExempt ? 'schema' : 'webhook');
      if ('violations' in admission) (rejected ??= []).push({ source, violations: admission.violations });
      else inForce = storedSource(source, admission.stored);
    }
    if (inForce !== undefined) objects.push(inForce);
    if (rejected === undefined) continue;
    const kept = inForce === undefined ? {} : { inForce };
    refused.push(...rejected.map((one) => ({ ...one, ...kept })));
  }
  return { objects, refused };
}

/**
 * The documents of one object in the order in which a cluster meets them: those that were read from it first, then the
 * manifests, each applied to the last of those. Before a manifest replaces another, it is not known which of them runs:
 * what lets traffic past the proxy of a Namespace stays.
 */
function asApplied(versions: readonly SourceObject[]): readonly SourceObject[] {
  if (versions.length === 1) return versions;
  const live = versions.filter(({ object }) => isLive(object));
  const manifests = versions.filter(({ object }) => !isLive(object));
  const base = live.at(-1);
  if (base !== undefined) return [...live, ...manifests.map((source) => appliedTo(base, source))];
  return manifests.map((source, index) => withOpenings(manifests.slice(0, index), source));
}

/** What a live object becomes by a manifest; its place is the manifest's, which is what people can edit. */
export function appliedTo(live: SourceObject, manifest: SourceObject): SourceObject {
  const written = writtenForm(manifest);
  return withWritten(manifest, mergedByApply(writtenForm(live), written), written);
}

/** Annotations of a Namespace that open ports, whatever else it says. */
const OPENINGS = [SKIP_INBOUND_PORTS, SKIP_SUBNETS];

function withOpenings(earlier: readonly SourceObject[], source: SourceObject): SourceObject {
  const { object } = source;
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return source;
  const annotations = asTextMap(object.metadata.annotations);
  const kept = earlier.flatMap(({ object: { metadata } }) =>
    Object.entries(asTextMap(metadata.annotations)).filter(
      ([key]) => OPENINGS.includes(key) && !Object.hasOwn(annotations, key),
    ),
  );
  if (kept.length === 0) return source;
  const metadata = { ...object.metadata, annotations: { ...Object.fromEntries(kept), ...annotations } };
  return { ...source, object: { ...object, metadata } };
}

/** Namespaces whose objects Linkerd's webhooks never see. */
export function exemptNamespaces(sources: readonly Pick<SourceObject, 'object'>[]): ReadonlySet<string> {
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
  return stored === source.object ? source : withWritten(source, stored, writtenForm(source));
}

function withWritten(source: SourceObject, object: KubeObject, written: KubeObject): StoredObject {
  return { ...source, object, written };
}

/**
 * A cluster's object as written in its file: in its own version, without defaults and what a live object adds, with the
 * fields that were pruned.
 */
export function writtenForm(source: SourceObject): KubeObject {
  return (source as Partial<StoredObject>).written ?? source.object;
}
