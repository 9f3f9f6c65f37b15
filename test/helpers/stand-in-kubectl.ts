import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DUMP_KINDS, OPTIONAL_DUMP_KINDS, resourceName } from '../../lib/linkerd/dump-kinds';
import type { KubeObject } from '../../lib/kubernetes/object';
import { groupOf } from '../../lib/kubernetes/references';
import { parseManifests } from '../../lib/manifests/parse';
import { FIXTURES } from './paths';

const KINDS = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS];
/** What a cluster has beside the kinds that we read. */
const OTHERS = ['secrets', 'events', 'roles.rbac.authorization.k8s.io'];
export const SERVED: readonly string[] = [...KINDS.map(resourceName), ...OTHERS];

/** How the stand-in differs from a cluster that has every kind and lets everything be read. */
export interface StandIn {
  readonly served?: readonly string[];
  /** Namespaces (or names of Namespaces) in which a kind may be read; without an entry it may be read everywhere. */
  readonly readable?: Readonly<Record<string, readonly string[]>>;
  /** What kubectl says of kinds that cannot be listed. */
  readonly failing?: Readonly<Record<string, string>>;
  /** What kubectl says when it reaches no server. */
  readonly down?: string;
  /** What kubectl says when it could not ask for all kinds. */
  readonly discovery?: readonly string[];
  /** What kubectl says though all is well. */
  readonly says?: readonly string[];
  /** After how many characters its output ends. */
  readonly cut?: number;
}

/** A folder with a kubectl for the cluster `prod`, to be put on PATH. */
export class StandInKubectl {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  private readonly log = join(this.folder, 'log');

  public constructor(manifests: string, differences: StandIn = {}) {
    const objects = manifests === '' ? [] : parseManifests(manifests, 'cluster').objects;
    const plan = {
      contexts: ['prod', 'staging'],
      served: SERVED,
      objects: objects.map(({ object }) => ({ resource: resourceOf(object), object })),
      log: this.log,
      ...differences,
    };
    writeFileSync(join(this.folder, 'plan.json'), JSON.stringify(plan));
    writeFileSync(this.log, '');
  }

  public get env(): Record<string, string> {
    const PATH = [join(FIXTURES, 'kubectl'), process.env.PATH ?? ''].join(delimiter);
    return { PATH, STAND_IN: join(this.folder, 'plan.json') };
  }

  /** What kubectl was asked, a call each. */
  public get calls(): string[][] {
    const lines = readFileSync(this.log, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as string[]);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function resourceOf({ kind, apiVersion }: KubeObject): string {
  const found = KINDS.find((one) => one.kind === kind && one.group === groupOf(apiVersion));
  return found === undefined ? `${kind.toLowerCase()}s` : resourceName(found);
}
