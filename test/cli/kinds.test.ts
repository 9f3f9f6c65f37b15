import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { WORKLOAD_KINDS } from '../../lib/cluster/workload';
import { DUMP_KINDS, OPTIONAL_DUMP_KINDS, resourceName } from '../../lib/linkerd/dump-kinds';
import { pages } from '../readme/blocks';
import { ROOT } from '../helpers/paths';
import { run } from '../helpers/command';
import { StandInKubectl, type StandIn } from '../helpers/stand-in-kubectl';

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
    /kubectl get (?!\$\((?:npx )?namespace-jail kinds(?: --all)?\))[^\s)]*,\S*/g,
  );
  expect([...lists].map(([call]) => call)).toEqual([]);
});

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

describe('kinds --rbac', () => {
  interface Role {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly rules?: readonly Rule[];
    readonly roleRef?: { readonly name: string };
    readonly subjects?: readonly { readonly kind: string; readonly name: string }[];
  }
  const objects = async (): Promise<Role[]> => loadAll((await run(['kinds', '--rbac'])).out) as Role[];
  const rules = async (): Promise<readonly Rule[]> => (await objects())[0]?.rules ?? [];

  /** Whether the rules allow what kubectl does for `get RESOURCE`, or for `get RESOURCE NAME`. */
  const allows = (all: readonly Rule[], verb: string, resource: string, name?: string): boolean => {
    const [plural = '', ...group] = resource.split('.');
    return all.some(
      ({ apiGroups, resources, resourceNames, verbs }) =>
        apiGroups.includes(group.join('.')) &&
        resources.includes(plural) &&
        verbs.includes(verb) &&
        (resourceNames === undefined || (name !== undefined && resourceNames.includes(name))),
    );
  };

  /** What a run with --context asks kubectl for. */
  const asked = async (differences: StandIn, ...argv: string[]): Promise<string[][]> => {
    const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n';
    const kubectl = new StandInKubectl(namespace, differences);
    await run(['check', '--context', 'prod', '--no-config', ...argv], { env: kubectl.env });
    const calls = kubectl.calls.map((call) => call.slice(2)).filter(([verb]) => verb === 'get');
    kubectl.remove();
    return calls;
  };

  const nothing: StandIn = {
    readable: Object.fromEntries(ALL.map((kind) => [resourceName(kind), ['shop']])),
  };

  it.each<[string, StandIn, string[]]>([
    ['all at once', {}, []],
    ['kind by kind, in a namespace', nothing, ['-n', 'shop']],
  ])('allows all that --context asks for, %s', async (_, differences, argv) => {
    const all = await rules();
    const calls = await asked(differences, ...argv);
    expect(calls.length).toBeGreaterThan(1);
    for (const [, resources = '', name = ''] of calls) {
      for (const resource of resources.split(',')) {
        const [verb, plural] = resource === 'configmap' ? ['get', 'configmaps'] : ['list', resource];
        expect([resource, name, allows(all, verb, plural, name)]).toEqual([resource, name, true]);
      }
    }
  });

  it('allows nothing else: no Secret, no other ConfigMap, no change, nothing by a wildcard', async () => {
    const all = await rules();
    expect([...new Set(all.flatMap(({ verbs }) => verbs))].sort()).toEqual(['get', 'list']);
    const resources = all.flatMap((rule) => rule.resources.map((one) => [one, ...rule.apiGroups].join('.')));
    expect(resources.map((name) => name.replace(/\.$/, '')).sort()).toEqual(ALL.map(resourceName).sort());
    expect(allows(all, 'get', 'configmaps', 'linkerd-config')).toBe(true);
    expect(allows(all, 'get', 'configmaps', 'passwords')).toBe(false);
    expect(allows(all, 'list', 'configmaps')).toBe(false);
  });

  it('binds it to a group that nobody is in yet', async () => {
    const [role, binding] = await objects();
    expect([role?.kind, binding?.kind]).toEqual(['ClusterRole', 'ClusterRoleBinding']);
    expect(binding?.roleRef?.name).toBe(role?.metadata.name);
    expect(binding?.subjects).toEqual([
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'namespace-jail-readers' },
    ]);
  });

  it('is another thing than --all', async () => {
    expect((await run(['kinds', '--rbac', '--all'])).status).toBe(2);
  });
});
