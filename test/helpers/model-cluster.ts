import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Cluster } from '../../lib/cluster/cluster';
import { podTemplatePath } from '../../lib/kubernetes/kinds';
import { asFields, valueAt } from '../../lib/kubernetes/fields';
import type { KubeObject } from '../../lib/kubernetes/object';
import { groupOf } from '../../lib/kubernetes/references';
import { fromObjects } from '../../lib/manifests/parse';
import { DUMP_KINDS, OPTIONAL_DUMP_KINDS } from '../../lib/linkerd/dump-kinds';
import { builtCommand } from './command';
import { FIXTURES, ROOT } from './paths';

const INJECT = 'linkerd.io/inject';
const POLICY = 'config.linkerd.io/default-inbound-policy';

interface Started {
  readonly inject: string | null;
  readonly policy: string | null;
}

interface State {
  readonly objects: Readonly<Record<string, KubeObject>>;
  readonly started: Readonly<Record<string, Started>>;
}

/** What a command line did. */
export interface Typed {
  readonly line: string;
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * A cluster in a file, a folder to type in, and the commands that work on both: a shell, with the kubectl, npm and npx of
 * `test/fixtures/model-cluster`.
 */
export class ModelCluster {
  public readonly folder = mkdtempSync(join(tmpdir(), 'follow-'));
  private readonly state = join(this.folder, '.cluster.json');
  private cwd = this.folder;

  public constructor(objects: readonly KubeObject[]) {
    builtCommand();
    const kinds = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS].map(({ kind, group }) => ({
      kind,
      apiVersion: group === '' ? 'v1' : `${group}/v1`,
    }));
    const state: State & object = {
      version: 1,
      kinds,
      objects: Object.fromEntries(objects.map((object) => [keyOf(object), object])),
      started: Object.fromEntries(objects.map((object) => [keyOf(object), startedOf(object, objects)])),
    } as State & object;
    writeFileSync(this.state, JSON.stringify(state));
    writeFileSync(`${this.state}.log`, '');
  }

  /** Types a line into a shell, which stays where it is, as one on a terminal does. */
  public type(line: string): Typed {
    const at = join(this.folder, '.cwd');
    const script = `${line}\nstatus=$?\npwd > ${at}\nexit $status`;
    const PATH = [join(FIXTURES, 'model-cluster'), process.env.PATH ?? ''].join(delimiter);
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
      cwd: this.cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        PATH,
        HOME: this.folder,
        CHECKOUT: ROOT,
        NODE_PATH: join(ROOT, 'node_modules'),
        MODEL_CLUSTER: this.state,
        REAL_NPM: realNpm(),
      },
    });
    this.cwd = readFileSync(at, 'utf8').trim();
    return { line, status, out: stdout, err: stderr };
  }

  /** Writes a file into the folder where one types. */
  public write(name: string, text: string): void {
    writeFileSync(join(this.cwd, name), text);
  }

  /** What kubectl was asked to do, a call each. */
  public get calls(): readonly string[][] {
    const lines = readFileSync(`${this.state}.log`, 'utf8').trimEnd().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as string[]);
  }

  /** The objects as they are, each pod with what it was started with, whatever its Namespace says since. */
  public running(): Cluster {
    const { objects, started } = JSON.parse(readFileSync(this.state, 'utf8')) as State;
    const pods = Object.entries(objects).map(([key, object]) => asStarted(object, started[key]));
    return Cluster.fromObjects(fromObjects(pods).objects);
  }

  public close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function realNpm(): string {
  return execFileSync('bash', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name].join('/');
}

function hasTemplate(object: KubeObject): boolean {
  return object.kind === 'Pod' || podTemplatePath(object.kind).length > 0;
}

function startedOf(object: KubeObject, objects: readonly KubeObject[]): Started {
  const own = annotationsOf(object);
  const above = objects.find(
    ({ kind, metadata }) => kind === 'Namespace' && metadata.name === object.metadata.namespace,
  );
  const value = (key: string): string | null =>
    ((own[key] ?? asFields(above?.metadata.annotations)[key]) as string | undefined) ?? null;
  return { inject: value(INJECT), policy: value(POLICY) };
}

function annotationsOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return asFields(valueAt(object, ...podTemplatePath(object.kind), 'metadata', 'annotations'));
}

/** The Namespace's word counts when a pod is made, so what it was then is written on the pod; a CronJob makes new ones. */
function asStarted(object: KubeObject, started: Started | undefined): KubeObject {
  if (started === undefined || !hasTemplate(object) || object.kind === 'CronJob') return object;
  const annotations = {
    ...annotationsOf(object),
    [INJECT]: started.inject ?? 'disabled',
    [POLICY]: started.policy ?? 'all-unauthenticated',
  };
  const set = (value: unknown, [key, ...rest]: readonly string[]): unknown =>
    key === undefined ? annotations : { ...asFields(value), [key]: set(valueAt(value, key), rest) };
  return set(object, [...podTemplatePath(object.kind), 'metadata', 'annotations']) as KubeObject;
}
