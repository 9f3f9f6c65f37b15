import type { Route, RouteMatch } from '../cluster/route';
import { trimSlashes } from '../cluster/route-decode';
import {
  cellAutomaton,
  isSendable,
  OTHER,
  PATH_CHARS,
  PathTree,
  samplePath,
  segmentsOf,
} from '../sets/path-tree';
import { readPattern, sampleTexts, type Pattern, type ReadPattern } from '../sets/text-space';
import { compareText } from '../basics/collections';
import { methodOf } from './route-match';

/** Paths that no match tells apart. */
export interface PathClass {
  readonly path: string;
  /** Patterns of which some paths here may be spanned and others not, whatever holds for `path`. */
  readonly unsure: ReadonlySet<string>;
}

export function matchesOf(routes: readonly Route[]): readonly RouteMatch[] {
  return routes.flatMap(({ rules }) => rules.flatMap(({ matches }) => matches));
}

/** Hosts that no route tells apart; `undefined` for all those that nothing names, and for none. */
export function hostClasses(routes: readonly Route[]): readonly (string | undefined)[] {
  const patterns = [
    ...new Set(routes.flatMap(({ hostnames }) => hostnames.map((host) => host.toLowerCase()))),
  ];
  const exact = patterns.filter((pattern) => !pattern.startsWith('*.'));
  const wild = patterns.filter((pattern) => pattern.startsWith('*.'));
  const below = wild.map((pattern) => {
    let label = 'witness';
    while (exact.includes(label + pattern.slice(1)) || wild.includes(`*.${label}${pattern.slice(1)}`))
      label += '-x';
    return label + pattern.slice(1);
  });
  return [undefined, ...[...exact, ...below].sort(compareText)];
}

const USUAL_METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'WITNESS',
];

/** Each method that a match names, and one that none does; the usual ones first. */
export function methodClasses(matches: readonly RouteMatch[]): readonly string[] {
  const named = new Set(matches.flatMap((match) => methodOf(match) ?? []));
  const other = USUAL_METHODS.find((method) => !named.has(method));
  const rank = (method: string): number => (USUAL_METHODS.indexOf(method) + 100) % 100;
  return [...named, ...(other === undefined ? [] : [other])].sort(
    (a, b) => rank(a) - rank(b) || compareText(a, b),
  );
}

/** All paths that a client can send, in classes. */
export function pathClasses(matches: readonly RouteMatch[]): readonly PathClass[] {
  const patterns = patternsOf(matches);
  return pathTree(matches)
    .cells()
    .flatMap((cell): readonly PathClass[] => {
      const sample = samplePath(cell);
      if (!isSendable(sample)) return [];
      const isOne = !cell.segments.includes(OTHER);
      if (isOne || patterns.length === 0) return [{ path: sample, unsure: NONE }];
      const { texts, unsure } = sampleTexts(cellAutomaton(cell), patterns, PATH_CHARS);
      // A pattern that could not be looked into may hold for any of them.
      const paths = texts.length === 0 && unsure.size > 0 ? [sample] : texts;
      return paths.map((path) => ({ path, unsure }));
    });
}

const NONE: ReadonlySet<string> = new Set();

function patternsOf(matches: readonly RouteMatch[]): readonly ReadPattern[] {
  const patterns = new Map<string, Pattern>();
  for (const match of matches) {
    if (match.kind !== 'http' || match.path?.syntax === undefined) continue;
    const { value: text, matches: spans, syntax } = match.path;
    patterns.set(text, { text, spans, syntax });
  }
  return [...patterns.values()].sort((a, b) => compareText(a.text, b.text)).map(readPattern);
}

function pathTree(matches: readonly RouteMatch[]): PathTree {
  const paths = new Set<string>();
  const second = new Set<string>();
  let isGrpc = false;
  for (const match of matches) {
    if (match.kind === 'http') {
      const { type, value } = match.path ?? { type: 'PathPrefix', value: '/' };
      if (type === 'Exact') paths.add(value);
      else if (type === 'PathPrefix') paths.add(trimSlashes(value));
      continue;
    }
    isGrpc = true;
    if (match.service !== undefined && match.method !== undefined)
      paths.add(`/${match.service}/${match.method}`);
    else if (match.service !== undefined) paths.add(`/${match.service}`);
    else if (match.method !== undefined) second.add(match.method);
  }
  const tree = new PathTree();
  for (const path of [...paths].sort(compareText)) if (path !== '') tree.add(segmentsOf(path));
  // A call has two segments at least, whatever their names.
  if (isGrpc) tree.add([OTHER]);
  for (const segment of [...second].sort(compareText)) tree.addSecond(segment);
  return tree;
}
