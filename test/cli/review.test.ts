import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectGolden } from '../helpers/golden';
import { builtCommand, run, runProcess, wordsOf } from '../helpers/command';
import { DOCS_FIXTURES, FIXTURES, ROOT, SHARED } from '../helpers/paths';

interface Example {
  readonly name: string;
  readonly argv: readonly string[];
  readonly status: number;
  readonly cwd?: string;
  /** @default text and json */
  readonly formats?: readonly string[];
}

const [BEFORE, AFTER, OPEN] = ['review/before.yaml', 'review/after.yaml', 'review/open.yaml'];
const JAIL = 'emojivoto-jail.yaml';
const APP = 'emojivoto-app.yaml';

const ours: readonly Example[] = [
  { name: 'break-in/emojivoto', argv: ['break-in', JAIL, APP], status: 0 },
  {
    name: 'break-in/emojivoto-2.11',
    argv: ['break-in', 'emojivoto-jail-2.11.yaml', APP],
    status: 0,
    formats: ['text'],
  },
  {
    name: 'break-in/widened',
    argv: ['break-in', AFTER],
    status: 1,
    formats: ['text', 'json', 'annotate'],
  },
  { name: 'break-in/asked', argv: ['break-in', '-n', 'emojivoto-2', APP], status: 1 },
  { name: 'break-in/shop', argv: ['break-in', 'shop.yaml', 'jail.yaml'], status: 0, cwd: DOCS_FIXTURES },
  {
    name: 'break-in/routes',
    argv: ['break-in', 'shop.yaml', 'routes.yaml'],
    status: 1,
    cwd: DOCS_FIXTURES,
  },
  {
    name: 'break-in/closed',
    argv: ['break-in', 'manifests/web.yaml'],
    status: 0,
    cwd: DOCS_FIXTURES,
  },
  { name: 'diff/same', argv: ['diff', BEFORE, BEFORE], status: 0, formats: ['text', 'json', 'markdown'] },
  { name: 'diff/widened', argv: ['diff', BEFORE, AFTER], status: 1, formats: ['text', 'json', 'markdown'] },
  { name: 'diff/jailed', argv: ['diff', OPEN, BEFORE], status: 1, formats: ['text', 'markdown'] },
  {
    name: 'map/emojivoto',
    argv: ['map', AFTER],
    status: 0,
    formats: ['text', 'json', 'csv', 'markdown', 'mermaid', 'dot'],
  },
  { name: 'map/focus', argv: ['map', AFTER, '--focus', 'emojivoto/deploy/web'], status: 0 },
  { name: 'map/pairs', argv: ['map', BEFORE, '--pairs'], status: 0, formats: ['text', 'csv'] },
  {
    name: 'map/shop',
    argv: ['map', 'shop.yaml', 'routes.yaml'],
    status: 0,
    cwd: DOCS_FIXTURES,
    formats: ['text'],
  },
  { name: 'map/open', argv: ['map', 'shop.yaml'], status: 0, cwd: DOCS_FIXTURES },
  {
    name: 'rollout/emojivoto',
    argv: ['rollout', OPEN, JAIL],
    status: 0,
    formats: ['text', 'json', 'markdown'],
  },
  { name: 'rollout/alone', argv: ['rollout', 'manifests/web.yaml'], status: 0, cwd: DOCS_FIXTURES },
];

const app = '../shared/manifests/emojivoto.yml';
const policy = '../shared/manifests/emojivoto-policy.yml';
const theirs: readonly Example[] = [
  { name: 'break-in/shared', argv: ['break-in', app, policy], status: 1 },
  { name: 'diff/shared', argv: ['diff', app, 'examples/emojivoto/golden'], status: 1 },
  { name: 'map/shared', argv: ['map', app, policy], status: 0 },
  { name: 'rollout/shared', argv: ['rollout', app, 'examples/emojivoto/golden'], status: 0 },
];

const EXTENSIONS = new Map([
  ['text', 'txt'],
  ['markdown', 'md'],
  ['mermaid', 'mmd'],
]);

async function hold({
  name,
  argv,
  status,
  cwd = FIXTURES,
  formats = ['text', 'json'],
}: Example): Promise<void> {
  for (const format of formats) {
    const { out, err, status: actual } = await run([...argv, '-o', format], { cwd });
    expect([err, actual]).toEqual(['', status]);
    if (format === 'json') expect(JSON.parse(out)).toMatchObject({ apiVersion: 'namespace-jail/v1' });
    expectGolden(`${name}.${EXTENSIONS.get(format) ?? format}`, out);
  }
}

it.each(ours)('prints the golden files $name.*', hold);

describe('on manifests of other projects', () => {
  if (!existsSync(SHARED)) {
    console.warn(`${SHARED} IS NOT THERE: ${theirs.length} golden outputs are not compared`);
    return;
  }
  it.each(theirs)('prints the golden file $name.txt', (example) =>
    hold({ ...example, cwd: ROOT, formats: ['text'] }),
  );
});

it('every golden file belongs to an example', () => {
  const names = new Set([...ours, ...theirs].map(({ name }) => name));
  for (const verb of ['break-in', 'diff', 'map', 'rollout']) {
    for (const file of readdirSync(join(ROOT, 'test', 'golden', verb))) {
      expect(names).toContain(`${verb}/${file.replace(/\.\w+$/, '')}`);
    }
  }
});

