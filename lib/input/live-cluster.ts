import { InputError, type Problem } from '../basics/problem';
import { enumerate } from '../basics/words';
import { REFERENCED_KINDS, type CompletePart, type UnreadKind } from '../cluster/cluster-options';
import { asList, asText, isFields, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { DUMP_KINDS, OPTIONAL_DUMP_KINDS, resourceName, type DumpKind } from '../linkerd/dump-kinds';
import { finishParsing, startParsing, takeLive } from '../manifests/parse';
import { runKubectl, type KubectlRun, type KubectlSurroundings } from './kubectl';
import { failureWords, isForbidden, isUnknownContext, unknownContext, unreadable } from './live-failures';

export interface LiveOptions extends KubectlSurroundings {
  /** A context of kubectl's own configuration. */
  readonly context: string;
  /** Namespaces to read where the whole cluster may not be read. */
  readonly namespaces: readonly string[];
  readonly linkerdNamespace: string;
  /** Told what is being read. */
  readonly step?: (text: string) => void;
}

/** What could be read of a cluster, and what could not. */
export interface LiveCluster {
  readonly objects: readonly SourceObject[];
  readonly notes: readonly Problem[];
  /** Kinds that were read whole, without an error. */
  readonly complete: readonly CompletePart[];
  /** Kinds that decide and were not read, or not everywhere. */
  readonly unread: readonly UnreadKind[];
}

/** Only this ConfigMap is read, and no Secret: what else they hold is none of our business. */
const CONFIG = 'linkerd-config';
const CONFIG_MAPS = 'configmaps';
const ALL_KINDS: readonly DumpKind[] = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS];
/** Requests of one kind at a time to each of so many processes: what the API server lets one client do. */
const AT_ONCE = 4;
/** With it, kubectl prints nothing for an object that is not there. */
const MAY_BE_MISSING = '--ignore-not-found';
const LIMITS = ['--chunk-size=500', '--request-timeout=60s'];

/** What became of one kind. */
interface KindRead {
  readonly kind: DumpKind;
  readonly values: readonly unknown[];
  /** Where it was read without an error. */
  readonly from: 'everywhere' | readonly string[];
  /** Why it was not read everywhere. */
  readonly because?: string;
}

/**
 * Reads a cluster with kubectl, which only gets and lists. Kinds are asked for that the server has, all at once; if that
 * fails, one by one, since kubectl then gives nothing or leaves out what it may not read. What cannot be read in all
 * namespaces is read in those that were asked for.
 *
 * @throws LiveClusterError if nothing can be read
 */
export async function readLiveCluster(options: LiveOptions): Promise<LiveCluster> {
  return new Reading(options).read();
}

class Reading {
  private readonly notes: Problem[] = [];
  private readonly file: string;

  public constructor(private readonly options: LiveOptions) {
    this.file = `context ${options.context}`;
  }

  public async read(): Promise<LiveCluster> {
    const { served, isSure } = await this.servedKinds();
    const there = ALL_KINDS.filter((kind) => served.has(resourceName(kind)) && kind.resource !== CONFIG_MAPS);
    const [kinds, config] = [await this.readKinds(there), await this.readConfig()];
    const reading = startParsing();
    for (const { values } of [...kinds, config]) takeLive(reading, values, this.file);
    const { objects, notes } = finishParsing(reading);
    if (objects.length === 0) throw this.nothing(kinds);
    const lacking = this.lackingKinds(served, isSure);
    for (const one of kinds) this.noteKind(one);
    return {
      objects,
      notes: [...this.notes, ...notes],
      complete: completeParts(kinds),
      unread: [...lacking, ...[...kinds, config].flatMap((one) => this.unreadKind(one))],
    };
  }

  private nothing(kinds: readonly KindRead[]): InputError {
    const because = kinds.find((kind) => kind.because !== undefined)?.because;
    return new InputError([
      {
        file: this.file,
        ...(because === undefined
          ? {
              message: 'it has no objects, so there is nothing to judge',
              remedy: 'check that it is the cluster you mean',
            }
          : {
              message: `no object could be read: ${because}`,
              remedy: 'ask for the rights to get and list the kinds that namespace-jail kinds prints',
            }),
      },
    ]);
  }

