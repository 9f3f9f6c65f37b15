import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { App, Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { GuideJail } from '../../examples/emojivoto-2.11/chart';
import { JailedEmojivoto } from '../../examples/emojivoto/chart';
import { Shop } from '../../examples/shop/chart';
import { crdFolders, CrdSchemas } from '../constructs/crd-schemas';
import type { Synthesized } from '../constructs/helpers';
import { nameOf, objectsOf } from '../constructs/helpers';
import { ROOT } from '../helpers/paths';

const SHARED_EMOJIVOTO = join(ROOT, '..', 'shared', 'manifests', 'emojivoto.yml');

const EXAMPLES: readonly { name: string; file: string; make: () => Chart }[] = [
  { name: 'emojivoto', file: 'emojivoto', make: () => new JailedEmojivoto(new App(), 'emojivoto') },
  { name: 'emojivoto-2.11', file: 'emojivoto', make: () => new GuideJail(new App(), 'emojivoto') },
  { name: 'shop', file: 'shop', make: () => new Shop(new App(), 'shop') },
];

it('every example is tested', () => {
  expect(readdirSync(join(ROOT, 'examples')).sort()).toEqual(EXAMPLES.map(({ name }) => name).sort());
});

describe.each(EXAMPLES)('examples/$name', ({ name, file, make }) => {
  it('synthesizes its golden file', () => {
    const golden = readFileSync(join(ROOT, 'examples', name, 'golden', `${file}.k8s.yaml`), 'utf8');
    expect(Yaml.stringify(...objectsOf(make()))).toBe(golden);
  });

  it('is valid under every statement of the CRDs', () => {
    for (const folder of crdFolders()) {
      const schemas = CrdSchemas.of(folder);
      expect(objectsOf(make()).flatMap((object) => schemas.problemsOf(object))).toEqual([]);
    }
  });
});

interface PodTemplate {
  readonly spec: {
    readonly containers: readonly { readonly ports?: readonly { readonly name?: string }[] }[];
  };
}

function portNames(objects: readonly Synthesized[]): Set<string | undefined> {
  const templates = objects.flatMap(({ spec }) => (spec?.['template'] as PodTemplate | undefined) ?? []);
  return new Set(
    templates.flatMap(({ spec }) =>
      spec.containers.flatMap(({ ports = [] }) => ports.map((port) => port.name)),
    ),
  );
}

describe('the Emojivoto jail', () => {
  const shared = existsSync(SHARED_EMOJIVOTO)
    ? parseAllDocuments(readFileSync(SHARED_EMOJIVOTO, 'utf8')).map(
        (document) => document.toJS() as Synthesized,
      )
    : undefined;
  const chart = new JailedEmojivoto(new App(), 'emojivoto');
  const objects = objectsOf(chart);

  if (shared === undefined) {
    console.warn('../shared/manifests IS NOT THERE: the example is compared with its own workloads only');
  }

  it('names only ports that the workloads declare, and leaves out nothing but prom', () => {
    const declared = portNames(shared ?? objects);
    const jailed = objects
      .filter(({ kind, metadata }) => kind === 'Server' && metadata.name !== 'admin')
      .map(({ spec }) => spec?.['port'] as string);
    expect(jailed).toEqual(['grpc', 'http']);
    for (const port of jailed) expect(declared).toContain(port);
    expect([...declared].filter((port) => !jailed.includes(port ?? ''))).toEqual(['prom']);
  });

  it('jails the application as it is published', () => {
    if (shared === undefined) return;
    const byName = (a: Synthesized, b: Synthesized): number => nameOf(a).localeCompare(nameOf(b));
    const isWorkload = ({ kind, apiVersion }: Synthesized): boolean =>
      kind !== 'Namespace' && !apiVersion.includes('linkerd');
    expect(objects.filter(isWorkload).sort(byName)).toEqual(shared.filter(isWorkload).sort(byName));
  });
});
