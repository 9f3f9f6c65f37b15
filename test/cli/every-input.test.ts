import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { valueAt } from '../../lib/kubernetes/fields';
import { run, wordsOf, type Run } from '../helpers/command';
import { DOCS_FIXTURES, FIXTURES, ROOT, SHARED } from '../helpers/paths';
import { isGrant, type OpenObject } from '../helpers/coverage';

/**
 * What holds for every command on every input that the tests have. The golden files show what a few answers look like;
 * these laws hold the rest.
 */
interface Input {
  readonly name: string;
  readonly text: string;
}

function read(cwd: string, ...files: string[]): Input {
  const texts = files.map((file) => readFileSync(join(cwd, file), 'utf8'));
  return { name: files.join(' + '), text: texts.join('\n---\n') };
}

function inputsIn(cwd: string): Input[] {
  return readdirSync(cwd, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file) && statSync(join(cwd, file)).isFile() && !file.includes('suite'))
    .sort()
    .map((file) => read(cwd, file));
}

/** An escape sequence where manifests have text that reports repeat. */
const HOSTILE: Input = {
  name: 'hostile text',
  text: String.raw`
apiVersion: v1
kind: Namespace
metadata: { name: shop, annotations: { linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: "de\e[31mny" } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { config.linkerd.io/skip-inbound-ports: "80\e[31m" } }
spec: { containers: [{ name: a, image: x }] }
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: { name: http, namespace: shop }
spec: { podSelector: {}, port: "ht\e[31mtp", proxyProtocol: "HTTP/\e[31m1" }
`,
};

const inputs = [
  ...inputsIn(FIXTURES),
  ...inputsIn(DOCS_FIXTURES),
  read(DOCS_FIXTURES, 'shop.yaml', 'jail.yaml'),
  read(DOCS_FIXTURES, 'shop.yaml', 'routes.yaml'),
  read(DOCS_FIXTURES, 'shop.yaml', 'jail.yaml', 'overlap.yaml'),
  read(FIXTURES, 'emojivoto-app.yaml', 'emojivoto-jail.yaml'),
  read(FIXTURES, 'emojivoto-app.yaml', 'emojivoto-jail-2.11.yaml'),
  HOSTILE,
];
const theirs = existsSync(SHARED) ? inputsIn(SHARED) : [];
if (theirs.length > 0)
  inputs.push(...theirs, { name: 'all of theirs', text: theirs.map(({ text }) => text).join('\n---\n') });
else console.warn(`${SHARED} is not there: no command is tried on the manifests of other projects`);

/** The first workload of an input, as `can` takes it. */
function target({ text }: Input): string {
  const workload = loadAll(text).find((object) =>
    ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'].includes(String(valueAt(object, 'kind'))),
  );
  const namespace = valueAt(workload, 'metadata', 'namespace') ?? 'default';
  const kind = String(valueAt(workload, 'kind') ?? 'deployment').toLowerCase();
  return `${String(namespace)}/${kind}/${String(valueAt(workload, 'metadata', 'name') ?? 'none')}:8080`;
}

type Report = Readonly<Record<string, readonly unknown[]>> & { readonly summary?: { readonly text: string } };

interface Command {
  readonly argv: (input: Input) => string[];
  /** How many answers a text gives, and how many a report. */
  readonly counts: (text: string, report: Report) => readonly [unknown, unknown];
}