  private kubectl(...argv: readonly string[]): Promise<KubectlRun> {
    return runKubectl(['--context', this.options.context, ...argv], this.options);
  }

  /** The kinds that can be listed; asked first, since one that is missing fails a whole `kubectl get`. */
  private async servedKinds(): Promise<{ readonly served: ReadonlySet<string>; readonly isSure: boolean }> {
    this.options.step?.(`asking ${this.file} which kinds it has`);
    const run = await this.kubectl('api-resources', '--verbs=list', '-o', 'name', '--request-timeout=60s');
    const served = new Set(run.out.split('\n').map((line) => line.trim()));
    if (isUnknownContext(run)) throw unknownContext(this.options.context, await this.contexts());
    if (run.fault !== undefined || !served.has('namespaces')) throw unreadable(this.options.context, run);
    this.hear(run);
    return { served, isSure: run.status === 0 };
  }

  private async contexts(): Promise<string[]> {
    const { out } = await runKubectl(['config', 'get-contexts', '-o', 'name'], this.options);
    return out.split('\n').filter((line) => line !== '');
  }

  private async readKinds(kinds: readonly DumpKind[]): Promise<KindRead[]> {
    this.options.step?.(`reading ${kinds.length} kinds of ${this.file}`);
    const all = await this.list(kinds, ['-A']);
    if ('values' in all) {
      // As one, since they came as one.
      return kinds.map((kind, i) => ({ kind, values: i === 0 ? all.values : [], from: 'everywhere' }));
    }
    const read: KindRead[] = [];
    for (let i = 0; i < kinds.length; i += AT_ONCE) {
      const some = kinds.slice(i, i + AT_ONCE);
      this.options.step?.(`reading ${some.map(({ resource }) => resource).join(', ')} of ${this.file}`);
      read.push(...(await Promise.all(some.map((kind) => this.readKind(kind)))));
    }
    return read;
  }

  private async readKind(kind: DumpKind): Promise<KindRead> {
    const all = await this.list([kind], ['-A']);
    if ('values' in all) return { kind, values: all.values, from: 'everywhere' };
    const { because, isForbidden: isRefused } = all;
    const { namespaces } = this.options;
    if (!isRefused || namespaces.length === 0) return { kind, values: [], from: [], because };
    const values: unknown[] = [];
    const from: string[] = [];
    for (const namespace of namespaces) {
      const scope = kind.kind === 'Namespace' ? [namespace] : ['-n', namespace];
      const found = await this.list([kind], scope);
      if (!('values' in found)) continue;
      values.push(...found.values);
      from.push(namespace);
    }
    return { kind, values, from, because };
  }

  /** The settings of the control plane. */
  private async readConfig(): Promise<KindRead> {
    const { linkerdNamespace } = this.options;
    const kind = DUMP_KINDS.find(({ resource }) => resource === CONFIG_MAPS) as DumpKind;
    const name = ['configmap', CONFIG, '-n', linkerdNamespace, MAY_BE_MISSING];
    const found = await this.get(name);
    if (!('values' in found)) {
      const because = `${CONFIG} in namespace ${linkerdNamespace}, the settings of the control plane, was not read: ${found.because}`;
      return { kind: { ...kind, decides: true }, values: [], from: [], because };
    }
    if (found.values.length === 0) {
      this.notes.push({
        file: this.file,
        message: `there is no ConfigMap ${CONFIG} in namespace ${linkerdNamespace}, so Linkerd's default settings are assumed`,
        remedy: "name the control plane's namespace with --linkerd-namespace if it is another one",
      });
    }
    return { kind, values: found.values, from: 'everywhere' };
  }

  private list(kinds: readonly DumpKind[], scope: readonly string[]): Promise<Listed | Failed> {
    return this.get([kinds.map(resourceName).join(','), ...scope]);
  }

