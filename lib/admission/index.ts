import { editDistance } from '../basics/edit-distance';
import { coreTypeFaults } from '../kubernetes/field-types';
import { CLOSED_GROUPS, knownKinds, versionsOf, type CrdVersion } from './crd';
import { isFields } from '../kubernetes/fields';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { convertedForm, decodedForm } from './stored-form';
import { AUTHENTICATION_RULES } from './authentications';
import { AUTHORIZATION_RULES } from './authorizations';
import { GATEWAY_RULES } from './gateway-cel';
import { metadataViolations } from './metadata';
import { RATE_LIMIT_RULES } from './rate-limits';
import { ROUTE_REFERENCE_RULES } from './route-parents';
import { ROUTE_DECODING } from './route-decoding';
import { ROUTE_RULES } from './routes';
import type { AdmissionRule } from './rule';
import { schemaViolations } from './schema-violations';
import { SERVER_RULES } from './servers';
import { show, type Violation } from './violation';
import { pathText } from '../kubernetes/path';
import { GATEWAY_GROUP } from '../kubernetes/kinds';
import { splitApiVersion } from '../kubernetes/references';
import { memoized } from '../basics/collections';

export type { Violation } from './violation';

/** Every rule of Linkerd's webhook, and those the Gateway API adds to its schemas. */
export const ADMISSION_RULES: readonly AdmissionRule[] = [
  ...SERVER_RULES,
  ...AUTHORIZATION_RULES,
  ...AUTHENTICATION_RULES,
  ...ROUTE_DECODING,
  ...ROUTE_RULES,
  ...ROUTE_REFERENCE_RULES,
  ...RATE_LIMIT_RULES,
  ...GATEWAY_RULES,
];

/** What becomes of an object: the form the API server stores (the object itself if unchanged), or why it is refused. */
export type Admission = { readonly stored: KubeObject } | { readonly violations: readonly Violation[] };

/** How far an object comes: to Linkerd's webhook, or, from a namespace that is exempt from it, to the schemas only. */
export type AdmissionGate = 'webhook' | 'schema';

/**
 * Why the API server or Linkerd's webhook would refuse an object (linkerd-policy sections 1 and 2); empty if they
 * would accept it. Each object is judged alone, and updates like creations. Total: any object gets an answer.
 */
export function admit(object: KubeObject, gate: AdmissionGate = 'webhook'): Violation[] {
  return [...violationsOf(admission(object, coreViolations, gate))];
}

/** The same for an object that was read from the input, where the types of Kubernetes' own kinds were checked. */
export function admitRead({ object }: SourceObject, gate: AdmissionGate = 'webhook'): Admission {
  return admission(object, () => [], gate);
}

function admission(
  object: KubeObject,
  ofCoreTypes: (object: KubeObject) => Violation[],
  gate: AdmissionGate = 'webhook',
): Admission {
  const { apiVersion, kind } = object as Readonly<Record<string, unknown>>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return refusal(unnamedKind(apiVersion, kind));
  const { group } = splitApiVersion(apiVersion);
  const versions = versionsOf(group, kind);
  if (versions === undefined && CLOSED_GROUPS.includes(group)) return refusal(unknownKind(group, kind));
  const metadata = metadataViolations(object, versions !== undefined);
  const rest =
    versions === undefined
      ? storedUnless(ofCoreTypes(object), object)
      : customAdmission(object, versions, gate);
  return metadata.length === 0 ? rest : { violations: [...metadata, ...violationsOf(rest)] };
}

/** The schema is checked against the decoded object; converted, it is what the webhook sees and the cluster keeps. */
function customAdmission(
  object: KubeObject,
  versions: readonly CrdVersion[],
  gate: AdmissionGate,
): Admission {
  const { group, version } = splitApiVersion(object.apiVersion);
  const written = versions.find(({ name, served }) => served && name === version);
  // Which versions of the Gateway API a cluster serves is not known, so one that is newer than ours is no mistake.
  const isForeign = group === GATEWAY_GROUP;
  if (written === undefined && !isForeign) return refusal(unknownVersion(object, versions));
  const decoded = written === undefined ? object : decodedForm(object, written);
  const ofSchema = written === undefined ? [] : schemaViolations(decoded, written, isForeign);
  // The webhook never sees what the schema refuses, nor an object without metadata.
  if (ofSchema.length > 0 || !isFields(object.metadata)) return { violations: ofSchema };
  const stored = written === undefined ? object : convertedForm(decoded);
  const ofWebhook: Violation[] = [];
  for (const rule of rulesFor(`${group}/${object.kind}`)) {
    if (gate !== 'webhook' && !GATEWAY_RULES.includes(rule)) continue;
    for (const complaint of rule.check(stored)) ofWebhook.push({ rule: rule.id, ...complaint });
  }
  return storedUnless(ofWebhook, stored);
}

function storedUnless(violations: readonly Violation[], stored: KubeObject): Admission {
  return violations.length === 0 ? { stored } : { violations };
}

function refusal(violation: Violation): Admission {
  return { violations: [violation] };
}

function violationsOf(admission: Admission): readonly Violation[] {
  return 'violations' in admission ? admission.violations : [];
}

const rulesByKind = new Map<string, readonly AdmissionRule[]>();

function rulesFor(key: string): readonly AdmissionRule[] {
  return memoized(rulesByKind, key, () => ADMISSION_RULES.filter(({ kinds }) => kinds.includes(key)));
}

function unknownVersion({ apiVersion, kind }: KubeObject, versions: readonly CrdVersion[]): Violation {
  const { group } = splitApiVersion(apiVersion);
  const served = versions.filter((candidate) => candidate.served);
  const names = served.map(({ name }) => `${group}/${name}`);
  return {
    rule: 'kind',
    field: 'apiVersion',
    message: `is ${JSON.stringify(apiVersion)}, which has no ${kind}; it must be one of ${names.join(', ')}`,
    remedy: `write ${group}/${(served.find(({ storage }) => storage) ?? served[0])?.name ?? ''}`,
  };
}

function unnamedKind(apiVersion: unknown, kind: unknown): Violation {
  const field = typeof apiVersion === 'string' ? 'kind' : 'apiVersion';
  const value = field === 'kind' ? kind : apiVersion;
  return {
    rule: 'kind',
    field,
    message: `is ${show(value)}; it must be a string`,
    remedy: 'say what the object is, such as apiVersion: policy.linkerd.io/v1beta3 and kind: Server',
  };
}

function unknownKind(group: string, kind: string): Violation {
  const known = knownKinds(group);
  const [nearest = ''] = [...known].sort((a, b) => editDistance(a, kind) - editDistance(b, kind));
  return {
    rule: 'kind',
    field: 'kind',
    message: `is ${JSON.stringify(kind)}, which ${group} does not have; it must be one of ${known.join(', ')}`,
    remedy: `did you mean ${nearest}?`,
  };
}

/** Types of the fields that Linkerd reads in Kubernetes' own kinds. */
function coreViolations(object: KubeObject): Violation[] {
  return coreTypeFaults(object, object.apiVersion, object.kind).map(({ path, problem, remedy }) => ({
    rule: 'schema',
    field: pathText(path),
    message: problem,
    remedy,
  }));
}
