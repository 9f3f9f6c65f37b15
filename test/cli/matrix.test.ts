import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { valueAt } from '../../lib/kubernetes/fields';
import { expectGolden } from '../helpers/golden';
import { DOCS_FIXTURES, FIXTURES, SHARED } from '../helpers/paths';
import { run } from '../helpers/command';

/**
 * Every command on every input that the tests have: what it says, as text and as JSON, and its exit status. Inputs that a
 * command has nothing to say about are in here too, since what it says then is part of what people meet.
 */
interface Input {
  readonly name: string;
  readonly cwd: string;
  readonly file: string;
}

function inputsIn(cwd: string, prefix: string): Input[] {
  if (!existsSync(cwd)) return [];
  return readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && statSync(join(cwd, file)).isFile() && !file.includes('suite'))
    .sort()
    .map((file) => ({ name: `${prefix}-${file.replace(/[/.]/g, '-').replace(/-ya?ml$/, '')}`, cwd, file }));
}

const inputs = [
  ...inputsIn(FIXTURES, 'fixture'),
  ...inputsIn(DOCS_FIXTURES, 'docs'),
  ...inputsIn(SHARED, 'shared'),
];
if (!existsSync(SHARED))
  console.warn(`${SHARED} is not there: no command is tried on the manifests of other projects`);

/** The first workload of an input, as `can` takes it. */
function target({ cwd, file }: Input): string {
  const workload = (loadAll(readFileSync(join(cwd, file), 'utf8')) as unknown[]).find((object) =>
    ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'].includes(String(valueAt(object, 'kind'))),
  );
  const namespace = valueAt(workload, 'metadata', 'namespace') ?? 'default';
  const kind = String(valueAt(workload, 'kind') ?? 'deployment').toLowerCase();
  return `${String(namespace)}/${kind}/${String(valueAt(workload, 'metadata', 'name') ?? 'none')}:8080`;
}

const COMMANDS: readonly (readonly [string, (input: Input) => string[]])[] = [
  ['authz', ({ file }) => ['authz', file]],
  ['break-in', ({ file }) => ['break-in', file]],
  ['can', (input) => ['can', 'unmeshed', target(input), input.file, '--ip', '10.1.2.3']],
  ['check', ({ file }) => ['check', file]],
  ['diff', ({ file }) => ['diff', file, join(FIXTURES, 'emojivoto-injected.yaml')]],
  ['init', ({ file }) => ['init', file, '--dry-run', '--out', 'nowhere']],
  ['map', ({ file }) => ['map', file]],
  ['rollout', ({ file }) => ['rollout', file]],
];

/** The last line of what went wrong is enough: it has no path of this machine in it. */
function told(out: string, err: string, status: number | null): string {
  return `${out}${out === '' ? err : ''}\nexit ${status}\n`.replaceAll(`${FIXTURES}/`, '');
}

describe.each(COMMANDS)('%s', (verb, argv) => {
  it.each(inputs.map((input) => [input.name, input] as const))('of %s', async (name, input) => {
    const text = await run(argv(input), { cwd: input.cwd });
    expectGolden(`matrix/${verb}/${name}.txt`, told(text.out, text.err, text.status));
    const json = await run([...argv(input), '-o', 'json'], { cwd: input.cwd });
    expect(json.status).toBe(text.status);
    expectGolden(`matrix/${verb}/${name}.json`, told(json.out, json.err, json.status));
  });
});
