import type { Route } from '../cluster/route';
import type { PathClass } from './request-space';
import {
  compareRanks,
  conditionsOf,
  emptyRank,
  matchesPath,
  methodOf,
  rankOf,
  type MatchCondition,
  type Rank,
} from './route-match';

/** One side for each set of routes. */
export type RouteSides<T> = readonly T[];

/** One way for a route to take a request of given host and path. */
export interface Candidate {
  readonly route: Route;
  readonly rank: Rank;
  readonly method: string | undefined;
  readonly conditions: readonly MatchCondition[];
  /** Whether its path is known to match. */
  readonly matches: boolean;
  /** Its pattern, if that may hold or not. */
  readonly unsure: string | undefined;
}

/** What may take the requests on each side, if nothing else does. */
export type Attempt = RouteSides<Candidate | undefined>;

/** The first of the sorted candidates that applies, and those of unknown age that fit as well. */
export function takersOf(
  candidates: readonly Candidate[],
  applies: (one: Candidate) => boolean,
): readonly Route[] {
  const at = candidates.findIndex(applies);
  const first = candidates[at];
  if (first === undefined) return [];
  const tied = candidates.slice(at + 1).filter((one) => mayTie(first, one) && applies(one));
  return [...new Set([first.route, ...tied.map(({ route }) => route)])];
}

export function haveTies(candidates: readonly Candidate[]): boolean {
  return candidates.some((one, i) => {
    const next = candidates[i + 1];
    return next !== undefined && mayTie(one, next);
  });
}

function mayTie(first: Candidate, other: Candidate): boolean {
  return first.route.isUndated && other.route.isUndated && compareRanks(first.rank, other.rank) === 0;
}

export interface RankedRoute {
  readonly route: Route;
  readonly rank: Rank;
}

/** All that may take a request to a path, the one that goes first at the head. */
export function candidatesAt(
  routes: readonly RankedRoute[],
  { path, unsure }: PathClass,
): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const { route, rank: host } of routes) {
    for (const rule of route.rules) {
      if (rule.matches.length === 0) {
        const rank = [...host, ...emptyRank(route.kind)];
        found.push({ route, rank, method: undefined, conditions: [], matches: true, unsure: undefined });
      }
      for (const match of rule.matches) {
        const isPattern = match.kind === 'http' && match.path?.type === 'RegularExpression';
        const pattern = isPattern ? match.path?.value : undefined;
        const isUnsure = pattern !== undefined && unsure.has(pattern);
        const matches = matchesPath(match, path);
        if (!matches && !isUnsure) continue;
        found.push({
          route,
          rank: [...host, ...rankOf(match, path)],
          method: methodOf(match),
          conditions: conditionsOf(match),
          matches,
          unsure: isUnsure ? pattern : undefined,
        });
      }
    }
  }
  // The sort is stable: on a tie the earlier route stays before the later one.
  return found.sort((a, b) => compareRanks(b.rank, a.rank));
}

/** Those that can take a request of the sample's path: nothing behind one without conditions. */
export function contenders(candidates: readonly Candidate[]): readonly Candidate[] {
  return untilCertain(
    candidates.filter(({ matches }) => matches),
    () => true,
  );
}

/** Those that can take one of a path for which unsure patterns may hold or not. */
export function possibleContenders(candidates: readonly Candidate[]): readonly Candidate[] {
  return untilCertain(
    candidates.filter(({ matches, unsure }) => matches || unsure !== undefined),
    ({ unsure }) => unsure === undefined,
  );
}

function untilCertain(
  candidates: readonly Candidate[],
  isSure: (candidate: Candidate) => boolean,
): readonly Candidate[] {
  const end = candidates.findIndex((one) => one.conditions.length === 0 && isSure(one));
  const last = candidates[end];
  if (last === undefined) return candidates;
  return candidates.filter((one, i) => i <= end || mayTie(last, one));
}

/** Everything that can happen on all sides; nobody takes a request where nobody takes it for sure. */
export function attempts(sides: RouteSides<readonly Candidate[]>): readonly Attempt[] {
  return sides.reduce<readonly Attempt[]>(
    (begun, candidates) => begun.flatMap((some) => outcomes(candidates).map((one) => [...some, one])),
    [[]],
  );
}

export function attemptsOf(sides: RouteSides<readonly Candidate[]>): number {
  return sides.reduce((product, candidates) => product * outcomes(candidates).length, 1);
}

function outcomes(candidates: readonly Candidate[]): readonly (Candidate | undefined)[] {
  const isTaken = candidates.some((one) => one.conditions.length === 0 && one.unsure === undefined);
  return isTaken ? candidates : [...candidates, undefined];
}

/** With more routes that fit equally, only each by itself and all of them together are tried. */
const MOST_TIES = 4;

/** One way for an attempt to succeed: with some of the routes that then fit equally. */
export interface AttemptWay {
  /** What a request must meet. */
  readonly conditions: readonly MatchCondition[];
  /** The patterns that must hold of those that are unsure. */
  readonly holding: ReadonlySet<string>;
}

/** The ways for an attempt to succeed: its own routes alone, and with each selection of those that then fit equally. */
export function attemptWays(
  attempt: Attempt,
  candidates: readonly (readonly Candidate[])[],
): readonly AttemptWay[] {
  const own = attempt.filter((one) => one !== undefined);
  const tied = attempt.flatMap((one, side) =>
    one === undefined ? [] : (candidates[side] ?? []).filter((other) => other !== one && mayTie(one, other)),
  );
  const groups =
    tied.length > MOST_TIES
      ? [[], ...tied.map((other) => [other]), tied]
      : tied.reduce<Candidate[][]>((all, other) => [...all, ...all.map((some) => [...some, other])], [[]]);
  return groups.map((some) => {
    const all = [...own, ...some];
    return {
      conditions: all.flatMap(({ conditions }) => conditions),
      holding: new Set(all.flatMap(({ unsure }) => unsure ?? [])),
    };
  });
}
