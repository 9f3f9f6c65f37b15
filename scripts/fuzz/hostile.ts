import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { InputError } from '../../lib/basics/problem';
import { readManifests } from '../../lib/input/read';
import { isFields } from '../../lib/kubernetes/fields';
import { call, everyCall, fault } from './calls';
import { HOSTILE, leak } from './leaks';

const ROOT = join(__dirname, '..', '..');
const MANIFESTS = loadAll(readFileSync(join(ROOT, 'test', 'fuzz', 'hostile.yaml'), 'utf8'));
const TARGET = 'shop/deployment/web:8080';

const SUITE = [
  {
    id: 'closed',
    manifests: ['manifests.yaml'],
    cluster: { identityDomain: 'cluster.local', controlPlaneNamespace: 'linkerd' },
    queries: [
      {
        id: 'invoices',
        workload: 'shop/deployment/web',
        port: 8080,
        client: { identity: 'web.billing.serviceaccount.identity.linkerd.cluster.local' },
        request: { path: '/', method: 'GET', headers: { host: 'shop' } },
        expect: 'deny',
        by: ['authorizationpolicy/partners'],
        why: 'because',
      },
    ],
  },
];
const SUPPRESSIONS = [{ rule: 'route-ignored', object: 'server/shop/http', reason: 'known' }];

type Path = readonly (string | number)[];

/** A string of a document, or a key of a mapping, that somebody else may have written. */
interface Place {
  readonly path: Path;
  readonly isKey: boolean;
}

/** Every string and every free key. */
function places(value: unknown, path: Path = []): Place[] {
  if (typeof value === 'string') return [{ path, isKey: false }];
  if (Array.isArray(value)) return value.flatMap((item, index) => places(item, [...path, index]));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...places(item, [...path, key]),
    { path: [...path, key], isKey: true },
  ]);
}

/** A copy of the value with something hostile at one place: instead of what is there, or after it. */
function poisoned(value: unknown, { path, isKey }: Place, hostile: string, after: boolean): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return after ? `${String(value)}${hostile}` : hostile;
  const next = { path: rest, isKey };
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      index === step ? poisoned(item, next, hostile, after) : item,
    );
  const entries = Object.entries(value as object).map(([key, item]: [string, unknown]): [string, unknown] => {
    if (key !== step) return [key, item];
    if (rest.length === 0 && isKey) return [after ? `${key}${hostile}` : hostile, item];
    return [key, poisoned(item, next, hostile, after)];
  });
  return Object.fromEntries(entries);
}

/** What is asked of a hostile input: the command's calls, and what is wrong with how they end. */
export class HostileInputs {
  private readonly cwd = mkdtempSync(join(tmpdir(), 'namespace-jail-'));
  public readonly manifests = places(MANIFESTS);
  private readonly others = [
    ...places(SUITE).map((place) => ({ of: 'suite' as const, place })),
    ...places(SUPPRESSIONS).map((place) => ({ of: 'suppressions' as const, place })),
  ];
  /** How many calls there were, and how many of them were answered. */
  public calls = 0;
  public answered = 0;

  public constructor() {
    this.write('manifests.yaml', MANIFESTS);
  }

  public close(): void {
    rmSync(this.cwd, { recursive: true, force: true });
  }

  /** Why the manifests cannot be read with something hostile at this place. */
  public refusal(index: number, round: number): string | undefined {
    this.write('poisoned.yaml', this.withHostile(MANIFESTS, index, round));
    try {
      readManifests(['poisoned.yaml'], { cwd: this.cwd });
      return undefined;
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
  }

  /** Something hostile at these places of the manifests, in every verb and format. */
  public async inManifests(at: readonly number[], round: number): Promise<string[]> {
    this.write(
      'poisoned.yaml',
      at.reduce<unknown>((all, index) => this.withHostile(all, index, round), MANIFESTS),
    );
    const flags = round % 2 === 0 ? [] : ['--assume-admitted'];
    const asked = everyCall(['poisoned.yaml', ...flags], 'manifests.yaml', TARGET);
    return this.ask(asked, round % 4 < 2);
  }

  /** Something hostile in a suite, in the accepted findings, and in the name of a file. */
  public async inOtherFiles(round: number): Promise<string[]> {
    const hostile = this.hostile(round);
    const { of, place } = this.others[round % this.others.length]!;
    const after = round % 3 === 0;
    this.write('suite.yaml', of === 'suite' ? poisoned(SUITE, place, hostile, after) : SUITE);
    this.write(
      'accepted.yaml',
      of === 'suppressions' ? poisoned(SUPPRESSIONS, place, hostile, after) : SUPPRESSIONS,
    );
    const name = `${hostile.replace(/[/\0\ud800]/g, '')}.yaml`;
    const file = `./${name}`;
    this.write(name, [
      ...MANIFESTS,
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'Wrong_Name', namespace: 'shop' } },
    ]);
    const found = await this.ask(
      [
        ...['text', 'json', 'junit'].map((format) => ['test', '-o', format, 'suite.yaml']),
        ...['text', 'json', 'sarif', 'markdown'].map((format) => [
          'check',
          '-o',
          format,
          '--suppressions',
          'accepted.yaml',
          'manifests.yaml',
        ]),
        ...everyCall([file], 'manifests.yaml', TARGET),
        ['check', `${file}${hostile}`],
        ['can', hostile, TARGET, 'manifests.yaml'],
        ['can', 'unmeshed', `shop/deployment/${hostile}:80`, 'manifests.yaml'],
        ['map', '--focus', hostile, 'manifests.yaml'],
        ['check', '-n', hostile, 'manifests.yaml'],
        ['check', '--exclude', hostile, '.'],
        [hostile],
        ['check', `--${hostile}`],
      ],
      round % 2 === 0,
    );
    rmSync(join(this.cwd, name), { force: true });
    return found;
  }

  private async ask(asked: readonly (readonly string[])[], isTty: boolean): Promise<string[]> {
    const found: string[] = [];
    for (const argv of asked) {
      const made = await call(argv, { cwd: this.cwd, isTty });
      this.calls += 1;
      if (made.status < 2) this.answered += 1;
      const wrong = fault(made) ?? leak(made);
      if (wrong !== undefined) found.push(wrong);
    }
    return found;
  }

  private withHostile(documents: unknown, index: number, round: number): unknown {
    return poisoned(documents, this.place(index), this.hostile(index * 7 + round), (index + round) % 3 === 0);
  }

  private place(index: number): Place {
    return this.manifests[index % this.manifests.length]!;
  }

  private hostile(index: number): string {
    return HOSTILE[index % HOSTILE.length]!;
  }

  /** As JSON, which YAML readers take and which can say every string. */
  private write(name: string, value: unknown): void {
    const isDocuments = !name.startsWith('suite') && !name.startsWith('accepted');
    const text = isDocuments
      ? (value as unknown[]).map((one) => JSON.stringify(one, undefined, 1)).join('\n---\n')
      : JSON.stringify(value, undefined, 1);
    writeFileSync(join(this.cwd, name), text);
  }
}