describe('commands in reports give what the report says', () => {
  it.each([
    ['break-in', AFTER],
    ['break-in', '-n', 'emojivoto-2', APP],
    ['break-in', AFTER, '--trust-domain', 'corp.example', '--cluster-networks', '10.0.0.0/8'],
  ])('can lets in the witnesses of %s %s %s', async (...argv) => {
    const { out, status } = await run([...argv, '-o', 'json']);
    const report = JSON.parse(out) as { jails: { waysIn: { witnesses: { command: string }[] }[] }[] };
    const commands = report.jails.flatMap(({ waysIn }) =>
      waysIn.flatMap(({ witnesses }) => witnesses.map(({ command }) => command)),
    );
    expect([status, commands.length > 0]).toEqual([1, true]);
    for (const command of commands)
      expect([command, (await run(wordsOf(command))).status]).toEqual([command, 0]);
  });

  it.each([
    [BEFORE, AFTER],
    [AFTER, BEFORE],
    [OPEN, BEFORE],
  ])('can says of the witnesses of diff %s %s what they were and are', async (old, now) => {
    const { out } = await run(['diff', old, now, '-o', 'json']);
    interface Change {
      readonly before: string;
      readonly after: string;
      readonly presence: string;
      readonly witness: { readonly commands: { readonly before: string; readonly after: string } };
    }
    const { opened, closed } = JSON.parse(out) as { opened: Change[]; closed: Change[] };
    expect(opened.length + closed.length).toBeGreaterThan(0);
    for (const { before, after, presence, witness } of [...opened, ...closed]) {
      for (const [verdict, command, absent] of [
        [before, witness.commands.before, 'new'],
        [after, witness.commands.after, 'old'],
      ] as const) {
        const expected = presence === absent ? 2 : verdict === 'deny' || verdict === 'not-found' ? 1 : 0;
        expect([command, (await run(wordsOf(command))).status]).toEqual([command, expected]);
      }
    }
  });
});

describe('bad input and usage', () => {
  it.each([
    ['break-in without manifests', ['break-in'], 'no manifests to read'],
    [
      'break-in of a namespace that is not there',
      ['break-in', '-n', 'shop', APP],
      'they have emojivoto and emojivoto-2',
    ],
    ['break-in without a jail', ['break-in', OPEN], 'no namespace in these manifests is a jail'],
    ['diff of one input', ['diff', BEFORE], 'diff takes two paths, OLD and NEW'],
    ['diff of three inputs', ['diff', BEFORE, AFTER, OPEN], 'diff takes OLD and NEW; got 3: '],
    ['diff of standard input with itself', ['diff', '-', '-'], 'only one of OLD and NEW'],
    ['diff with a file that is not there', ['diff', BEFORE, 'nowhere.yaml'], 'nowhere.yaml'],
    ['diff with an unknown threshold', ['diff', BEFORE, AFTER, '--fail-on', 'closed'], 'any, opened, never'],
    ['map without workloads', ['map', JAIL], 'the manifests have no workload'],
    [
      'map of a workload that is not there',
      ['map', APP, '--focus', 'emojivoto/deploy/db'],
      'emojivoto/deployment/emoji',
    ],
    ['map in an unknown format', ['map', APP, '-o', 'xml'], 'text, json, csv, markdown, mermaid, dot'],
    ['rollout without a jail', ['rollout', OPEN], 'there is nothing to roll out'],
    ['rollout of three inputs', ['rollout', OPEN, JAIL, APP], 'rollout takes OLD and NEW; got 3: '],
  ])('%s is 2, and says what is allowed', async (_, argv, message) => {
    const { status, out, err } = await run(argv);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('an exception that cannot be read is a problem with its place', async () => {
    const text = `apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata:
  name: x
  namespace: shop
  annotations:
    namespace-jail/exception: everybody
spec:
  targetRef: { kind: Namespace, name: shop }
  requiredAuthenticationRefs: []
`;
    const { status, err } = await run(['break-in', '-'], { stdin: text });
    expect(status).toBe(2);
    expect(err).toMatchInlineSnapshot(`
      "-:7:5: namespace-jail/exception: "everybody" of authorizationpolicy/x cannot be read: "everybody" is not a client; allowed, separated by commas: everyone, any-meshed, namespace NAME, serviceaccount NAMESPACE/NAME, identity PATTERN; each may be followed by from CIDR [except CIDR ...]
      "
    `);
  });

  it('diff --fail-on narrows what counts', async () => {
    const statuses = async (old: string, now: string): Promise<(number | null)[]> =>
      Promise.all(
        ['any', 'opened', 'never'].map(
          async (what) => (await run(['diff', old, now, '--fail-on', what])).status,
        ),
      );
    expect(await statuses(BEFORE, AFTER)).toEqual([1, 1, 0]);
    expect(await statuses(OPEN, BEFORE)).toEqual([1, 0, 0]);
    expect(await statuses(BEFORE, BEFORE)).toEqual([0, 0, 0]);
  });
});

describe('as a process', () => {
  beforeAll(() => void builtCommand(), 120_000);

  it.each([
    [0, ['break-in', JAIL, APP]],
    [1, ['break-in', AFTER]],
    [2, ['break-in', OPEN]],
    [0, ['diff', BEFORE, BEFORE]],
    [1, ['diff', BEFORE, AFTER]],
    [2, ['diff', BEFORE]],
    [0, ['map', BEFORE]],
    [2, ['map', JAIL]],
    [0, ['rollout', OPEN, JAIL]],
    [2, ['rollout', OPEN]],
  ])('exits with %d from %j', (status, argv) => {
    const { status: actual, err } = runProcess(argv);
    expect(actual).toBe(status);
    expect(err === '').toBe(status !== 2);
  });
});
