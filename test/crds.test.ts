import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadAll } from 'js-yaml';
import { isFields } from '../lib/kubernetes/fields';

const OWN = resolve(__dirname, '../crds');
const SHARED = resolve(__dirname, '../../shared/crds');

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

function crdsIn(folder: string): Map<string, Crd> {
  const crds = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')) as (Crd | null)[])
    .filter((crd): crd is Crd => crd !== null);
  return new Map(crds.map((crd) => [crd.metadata.name, crd]));
}

/** What machines go by: prose and the Gateway API's expressions (which are in lib/manifests/admission) aside. */
function structure(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structure);
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([key, part]) => {
    const isProse = (key === 'description' || key === 'deprecationWarning') && typeof part === 'string';
    return !isProse && key !== 'x-kubernetes-validations';
  });
  // cdk8s needs the alternatives spelled out to make a number-or-name type of it; to Kubernetes they say nothing new.
  const spelledOut = value['x-kubernetes-int-or-string'] === true;
  return Object.fromEntries(
    kept.filter(([key]) => !(spelledOut && key === 'anyOf')).map(([key, part]) => [key, structure(part)]),
  );
}

const own = crdsIn(OWN);

describe('our statement of the CRDs', () => {
  it('has every kind that policy is made of', () => {
    expect([...own.keys()].sort()).toEqual([
      'authorizationpolicies.policy.linkerd.io',
      'egressnetworks.policy.linkerd.io',
      'externalworkloads.workload.linkerd.io',
      'grpcroutes.gateway.networking.k8s.io',
      'httplocalratelimitpolicies.policy.linkerd.io',
      'httproutes.gateway.networking.k8s.io',
      'httproutes.policy.linkerd.io',
      'meshtlsauthentications.policy.linkerd.io',
      'networkauthentications.policy.linkerd.io',
      'serverauthorizations.policy.linkerd.io',
      'servers.policy.linkerd.io',
      'tcproutes.gateway.networking.k8s.io',
      'tlsroutes.gateway.networking.k8s.io',
    ]);
  });

  it.each([...own])('%s stores exactly one of its versions and describes itself', (_, { spec }) => {
    const versions = spec.versions as {
      storage: boolean;
      schema: { openAPIV3Schema: { description?: string } };
    }[];
    expect(versions.filter(({ storage }) => storage)).toHaveLength(1);
    expect(versions.every(({ schema }) => (schema.openAPIV3Schema.description ?? '') !== '')).toBe(true);
  });

  if (!existsSync(SHARED)) {
    console.warn(`${SHARED} is not there: our CRDs are NOT compared with those that Linkerd installs`);
    return;
  }

  it.each([...crdsIn(SHARED)])("%s is, field by field, Linkerd's", (name, theirs) => {
    expect(structure(own.get(name)?.spec)).toEqual(structure(theirs.spec));
  });
});
