import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownKinds, versionsOf } from '../../lib/admission/crd';
import { compiledCrds, readCrds } from '../../scripts/crds';
import { ROOT } from '../helpers/paths';

const crds = readCrds(join(ROOT, 'crds'));

describe('the CRDs that are compiled in', () => {
  it('are what crds/ give; if this fails, run `npm run import`', () => {
    const compiled = readFileSync(join(ROOT, 'lib', 'admission', 'crds.generated.ts'), 'utf8');
    expect(compiled === compiledCrds(crds)).toBe(true);
  });

  it.each(crds.map(({ spec }) => [`${spec.group}/${spec.names.kind}`, spec] as const))(
    'have every version of %s, served and stored alike',
    (_, { group, names, versions }) => {
      expect(versionsOf(group, names.kind)).toMatchObject(
        versions.map(({ name, served, storage }) => ({ name, served, storage })),
      );
    },
  );

  it('have a kind in its own group only', () => {
    expect(knownKinds('workload.linkerd.io')).toEqual(['ExternalWorkload']);
    expect(versionsOf('workload.linkerd.io', 'Server')).toBeUndefined();
    expect(versionsOf('apps', 'Deployment')).toBeUndefined();
  });
});

describe('compiling a CRD', () => {
  it('drops prose, but no field that has the name of a keyword, and no default', () => {
    const [versions] = crds.map(({ spec }) => spec.versions[0]);
    const spec = {
      type: 'object',
      description: 'prose',
      properties: {
        description: { type: 'string', description: 'prose', format: 'date-time' },
        format: { type: 'object', default: { description: 'data', format: 'data' } },
      },
    };
    const openAPIV3Schema = { type: 'object', properties: { spec, status: { type: 'object' } } };
    const changed = crds.map((crd) =>
      crd.spec.names.kind === 'EgressNetwork'
        ? { ...crd, spec: { ...crd.spec, versions: [{ ...versions!, schema: { openAPIV3Schema } }] } }
        : crd,
    );

    expect(compiledCrds(changed)).toContain(
      JSON.stringify({
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: {
              description: { type: 'string' },
              format: { type: 'object', default: { description: 'data', format: 'data' } },
            },
          },
        },
      }),
    );
  });

  it('fails when crds/ lacks a kind, or has one that admission does not know', () => {
    const [first, ...others] = crds;
    const { group, names, versions } = first!.spec;
    const unknown = { ...first!, spec: { group, names: { ...names, kind: 'Jail' }, versions } };

    expect(() => compiledCrds(others)).toThrow('crds/ has no policy.linkerd.io/AuthorizationPolicy');
    expect(() => compiledCrds([...crds, unknown])).toThrow(
      'scripts/crds.ts does not list policy.linkerd.io/Jail from crds/',
    );
  });
});
