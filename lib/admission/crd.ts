import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { GATEWAY_GROUP, POLICY_GROUP, WORKLOAD_GROUP } from '../kubernetes/kinds';

/** A schema as CustomResourceDefinitions have it: the part of OpenAPI v3 that Kubernetes calls structural. */
export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly [keyword: string]: unknown;
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

export interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly CrdVersion[];
  };
}

/** The file of crds/ that states each kind. */
const FILES: ReadonlyMap<string, string> = new Map([
  [`${POLICY_GROUP}/Server`, 'servers'],
  [`${POLICY_GROUP}/ServerAuthorization`, 'serverauthorizations'],
  [`${POLICY_GROUP}/AuthorizationPolicy`, 'authorizationpolicies'],
  [`${POLICY_GROUP}/MeshTLSAuthentication`, 'meshtlsauthentications'],
  [`${POLICY_GROUP}/NetworkAuthentication`, 'networkauthentications'],
  [`${POLICY_GROUP}/HTTPRoute`, 'httproutes'],
  [`${POLICY_GROUP}/HTTPLocalRateLimitPolicy`, 'httplocalratelimitpolicies'],
  [`${POLICY_GROUP}/EgressNetwork`, 'egressnetworks'],
  [`${WORKLOAD_GROUP}/ExternalWorkload`, 'externalworkloads'],
  [`${GATEWAY_GROUP}/HTTPRoute`, 'gateway-httproutes'],
  [`${GATEWAY_GROUP}/GRPCRoute`, 'gateway-grpcroutes'],
  [`${GATEWAY_GROUP}/TLSRoute`, 'gateway-tlsroutes'],
  [`${GATEWAY_GROUP}/TCPRoute`, 'gateway-tcproutes'],
]);

/** Groups whose kinds are all stated in crds/: another kind there is a mistake, not somebody else's business. */
export const CLOSED_GROUPS: readonly string[] = [POLICY_GROUP, WORKLOAD_GROUP];

const GROUPS: ReadonlySet<string> = new Set([...FILES.keys()].map((key) => key.split('/')[0] ?? ''));

const loaded = new Map<string, Crd>();

/** The kinds of a group that crds/ states. */
export function knownKinds(group: string): string[] {
  return [...FILES.keys()]
    .filter((key) => key.startsWith(`${group}/`))
    .map((key) => key.slice(group.length + 1));
}

/** The statement of a kind, read on first use; `undefined` for kinds that policy has nothing to do with. */
export function findCrd(group: string, kind: string): Crd | undefined {
  // Most objects of a cluster are of Kubernetes' own groups.
  const file = GROUPS.has(group) ? FILES.get(`${group}/${kind}`) : undefined;
  if (file === undefined) return undefined;
  const known = loaded.get(file);
  if (known !== undefined) return known;
  const crd = load(readFileSync(join(crdFolder(), `${file}.yaml`), 'utf8')) as Crd;
  loaded.set(file, crd);
  return crd;
}

/** crds/ lies beside package.json, above the sources as well as above what is built of them. */
function crdFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'crds')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'crds');
}