  private async get(what: readonly string[]): Promise<Listed | Failed> {
    const run = await this.kubectl('get', ...what, '-o', 'json', ...LIMITS);
    if (run.status !== 0) return { because: failureWords(run), isForbidden: isForbidden(run) };
    const values = what.includes(MAY_BE_MISSING) && run.out === '' ? [] : valuesOf(run.out);
    if (values === undefined) {
      return { because: 'kubectl printed something else than whole JSON', isForbidden: false };
    }
    this.hear(run);
    return { values };
  }

  /** What kubectl says beside a result may matter to whoever asked. */
  private hear({ said }: KubectlRun): void {
    for (const line of said) {
      const message = `kubectl says: ${line}`;
      if (!this.notes.some((note) => note.message === message)) this.notes.push({ file: this.file, message });
    }
  }

  private noteKind({ kind, from, because }: KindRead): void {
    if (because === undefined) return;
    const where = from.length === 0 || from === 'everywhere' ? '' : ` except in ${enumerate(from)}`;
    const effect = kind.decides === true ? 'so it is not judged' : 'so what depends on it is not known';
    this.notes.push({
      file: this.file,
      message: `${resourceName(kind)} could not be read${where}, ${effect}: ${because}`,
    });
  }

  private unreadKind({ kind, from, because }: KindRead): UnreadKind[] {
    if (because === undefined || kind.decides !== true || from === 'everywhere') return [];
    const remedy = `ask for the rights to get and list ${resourceName(kind)}, or read a dump that has them`;
    const except = from.length === 0 ? {} : { except: from };
    const origin = { file: this.file, line: 1 };
    return [{ resource: resourceName(kind), ...except, because, remedy, origin }];
  }

  /** What the server does not have. Every cluster has the usual kinds, and with Linkerd those of its policy. */
  private lackingKinds(served: ReadonlySet<string>, isSure: boolean): UnreadKind[] {
    const lacking = ALL_KINDS.filter((kind) => !served.has(resourceName(kind)));
    if (lacking.length === 0) return [];
    const names = enumerate(lacking.map(resourceName), lacking.length);
    const hasPolicy = DUMP_KINDS.some(
      (kind) => kind.group === 'policy.linkerd.io' && served.has(resourceName(kind)),
    );
    const doubted = lacking.filter(
      (kind) =>
        kind.decides === true &&
        (!isSure || (DUMP_KINDS.includes(kind) && (hasPolicy || !kind.group.endsWith('linkerd.io')))),
    );
    this.notes.push({
      file: this.file,
      message: `the server does not have ${names}, so they are not judged, and what refers to them is not settled`,
    });
    return doubted.map((kind) => ({
      resource: resourceName(kind),
      because: isSure
        ? 'the server does not have it, though it has others that come with it'
        : 'the server did not say whether it has it',
      remedy: 'see what kubectl api-resources says, and install or repair what is missing',
      origin: { file: this.file, line: 1 },
    }));
  }
}

interface Listed {
  readonly values: readonly unknown[];
}

interface Failed {
  readonly because: string;
  readonly isForbidden: boolean;
}

/** The objects of what kubectl printed; `undefined` if it is not the whole of it. */
function valuesOf(out: string): readonly unknown[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(out);
  } catch {
    return undefined;
  }
  if (!isFields(value) || asText(valueAt(value, 'kind')) === undefined) return undefined;
  return Object.hasOwn(value, 'items') ? asList(value.items) : [value];
}

/** The kinds that policy refers to, where all kinds of that name were read. */
function completeParts(read: readonly KindRead[]): CompletePart[] {
  return REFERENCED_KINDS.flatMap((referred): CompletePart[] => {
    const named = ALL_KINDS.filter(({ kind }) => kind === referred);
    const places = named.map((kind) => read.find((one) => one.kind === kind)?.from ?? []);
    if (places.every((from) => from === 'everywhere')) return [{ kinds: [referred] }];
    const [first = [], ...others] = places.filter((from) => from !== 'everywhere');
    const namespaces = first.filter((name) => others.every((from) => from.includes(name)));
    return namespaces.length === 0 ? [] : [{ kinds: [referred], namespaces }];
  });
}