const COMMANDS: Readonly<Record<string, Command>> = {
  authz: {
    argv: () => ['authz', '-', '-o', 'wide'],
    counts: (text, { workloads = [] }) => {
      const rows = workloads.flatMap((found) => {
        const own = valueAt(found, 'rows') as readonly unknown[];
        // One line says that there is no table
        return valueAt(found, 'meshed') === true && own.length > 0 ? own : [undefined];
      });
      const [tables = ''] = text.split(/^(?:not )?judged/m);
      return [lines(tables, /^(?!ROUTE |\S+\/\S+\/\S+$)./), rows.length];
    },
  },
  'break-in': {
    argv: () => ['break-in', '-'],
    counts: (text, { jails = [], summary }) => [
      [jails.flatMap((jail) => valueAt(jail, 'waysIn')).length, text.includes(summary?.text ?? '?')],
      [valueAt(summary, 'waysIn'), true],
    ],
  },
  can: {
    argv: (input) => ['can', 'unmeshed', target(input), '-', '--ip', '10.1.2.3'],
    counts: (text, { answers = [] }) => [
      text.match(/^[a-z-]+(?=: )/gm),
      answers.map((answer) => valueAt(answer, 'verdict')),
    ],
  },
  check: {
    argv: () => ['check', '-'],
    counts: (text, { findings = [], summary }) => [
      [lines(text, /^ +\S+ {2}(error|warning|note) {2}/), text.includes(summary?.text ?? '?')],
      [findings.length, true],
    ],
  },
  diff: {
    argv: () => ['diff', '-', 'emojivoto-injected.yaml'],
    counts: (text, { opened = [], audited = [], closed = [], deciders = [], workloads = [] }) => [
      lines(text, /^ {2}(\d+\.|-) /),
      [opened, audited, closed, deciders, workloads].flat().length,
    ],
  },
  init: {
    argv: () => ['init', '-', '--dry-run', '--out', 'nowhere'],
    counts: (text, { files = [] }) => [lines(text, /^--- nowhere\//), files.length],
  },
  map: {
    argv: () => ['map', '-'],
    counts: (text, { matrix = [] }) => [lines(text.split('\n\n')[0] ?? '', /./) - 1, matrix.length],
  },
  rollout: {
    argv: () => ['rollout', '-'],
    counts: (text, { steps = [] }) => [lines(text, /^\d+\. /), steps.length],
  },
};

function lines(text: string, pattern: RegExp): number {
  return text.split('\n').filter((line) => pattern.test(line)).length;
}

/** What docs call the report of a command. */
function documentedKind(name: string): string | undefined {
  const manual = readFileSync(join(ROOT, 'docs', 'json.md'), 'utf8');
  const page = readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');
  return (
    new RegExp(`## (\\w+)\n\nPrinted by \\[\`${name}\``).exec(manual)?.[1] ??
    /"kind": "(\w+Report)"/.exec(page)?.[1]
  );
}

/** Reports that list things, also within a sentence, in the order in which the manifests have them. */
const IN_FILE_ORDER = ['break-in', 'check', 'map', 'rollout'];

/**
 * What is said, without where it is written, which is all that moving an object may change; and without the choice of
 * proofs, each of which is tried below.
 */
function saidIn(name: string, json: string): unknown {
  return JSON.parse(
    json.replace(/-:\d+(:\d+)?/g, '-:0').replace(/\(line \d+\)/g, '(line 0)'),
    (key, value: unknown) => {
      if (key === 'line' || key === 'column') return 0;
      if (!IN_FILE_ORDER.includes(name)) return value;
      if (key === 'witnesses') return undefined;
      if (typeof value === 'string')
        return value
          .split(/, | and | /)
          .sort()
          .join(' ');
      return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value;
    },
  );
}

/** Commands whose exit status 0 says that something is safe. */
const SAFETY = ['break-in', 'can', 'check', 'diff', 'test'];

/** The calls of `can` that a report prints, with the verdict that it promises. */
function promises(name: string, report: Report): (readonly [string, number])[] {
  const { jails = [], opened = [], closed = [] } = report;
  if (name === 'break-in')
    return jails
      .flatMap((jail) => valueAt(jail, 'waysIn') as unknown[])
      .flatMap((way) =>
        (valueAt(way, 'witnesses') as unknown[]).map(
          (witness) =>
            [String(valueAt(witness, 'command')), valueAt(way, 'verdict') === 'depends' ? 1 : 0] as const,
        ),
      );
  return [...opened, ...closed].flatMap((change) =>
    (['before', 'after'] as const).flatMap((side): (readonly [string, number])[] => {
      const command = valueAt(change, 'witness', 'commands', side);
      const isAbsent = valueAt(change, 'presence') === { before: 'new', after: 'old' }[side];
      const isIn = ['allow', 'audit'].includes(String(valueAt(change, side)));
      const status = isAbsent ? 2 : isIn ? 0 : 1;
      return command === undefined ? [] : [[String(command), status]];
    }),
  );
}

/** What a call of `can` says, as an exit status; its own is 1 also where something else was not judged. */
async function verdictOf(command: string, { text }: Input): Promise<number> {
  const { out, status } = await run([...wordsOf(command), '-o', 'json'], { stdin: text });
  if (status === 2) return 2;
  const { letIn } = JSON.parse(out) as { letIn: boolean };
  return letIn ? 0 : 1;
}

describe.each(Object.entries(COMMANDS))('%s, on every input,', (name, { argv, counts }) => {
  const answers = async (text: string, input: Input): Promise<[Run, Run]> => {
    const words = argv(input);
    const plain = words.filter((word) => word !== '-o' && word !== 'wide');
    return [await run(words, { stdin: text }), await run([...plain, '-o', 'json'], { stdin: text })];
  };
  const told = inputs.map(async (input) => [input, ...(await answers(input.text, input))] as const);
  const answered = async (): Promise<{ input: Input; text: string; json: string; report: Report }[]> => {
    const found = (await Promise.all(told)).filter(([, text]) => text.status !== 2);
    expect(found.length).toBeGreaterThan(5);
    return found.map(([input, { out: text }, { out: json }]) => ({
      input,
      text,
      json,
      report: JSON.parse(json) as Report,
    }));
  };

  if (SAFETY.includes(name))
    it('exits with 0 only where everything was judged that could make the answer unsafe', async () => {
      for (const [input, , { status, out }] of await Promise.all(told)) {
        if (status !== 0) continue;
        const { coverage } = JSON.parse(out) as {
          coverage: { differing?: unknown[]; notJudged: OpenObject[] };
        };
        // Further authorizations do not keep out whom `can` found let in.
        const open =
          coverage.differing ?? coverage.notJudged.filter((one) => name !== 'can' || !isGrant(one));
        expect([input.name, open]).toEqual([input.name, []]);
      }
    });

  it('says the same as text and as JSON, and exits alike', async () => {
    for (const [input, text, json] of await Promise.all(told)) {
      expect([input.name, json.status, json.err]).toEqual([input.name, text.status, text.err]);
      expect(text.out === '').toBe(text.status === 2);
      expect(json.out === '').toBe(text.status === 2);
    }
    for (const { input, text, report } of await answered()) {
      const [here, there] = counts(text, report);
      expect([input.name, here]).toEqual([input.name, there]);
    }
  });

  it('prints JSON of the version and kind that docs/json.md names', async () => {
    const kind = documentedKind(name);
    expect(kind).toMatch(/Report$/);
    for (const { report } of await answered())
      expect(report).toMatchObject({ apiVersion: 'namespace-jail/v1', kind });
  });

  it('prints no control characters', async () => {
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;
    for (const [, text, json] of await Promise.all(told))
      for (const printed of [text.out, text.err, json.out, json.err]) expect(printed).not.toMatch(control);
  });

  it('does not depend on the order of objects', async () => {
    for (const { input, json } of await answered()) {
      const reversed = (loadAll(input.text) as unknown[]).filter(
        (object) => object !== null && object !== undefined,
      );
      const text = reversed
        .reverse()
        .map((object) => dump(object))
        .join('---\n');
      const [, again] = await answers(text, input);
      expect([input.name, saidIn(name, again.out)]).toEqual([input.name, saidIn(name, json)]);
    }
  });

  if (name === 'break-in' || name === 'diff')
    it('keeps what the printed calls of can promise', async () => {
      const calls = (await answered()).flatMap(({ input, report }) =>
        promises(name, report).map((promise) => ({ input, promise })),
      );
      expect(calls.length).toBeGreaterThan(5);
      for (const {
        input,
        promise: [command, status],
      } of calls)
        expect([input.name, command, await verdictOf(command, input)]).toEqual([input.name, command, status]);
    });
});
