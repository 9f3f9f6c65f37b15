/** The CRDs in crds/, and the parts of them that lib/admission compiles in. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: Json };
}

export interface Crd {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string; readonly singular?: string };
    readonly versions: readonly CrdVersion[];
  };
}

const POLICY = 'policy.linkerd.io';
const GATEWAY = 'gateway.networking.k8s.io';

/** The kinds that admission judges, in the order in which its messages list them. */
const ADMITTED: readonly string[] = [
  `${POLICY}/Server`,
  `${POLICY}/ServerAuthorization`,
  `${POLICY}/AuthorizationPolicy`,
  `${POLICY}/MeshTLSAuthentication`,
  `${POLICY}/NetworkAuthentication`,
  `${POLICY}/HTTPRoute`,
  `${POLICY}/HTTPLocalRateLimitPolicy`,
  `${POLICY}/EgressNetwork`,
  'workload.linkerd.io/ExternalWorkload',
  `${GATEWAY}/HTTPRoute`,
  `${GATEWAY}/GRPCRoute`,
  `${GATEWAY}/TLSRoute`,
  `${GATEWAY}/TCPRoute`,
];

export function readCrds(folder: string): Crd[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((doc) => doc.toJS() as Crd),
    )
    .filter((crd) => crd?.kind === 'CustomResourceDefinition');
}

/**
 * The text of lib/admission/crds.generated.ts: JSON in strings, which costs nothing until a kind is needed, and then a
 * tenth of what the YAML would.
 */
export function compiledCrds(crds: readonly Crd[]): string {
  const found = new Map(crds.map((crd) => [`${crd.spec.group}/${crd.spec.names.kind}`, crd]));
  const entries = ADMITTED.map((key) => {
    const crd = found.get(key);
    if (crd === undefined) throw new Error(`crds/ has no ${key}`);
    return `  '${key}':\n    '${quoted(JSON.stringify(crd.spec.versions.map(compiled)))}',\n`;
  });
  const unknown = [...found.keys()].filter((key) => !ADMITTED.includes(key));
  if (unknown.length > 0) throw new Error(`scripts/crds.ts does not list ${unknown.join(', ')} from crds/`);
  return [
    '// Made from crds/ by `npm run import`: the versions of each kind, as lib/admission/crd.ts reads them.\n',
    'export const CRDS: Readonly<Record<string, string>> = {\n',
    ...entries,
    '};\n',
  ].join('');
}

function compiled({ name, served, storage, schema }: CrdVersion): Json {
  return { name, served, storage, schema: withoutStatus(machineRead(schema.openAPIV3Schema)) };
}

/** What admission does not go by: prose, and CEL, whose rules lib/admission states itself. */
const UNREAD: ReadonlySet<string> = new Set(['description', 'x-kubernetes-validations']);

/** The formats that the API server checks in a spec. */
const FORMATS: ReadonlySet<unknown> = new Set(['duration', 'int32', 'int64']);

function machineRead(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(machineRead);
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(
    ([keyword, value]) => !UNREAD.has(keyword) && (keyword !== 'format' || FORMATS.has(value)),
  );
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, keywordRead(keyword, value)]));
}

function keywordRead(keyword: string, value: Json): Json {
  // Defaults and enums are data; below `properties` a field may have the name of a keyword.
  if (keyword === 'default' || keyword === 'enum') return value;
  if (keyword !== 'properties' || value === null || typeof value !== 'object') return machineRead(value);
  return Object.fromEntries(Object.entries(value).map(([field, schema]) => [field, machineRead(schema)]));
}

function withoutStatus(schema: Json): Json {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return schema;
  const { properties } = schema;
  if (properties === null || typeof properties !== 'object' || Array.isArray(properties)) return schema;
  const { status: _status, ...others } = properties;
  return { ...schema, properties: others };
}

function quoted(text: string): string {
  return text.replace(/[\\']/g, '\\$&');
}
