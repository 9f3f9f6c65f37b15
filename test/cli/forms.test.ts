import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import fc from 'fast-check';
import type { KubeObject } from '../../lib/kubernetes/object';
import { objects } from '../arbitrary/cluster';
import { run, wordsOf } from '../helpers/command';
import { commandLawRuns, leastOf } from '../helpers/laws';

/** The same objects in other files, and the commands that reports print, on random clusters. */
const numRuns = commandLawRuns(12);

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'forms-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const VERBS = ['map', 'break-in', 'authz', 'check', 'rollout'];

/** Where something is written, and what only its place decides. */
const PLACES = ['file', 'line', 'column', 'path'];

/** What a verb says of the input, without where it is written; findings are listed by place. */
async function said(verb: string, input: string): Promise<string> {
  const { status, out } = await run([verb, input, '-o', 'json'], { cwd });
  const report: unknown = JSON.parse(out.replaceAll(input, 'INPUT') || 'null', (key, value: unknown) => {
    if (PLACES.includes(key)) return undefined;
    if (typeof value === 'string')
      return value.replace(/INPUT\/\w+\.\w+(?::\d+)?/g, 'INPUT').replace(/\(line \d+\)/g, '');
    // Both are in the order of their places, which other forms do not have.
    return ['findings', 'notJudged'].includes(key) && Array.isArray(value)
      ? value.map((one) => JSON.stringify(one)).sort()
      : value;
  });
  return `${status} ${JSON.stringify(report)}`;
}

/** What rollout knows of each jail, in whichever plan it is. */
async function found(input: string): Promise<unknown> {
  const [status = '', ...report] = (await said('rollout', input)).split(' ');
  const { jails } = (JSON.parse(report.join(' ')) ?? {}) as { jails?: readonly object[] };
  return [status, (jails ?? []).map((one) => JSON.stringify(one)).sort()];
}

function folder(name: string, files: Readonly<Record<string, string>>): string {
  rmSync(join(cwd, name), { recursive: true, force: true });
  mkdirSync(join(cwd, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, name, file), text);
  return name;
}

const yaml = (all: readonly KubeObject[]): string => all.map((one) => dump(one)).join('---\n');
const list = (items: readonly KubeObject[]): object => ({ apiVersion: 'v1', kind: 'List', items });

describe('every command says the same of the same objects', () => {
  it.each(VERBS)('%s: in one file or many, as YAML or JSON, as documents or a List', async (verb) => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(objects, async (all) => {
        fc.pre(all.length > 0);
        const numbered = (index: number): string => `${index}`.padStart(3, '0');
        const forms = [
          folder('form-one', { 'all.yaml': yaml(all) }),
          folder('form-json', { 'all.json': JSON.stringify(list(all)) }),
          folder('form-list', { 'all.yaml': dump(list(all)) }),
        ];
        const many = folder(
          'form-many',
          Object.fromEntries(all.map((one, index) => [`${numbered(index)}.yaml`, yaml([one])])),
        );
        // What a plan of rollout applies, and so deletes again, is whole files: only what it finds out is the same
        if (verb === 'rollout') expect(await found(many)).toEqual(await found('form-one'));
        else forms.push(many);
        const [first, ...others] = await Promise.all(forms.map((form) => said(verb, form)));
        told += first?.length ?? 0;
        for (const other of others) expect(other).toBe(first);
      }),
      { numRuns },
    );
    expect(told).toBeGreaterThan(numRuns * 100);
  });
});

interface Change {
  readonly before: string;
  readonly after: string;
  readonly witness?: { readonly commands: { readonly before: string; readonly after: string } };
  readonly presence: string;
}

/** What a printed call of `can` answers. */
async function answerTo(command: string): Promise<string> {
  const { status, out } = await run([...wordsOf(command), '-o', 'json'], { cwd });
  if (status === 2) return 'not there';
  const { answers } = JSON.parse(out) as { answers: readonly { verdict: string }[] };
  return answers.map(({ verdict }) => verdict).join();
}

it('every call that diff prints gives the verdict that it promises, on both sides', async () => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(
      objects.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all, { minLength: 1 }))),
      async ([all, some]) => {
        folder('old', { 'all.yaml': yaml(all) });
        folder('new', { 'all.yaml': yaml(some) });
        const { out } = await run(['diff', 'old', 'new', '-o', 'json'], { cwd });
        const { opened, audited, closed } = JSON.parse(out) as Record<string, readonly Change[]>;
        for (const { witness, before, after, presence } of [opened, audited, closed].flatMap(
          (one) => one ?? [],
        )) {
          if (witness === undefined) continue;
          replayed += 1;
          const told = [await answerTo(witness.commands.before), await answerTo(witness.commands.after)];
          const promised = [
            presence === 'new' ? 'not there' : before,
            presence === 'old' ? 'not there' : after,
          ];
          expect([witness.commands, told]).toEqual([witness.commands, promised]);
        }
      },
    ),
    { numRuns },
  );
  expect(replayed).toBeGreaterThan(leastOf(numRuns, 1));
});

interface Way {
  readonly verdict: string;
  readonly verified: boolean;
  readonly witnesses: readonly { readonly command: string }[];
}

it('every call that break-in prints gets in as it says', async () => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(objects, async (all) => {
      fc.pre(all.length > 0);
      folder('jail', { 'all.yaml': yaml(all) });
      const { out } = await run(['break-in', 'jail', '-o', 'json'], { cwd });
      const { jails = [] } = JSON.parse(out || '{}') as { jails?: readonly { waysIn: readonly Way[] }[] };
      for (const { verdict, verified, witnesses } of jails.flatMap(({ waysIn }) => waysIn)) {
        for (const { command } of verified ? witnesses : []) {
          replayed += 1;
          // Whom audit mode lets in, something unknown may allow besides: in both cases the client is in.
          const expected = verdict === 'audit' ? ['audit', 'depends'] : [verdict];
          expect([command, expected]).toEqual([command, expect.arrayContaining([await answerTo(command)])]);
        }
      }
    }),
    { numRuns },
  );
  expect(replayed).toBeGreaterThan(leastOf(numRuns, 1));
});

it('--connection asks for bytes that are not HTTP, and for no request', async () => {
  folder('jail', {
    'all.yaml': `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { linkerd.io/inject: enabled } }
spec: { containers: [{ name: web, image: x, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: web, namespace: shop }
spec: { podSelector: {}, port: 8080, proxyProtocol: unknown }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec: { parentRefs: [{ group: policy.linkerd.io, kind: Server, name: web }], rules: [{ matches: [{ path: { value: / } }] }] }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRef: { group: gateway.networking.k8s.io, kind: HTTPRoute, name: web }
  requiredAuthenticationRefs: []
`,
  });
  const can = (...words: string[]): Promise<string> =>
    answerTo(['namespace-jail', 'can', '10.1.2.3', 'shop/pod/web:8080', 'jail', ...words].join(' '));
  expect([await can(), await can('--path', '/'), await can('--connection')]).toEqual([
    'partly',
    'allow',
    'deny',
  ]);
  const { status, err } = await run(
    ['can', '10.1.2.3', 'shop/pod/web:8080', 'jail', '--connection', '--path', '/'],
    { cwd },
  );
  expect(status).toBe(2);
  expect(err).toContain('--connection is about bytes that are not HTTP');
});
