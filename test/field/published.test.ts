import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { run } from '../helpers/command';
import { FIXTURES } from '../helpers/paths';

/**
 * Applications as people publish them: a folder for each. Those of others are not ours to keep here, so that they are read
 * where `PUBLISHED_APPLICATIONS` names a folder of them, and `FIELD_DUMP` a dump; ours have the same shapes.
 */
const { PUBLISHED_APPLICATIONS, FIELD_DUMP } = process.env;

interface Loaded {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly generateName?: string; readonly namespace?: string };
  readonly items?: readonly Loaded[];
  readonly spec?: { readonly template?: { readonly spec?: object }; readonly jobTemplate?: object };
}

/** All documents of a folder, without our reader; `undefined` if one of its files is no YAML. */
function documentsOf(folder: string): readonly Loaded[] | undefined {
  const files = readdirSync(folder).filter((file) => /\.(ya?ml|json)$/.test(file));
  try {
    return files.flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      // A name in two braces is a key of a mapping to YAML; kubectl refuses it as well.
      if (/^[^'"|>#]*: *\{\{/m.test(text)) throw new Error(`${file} is a template`);
      return (loadAll(text) as (Loaded | null)[]).flatMap((one) => one?.items ?? (one === null ? [] : [one]));
    });
  } catch {
    return undefined;
  }
}

/** How many workloads they have, by what makes pods of them. */
function workloadsIn(documents: readonly Loaded[]): number {
  const names = documents
    .filter(({ kind, metadata, spec }) => {
      const isPod = kind === 'Pod' || spec?.template?.spec !== undefined || spec?.jobTemplate !== undefined;
      return isPod && metadata !== undefined;
    })
    .map(({ kind, metadata: { name, generateName, namespace = 'default' } = {} }) =>
      [kind, namespace, name ?? generateName].join('/'),
    );
  return new Set(names).size;
}

const VERBS = ['map', 'check', 'authz'];

/** The last line of each verb, all of which must read the folder, and judge the same. */
async function coverageOf(app: string, cwd: string): Promise<string> {
  const lines = new Set<string>();
  for (const verb of VERBS) {
    const { status, out, err } = await run([verb, app], { cwd });
    expect([verb, app, err, status === 2]).toEqual([verb, app, err, false]);
    lines.add(lastLine(out));
  }
  const { out } = await run(['diff', app, app], { cwd });
  lines.add(lastLine(out).replace(/^new: /, ''));
  expect([app, ...lines]).toEqual([app, expect.any(String)]);
  return [...lines].join('\n');
}

function lastLine(out: string): string {
  return out.trimEnd().split('\n').at(-1) ?? '';
}

const OURS = join(FIXTURES, 'applications');

describe('applications of our own, with the shapes of published ones', () => {
  it.each([
    ['batch', 3],
    ['guestbook', 2],
    ['ingress', 2],
    ['monitoring', 1],
    ['node-agent', 1],
    ['operator', 1],
    ['rollout', 1],
    ['stateful', 1],
  ])('%s is read without a refusal, and each of its workloads is judged', async (app, workloads) => {
    expect(workloadsIn(documentsOf(join(OURS, app)) ?? [])).toBe(workloads);
    const some = workloads === 1 ? '1 workload' : `${workloads} workloads`;
    expect(await coverageOf(app, OURS)).toBe(`judged ${some} of 1 namespace; not judged: 0`);
  });

  it('is all there is in the folder', () => {
    expect(readdirSync(OURS).sort()).toHaveLength(8);
  });
});

const published = PUBLISHED_APPLICATIONS === undefined ? describe.skip : describe;

published('published applications (skipped unless PUBLISHED_APPLICATIONS names a folder of them)', () => {
  it('at least thirty are read without a refusal that kubectl would not give, and each of their workloads is judged', async () => {
    const cwd = PUBLISHED_APPLICATIONS ?? '';
    let read = 0;
    for (const app of readdirSync(cwd).sort()) {
      const documents = documentsOf(join(cwd, app));
      if (documents === undefined) {
        // Our reader may know better, but where it refuses too, it must be for this.
        const { status, err } = await run(['check', app], { cwd });
        if (status === 2)
          expect([app, err]).toEqual([
            app,
            expect.stringMatching(/: this is (a Helm or Go template|not YAML)/),
          ]);
        continue;
      }
      const workloads = workloadsIn(documents);
      if (workloads === 0) continue;
      read += 1;
      const [, judged, notJudged] =
        /^judged (\d+) workloads? of \d+ namespaces?; not judged: (\d+)$/.exec(await coverageOf(app, cwd)) ??
        [];
      expect([app, Number(judged), Number(notJudged)]).toEqual([app, workloads, 0]);
    }
    expect(read).toBeGreaterThanOrEqual(30);
  }, 600_000);
});

/** In `more`: a Rollout, an operator's resource with its pod, and a Deployment with a running pod. */
const MORE = join(FIXTURES, 'dump-more.yaml');

describe('a Rollout, what an operator made, and running pods beside their templates', () => {
  it.each([...VERBS, 'break-in', 'rollout'])('count as three workloads to %s', async (verb) => {
    const { out } = await run([verb, MORE]);
    expect(lastLine(out)).toBe('judged 3 workloads of 1 namespace; not judged: 0');
  });

  (FIELD_DUMP === undefined ? it.skip : it)(
    'also in a dump of a cluster (skipped unless FIELD_DUMP names one)',
    async () => {
      const counts =
        /^judged (\d+) workloads of (\d+) namespaces;(?: without Linkerd's own: .*;)? not judged: 0$/;
      for (const verb of [...VERBS, 'init --dry-run']) {
        const [alone, together] = await Promise.all(
          [[], [MORE]].map(async (more) => {
            const { out, err } = await run([...verb.split(' '), FIELD_DUMP ?? '', ...more]);
            expect([verb, err.includes('refused')]).toEqual([verb, false]);
            return counts.exec(lastLine(out))?.slice(1).map(Number);
          }),
        );
        expect([verb, together]).toEqual([verb, [(alone?.[0] ?? NaN) + 3, (alone?.[1] ?? NaN) + 1]]);
      }
    },
    600_000,
  );
});
