import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKLOAD_KINDS } from '../../lib/cluster/workload';
import { DUMP_KINDS, OPTIONAL_DUMP_KINDS, resourceName } from '../../lib/linkerd/dump-kinds';
import { pages } from '../readme/blocks';
import { ROOT } from '../helpers/paths';
import { run } from '../helpers/command';

const ALL = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS];
const SOURCES = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('lib', file));

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

describe('namespace-jail kinds', () => {
  it('prints what kubectl get takes, and on demand what a cluster may lack', async () => {
    const [usual, all] = [await run(['kinds']), await run(['kinds', '--all'])];
    expect([usual.status, usual.err, all.status, all.err]).toEqual([0, '', 0, '']);
    expect(usual.out).toMatch(/^[a-z0-9.]+(,[a-z0-9.]+)+\n$/);
    const optional = OPTIONAL_DUMP_KINDS.map(resourceName).join(',');
    expect(all.out).toBe(`${usual.out.trimEnd()},${optional}\n`);
  });

  it('names each kind once', () => {
    const names = ALL.map(resourceName);
    expect(names).toEqual([...new Set(names)]);
  });

  it('names every kind of workload', () => {
    const kinds = ALL.map(({ kind }) => kind.toLowerCase());
    expect(WORKLOAD_KINDS.filter((kind) => !kinds.includes(kind))).toEqual([]);
  });

  it('names every kind that the analysis asks a cluster for', () => {
    const asked = SOURCES.flatMap((file) =>
      [...textOf(file).matchAll(/objectsOf\([^()]*'([A-Z]\w*)'\)/g)].map(([, kind]) => kind),
    );
    expect(asked.length).toBeGreaterThan(20);
    const kinds = ALL.map(({ kind }) => kind);
    expect(asked.filter((kind) => !kinds.includes(kind ?? ''))).toEqual([]);
  });

  it('has a page that lists what a cluster may lack', () => {
    const rows = [...textOf('docs/kinds.md').matchAll(/^\| `(\S+)` \| (.*) \|$/gm)];
    expect(rows.map(([, name, comesWith]) => [name, comesWith])).toEqual(
      OPTIONAL_DUMP_KINDS.map((kind) => [resourceName(kind), kind.comesWith]),
    );
  });
});

it.each(['README.md', ...pages(), ...SOURCES])('%s has no list of kinds of its own', (file) => {
  const lists = textOf(file).matchAll(
    /kubectl get (?!\$\((?:npx )?namespace-jail kinds(?: --all)?\))\S*,\S*/g,
  );
  expect([...lists].map(([call]) => call)).toEqual([]);
});
