import type { Route } from '../cluster/route';
import { parseRequest, type HttpRequest } from './request';
import { Choices, type RequestCell } from './condition-values';
import {
  bestRoute,
  compareRanks,
  conditionsOf,
  emptyRank,
  hostRank,
  matchesPath,
  methodOf,
  rankOf,
  type Condition,
  type Rank,
} from './route-match';
import { hostClasses, matchesOf, methodClasses, pathClasses, type PathClass } from './request-space';
import { memoized, oncePer } from '../basics/collections';

/** The route that takes a request on either side of a comparison; `undefined` where none does. */
export type Taken = readonly [before: Route | undefined, after: Route | undefined];

/** Requests that one and the same route takes before, and one and the same route after. */
export interface RequestRegion {
  readonly taken: Taken;
  /** One of them, which a client can send; where it is not certain, one that is near them. */
  readonly request: HttpRequest;
  /** Whether the request is known to be one; if not, there may be no such request. */
  readonly certain: boolean;
}

/**
 * All requests (host, path, method, headers and query), in regions by the route that takes them on either side. What is
 * not in a certain region is in one that is not: nothing is left out.
 */
export function requestRegions(before: readonly Route[], after: readonly Route[]): readonly RequestRegion[] {
  return memoized(known(before), after, () => new Comparison(before, after).regions());
}

/** The regions of one set of routes: what each of them takes, and what is left for none. */
export function regionsOf(routes: readonly Route[]): readonly RequestRegion[] {
  return requestRegions(routes, NO_ROUTES);
}

const NO_ROUTES: readonly Route[] = [];

const known = oncePer<readonly Route[], WeakMap<readonly Route[], readonly RequestRegion[]>>(
  () => new WeakMap(),
);

/** One way for a route to take a request of given host and path. */
interface Candidate {
  readonly route: Route;
  readonly rank: Rank;
  readonly method: string | undefined;
  readonly conditions: readonly Condition[];
  /** Whether its path is known to match. */
  readonly matches: boolean;
  /** Its pattern, if that may hold or not. */
  readonly unsure: string | undefined;
}

type Sides<T> = readonly [before: T, after: T];

class Comparison {
  private readonly found = new Map<string, RequestRegion>();
  private readonly numbers = new Map<Route | undefined, number>([[undefined, 0]]);

  public constructor(
    private readonly before: readonly Route[],
    private readonly after: readonly Route[],
  ) {
    for (const route of [...before, ...after]) {
      if (!this.numbers.has(route)) this.numbers.set(route, this.numbers.size);
    }
  }

  public regions(): readonly RequestRegion[] {
    const seen = new Set<string>();
    for (const host of hostClasses([...this.before, ...this.after])) {
      const here = [this.before, this.after].map((routes) =>
        routes.flatMap((route) => {
          const rank = hostRank(route.hostnames, host);
          return rank === undefined ? [] : [{ route, rank }];
        }),
      );
      const key = JSON.stringify(
        here.map((routes) => routes.map(({ route, rank }) => [this.numbers.get(route), rank])),
      );
      if (seen.has(key)) continue;
      seen.add(key);
      this.ofHost(host, here[0] ?? [], here[1] ?? []);
    }
    return [...this.found.values()];
  }

  private ofHost(
    host: string | undefined,
    before: readonly RankedRoute[],
    after: readonly RankedRoute[],
  ): void {
    const matches = matchesOf([...before, ...after].map(({ route }) => route));
    const methods = methodClasses(matches);
    const choices = new Choices(matches);
    for (const where of pathClasses(matches)) {
      const candidates: Sides<readonly Candidate[]> = [
        candidatesAt(before, where),
        candidatesAt(after, where),
      ];
      for (const method of methods) {
        const base = { host, path: where.path, method };
        const fitting = candidates.map((some) =>
          some.filter((one) => one.method === undefined || one.method === method),
        );
        const [old = [], now = []] = fitting;
        this.ofCell(base, [old, now], choices);
      }
    }
  }

