import type { Cluster } from '../../cluster/cluster';
import { namespaceOf } from '../../cluster/inventory';
import { append, compareText } from '../../basics/collections';
import type { SourceObject } from '../../kubernetes/object';
import { isNamespace } from './restored-objects';

/** Namespaces that are rolled out together, because files of the new manifests hold more than one of them. */
export interface Unit {
  readonly namespaces: readonly string[];
  /** The files to apply; absent if that is all that was given. */
  readonly files?: readonly string[];
  /** Namespaces without a jail that stand in the same files, and are applied with them. */
  readonly others: readonly string[];
  readonly sources: readonly SourceObject[];
}

/** Splits the new manifests into what can be applied by itself. */
export function unitsOf(fresh: Cluster, jails: readonly string[]): readonly Unit[] {
  const files = new Map<string, SourceObject[]>();
  for (const source of fresh.objects) append(files, source.origin.file, source);
  const unitOf = new Map(jails.map((name) => [name, new Set([name])]));
  for (const sources of files.values()) {
    const [first, ...rest] = new Set(namespacesIn(fresh, sources).filter((name) => unitOf.has(name)));
    for (const other of rest) merge(unitOf, first, other);
  }
  const isApart = [...files.values()].every((sources) =>
    namespacesIn(fresh, sources).some((name) => unitOf.has(name)),
  );
  const units = [...new Set(unitOf.values())];
  return units.map((names) => {
    const own = [...files].filter(([, sources]) =>
      namespacesIn(fresh, sources).some((name) => names.has(name)),
    );
    const sources = own.flatMap(([, all]) => all);
    const others = namespacesIn(fresh, sources).filter((name) => !names.has(name));
    return {
      namespaces: [...names].sort(compareText),
      others: [...new Set(others)].sort(compareText),
      sources,
      ...(units.length === 1 && isApart ? {} : { files: own.map(([file]) => file).sort(compareText) }),
    };
  });
}

function merge(unitOf: Map<string, Set<string>>, a = '', b = ''): void {
  const [one, other] = [unitOf.get(a), unitOf.get(b)];
  if (one === undefined || other === undefined || one === other) return;
  for (const name of other) {
    one.add(name);
    unitOf.set(name, one);
  }
}

function namespacesIn(cluster: Cluster, sources: readonly SourceObject[]): readonly string[] {
  const names = sources.flatMap((source) => {
    if (isNamespace(source)) return [source.object.metadata.name];
    return namespaceOf(cluster, source) ?? [];
  });
  return [...new Set(names)];
}

/**
 * Callers before those whom they call: a closed namespace asks its callers for an identity, so they should run the proxy, and
 * should have been watched, by the time it closes. In a circle, whoever has the fewest callers left is first.
 *
 * @param callersOf the namespaces that call one
 */
export function inCallingOrder<T>(
  items: readonly T[],
  namespacesOf: (item: T) => readonly string[],
  callersOf: (item: T) => readonly string[],
): readonly T[] {
  const left = new Set(
    [...items].sort((a, b) => compareText(namespacesOf(a).join(), namespacesOf(b).join())),
  );
  const ordered: T[] = [];
  while (left.size > 0) {
    const waiting = new Set([...left].flatMap(namespacesOf));
    const open = (item: T): number =>
      callersOf(item).filter((name) => waiting.has(name) && !namespacesOf(item).includes(name)).length;
    let next: T | undefined;
    for (const item of left) if (next === undefined || open(item) < open(next)) next = item;
    if (next === undefined) break;
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}
