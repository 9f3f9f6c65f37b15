import { compareText, memoized } from '../basics/collections';
import { coversPath, HTTP_METHODS, patternText, type PathPattern } from './path-pattern';

/** Requests that somebody may make: of some paths, and of some methods if it says so. */
export interface RequestRule {
  readonly paths: readonly PathPattern[];
  /** Any method if empty. */
  readonly methods: readonly string[];
}

/** What a route takes: one path pattern, and one method or any. */
export interface PlannedMatch {
  readonly path: PathPattern;
  readonly method: string | undefined;
}

/** Matches whose requests the same rules admit, by their index. */
export interface RouteCells {
  readonly rules: readonly number[];
  readonly matches: readonly PlannedMatch[];
}

/** Two patterns of one length that Linkerd ranks alike, so that the older route would win. */
export interface Tie {
  readonly exact: PathPattern;
  readonly prefix: PathPattern;
  readonly method: string | undefined;
}

/**
 * Takes the requests of rules that overlap apart, so that each request meets exactly one match, and whoever is admitted
 * there is admitted by all rules that the request meets. Linkerd sends a request to the route with the longest path, then
 * to the one that names its method (linkerd-policy 6.3); patterns are nested or apart, so the cells are all patterns, each
 * with all methods that rules around it name. What no cell takes is left to a route for the rest of the port.
 */
export function routeCells(rules: readonly RequestRule[]): { cells: RouteCells[]; ties: Tie[] } {
  const patterns = new Map(rules.flatMap(({ paths }) => paths).map((path) => [patternText(path), path]));
  const found = new Map<string, { path: PathPattern; members: Members }>();
  for (const [text, path] of patterns) found.set(text, { path, members: membersOf(rules, path) });
  const ties: Tie[] = [];
  for (const cell of found.values()) {
    if (cell.path.type === 'Exact') settleTie(cell, found, ties);
  }
  const byRules = new Map<string, { rules: readonly number[]; matches: PlannedMatch[] }>();
  for (const [, { path, members }] of [...found].sort(([a], [b]) => compareText(a, b))) {
    for (const [method, admitted] of members) {
      if (admitted.length === 0) continue;
      const key = admitted.join();
      memoized(byRules, key, () => ({ rules: admitted, matches: [] })).matches.push({ path, method });
    }
  }
  return { cells: [...byRules.values()], ties };
}

/** By method, and for every other one under `undefined`: the rules that admit requests to a path. */
type Members = Map<string | undefined, readonly number[]>;

function membersOf(rules: readonly RequestRule[], path: PathPattern): Members {
  const around = rules.flatMap((rule, index) =>
    rule.paths.some((outer) => coversPath(outer, path)) ? [index] : [],
  );
  const named = new Set(around.flatMap((index) => rules[index]?.methods ?? []));
  const admittedWith = (method: string | undefined): number[] =>
    around.filter((index) => {
      const methods = rules[index]?.methods ?? [];
      return methods.length === 0 || (method !== undefined && methods.includes(method));
    });
  const methods = HTTP_METHODS.filter((method) => named.has(method));
  return new Map([...methods, undefined].map((method) => [method, admittedWith(method)]));
}

/**
 * Linkerd does not rank an exact path above a prefix of the same length. A match with a method does rank above one without,
 * so the exact path names all methods where the prefix, or the rest of the port, does not.
 */
function settleTie(
  { path, members }: { readonly path: PathPattern; readonly members: Members },
  all: ReadonlyMap<string, { readonly members: Members }>,
  ties: Tie[],
): void {
  const prefix: PathPattern = { type: 'PathPrefix', value: path.value };
  const rival = all.get(patternText(prefix))?.members ?? (path.value === '/' ? REST : undefined);
  if (rival === undefined) return;
  const anyMethod = members.get(undefined) ?? [];
  const rivalWith = (method: string | undefined): readonly number[] =>
    rival.get(method) ?? rival.get(undefined) ?? [];
  if (anyMethod.length > 0 && anyMethod.join() !== rivalWith(undefined).join()) {
    for (const method of HTTP_METHODS) if (!members.has(method)) members.set(method, anyMethod);
    members.delete(undefined);
  }
  for (const [method, admitted] of members) {
    if (!rival.has(method) || admitted.length === 0) continue;
    if (admitted.join() !== rivalWith(method).join()) ties.push({ exact: path, prefix, method });
  }
}

/** The route for the rest of the port, to which no rule belongs. */
const REST: Members = new Map([[undefined, []]]);