  /** Finds who can take a request of one host, path and method: headers and parameters are what is left to choose. */
  private ofCell(base: RequestCell, [before, after]: Sides<readonly Candidate[]>, choices: Choices): void {
    const sure: Sides<readonly Candidate[]> = [contenders(before), contenders(after)];
    for (const pair of pairs(sure)) this.tryPair(base, pair, sure, choices);
    if (![...before, ...after].some(({ unsure }) => unsure !== undefined)) return;
    const possible: Sides<readonly Candidate[]> = [possibleContenders(before), possibleContenders(after)];
    for (const pair of pairs(possible)) this.assumePair(base, pair, possible, choices);
  }

  private tryPair(
    base: RequestCell,
    pair: Pair,
    candidates: Sides<readonly Candidate[]>,
    choices: Choices,
  ): void {
    const taken: Taken = [pair[0]?.route, pair[1]?.route];
    if (this.isCertain(taken)) return;
    const options = choices.of([...(pair[0]?.conditions ?? []), ...(pair[1]?.conditions ?? [])]);
    const values = options.all.find((some) =>
      pair.every((one, side) => {
        const first = candidates[side]?.find(({ conditions }) =>
          conditions.every((each) => some.meets(each)),
        );
        return first?.route === one?.route;
      }),
    );
    if (values !== undefined) this.add(taken, values.request(base), true);
    else if (!options.complete) this.add(taken, choices.anyValues().request(base), false);
  }

  /** A pair that is possible if some unsure patterns hold, and others do not. */
  private assumePair(
    base: RequestCell,
    pair: Pair,
    candidates: Sides<readonly Candidate[]>,
    choices: Choices,
  ): void {
    const taken: Taken = [pair[0]?.route, pair[1]?.route];
    if (this.found.has(this.key(taken))) return;
    const holding = new Set(pair.flatMap((one) => one?.unsure ?? []));
    const options = choices.of([...(pair[0]?.conditions ?? []), ...(pair[1]?.conditions ?? [])]);
    const values = options.all.find((some) =>
      pair.every((one, side) => {
        const first = candidates[side]?.find(
          ({ conditions, unsure }) =>
            (unsure === undefined || holding.has(unsure)) && conditions.every((each) => some.meets(each)),
        );
        return first?.route === one?.route;
      }),
    );
    if (values !== undefined || !options.complete)
      this.add(taken, (values ?? choices.anyValues()).request(base), false);
  }

  private key([before, after]: Taken): string {
    return `${this.numbers.get(before)} ${this.numbers.get(after)}`;
  }

  private isCertain(taken: Taken): boolean {
    return this.found.get(this.key(taken))?.certain === true;
  }

  /** A request is certain only where the proxy's own choice says so. */
  private add(taken: Taken, request: HttpRequest, isTried: boolean): void {
    const parsed = parseRequest(request);
    const certain =
      isTried &&
      [this.before, this.after].every((routes, side) => bestRoute(routes, parsed)?.route === taken[side]);
    const key = this.key(taken);
    if (certain || !this.found.has(key)) this.found.set(key, { taken, request, certain });
  }
}

interface RankedRoute {
  readonly route: Route;
  readonly rank: Rank;
}

type Pair = Sides<Candidate | undefined>;

/** All that may take a request to a path, the one that goes first at the head. */
function candidatesAt(routes: readonly RankedRoute[], { path, unsure }: PathClass): readonly Candidate[] {
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
function contenders(candidates: readonly Candidate[]): readonly Candidate[] {
  return untilCertain(
    candidates.filter(({ matches }) => matches),
    () => true,
  );
}

/** Those that can take one of a path for which unsure patterns may hold or not. */
function possibleContenders(candidates: readonly Candidate[]): readonly Candidate[] {
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
  return end < 0 ? candidates : candidates.slice(0, end + 1);
}

/** Everything that can happen on both sides; nobody takes a request where nobody takes it for sure. */
function pairs([before, after]: Sides<readonly Candidate[]>): readonly Pair[] {
  const outcomes = (candidates: readonly Candidate[]): readonly (Candidate | undefined)[] => {
    const last = candidates.at(-1);
    const isTaken = last !== undefined && last.conditions.length === 0 && last.unsure === undefined;
    return isTaken ? candidates : [...candidates, undefined];
  };
  return outcomes(before).flatMap((old) => outcomes(after).map((now): Pair => [old, now]));
}
