/**
 * Writes what is generated from crds/.
 *
 * lib/admission/crds.generated.ts: the schemas that admission uses.
 *
 * imports/: trims crds/ to the kinds and versions that the constructs emit (one bundle per API group, since `cdk8s
 * import` names its output after the group), then lets `cdk8s import` generate classes from them.
 *
 * The first version of a kind gets the plain class name, so today's Server comes first.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { compiledCrds, readCrds, type Crd, type Json } from './crds';

const GROUP = 'policy.linkerd.io';
const EMITTED: ReadonlyMap<string, readonly string[]> = new Map([
  ['AuthorizationPolicy', ['v1alpha1']],
  ['MeshTLSAuthentication', ['v1alpha1']],
  ['NetworkAuthentication', ['v1alpha1']],
  ['Server', ['v1beta3', 'v1beta1']],
  ['ServerAuthorization', ['v1beta1']],
]);

const root = join(__dirname, '..');
const crds = readCrds(join(root, process.argv[2] ?? 'crds'));
const imports = join(root, 'imports');
const bundle = join(imports, `${GROUP}.yaml`);

function trim(crd: Crd, versions: readonly string[]): Json {
  const { kind, plural, singular } = crd.spec.names;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: { kind, plural, singular: singular ?? kind.toLowerCase() },
      scope: 'Namespaced',
      versions: versions.map((name, index) => {
        const version = crd.spec.versions.find((candidate) => candidate.name === name);
        if (version === undefined) throw new Error(`crds/ has no ${name} of ${kind}`);
        const schema = { openAPIV3Schema: typed(version.schema.openAPIV3Schema) };
        return { name, served: true, storage: index === 0, schema };
      }),
    },
  };
}

/** Spells out for the generator what the API server understands anyway; otherwise it writes `any`. */
function typed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(typed);
  if (schema === null || typeof schema !== 'object') return schema;
  const entries = Object.entries(schema).map(([key, value]): [string, Json] => [key, typed(value)]);
  const result = Object.fromEntries(entries);
  if (schema['x-kubernetes-int-or-string'] === true)
    result['anyOf'] = [{ type: 'integer' }, { type: 'string' }];
  const properties = result['properties'];
  if (properties !== null && typeof properties === 'object' && !Array.isArray(properties)) {
    const labels = properties['matchLabels'];
    if (labels !== null && typeof labels === 'object' && !Array.isArray(labels)) {
      delete labels['x-kubernetes-preserve-unknown-fields'];
      labels['additionalProperties'] = { type: 'string' };
    }
    delete properties['status'];
  }
  return result;
}

writeFileSync(join(root, 'lib', 'admission', 'crds.generated.ts'), compiledCrds(crds));

const found = new Map(
  crds.filter(({ spec }) => spec.group === GROUP).map((crd) => [crd.spec.names.kind, crd]),
);
const trimmed = [...EMITTED].map(([kind, versions]) => {
  const crd = found.get(kind);
  if (crd === undefined) throw new Error(`crds/ has no ${kind}.${GROUP}`);
  return trim(crd, versions);
});

rmSync(imports, { recursive: true, force: true });
mkdirSync(imports, { recursive: true });
const header = '# Made from crds/ by `npm run import`; what `cdk8s import` reads.\n';
const text = trimmed
  .map((crd) => stringify(crd, { aliasDuplicateObjects: false, lineWidth: 110 }))
  .join('---\n');
writeFileSync(bundle, header + text);

const cli = join(root, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
const args = [
  cli,
  'import',
  `imports/${GROUP}.yaml`,
  '--language',
  'typescript',
  '--output',
  'imports',
  '--no-save',
];
const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
execFileSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
