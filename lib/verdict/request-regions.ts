import type { Route } from '../cluster/route';
import { oldestOfAll, type Condition } from '../cluster/unknown';
import { parseRequest, type HttpRequest } from './request';
import { Choices, type RequestCell } from './condition-values';
import {
  attempts,
  attemptsOf,
  attemptWays,
  candidatesAt,
  contenders,
  haveTies,
  possibleContenders,
  takersOf,
  type Attempt,
  type Candidate,
  type RankedRoute,
  type RouteSides,
} from './request-candidates';
import { bestRoutes, hostRank } from './route-match';
import { hostClasses, matchesOf, methodClasses, pathClasses } from './request-space';
import { memoized, oncePer } from '../basics/collections';

/**
 * The routes that may take a request: none, one, or several of unknown age, of which the oldest does; the first by name
 * comes first.
 */
export type Takers = readonly Route[];

/** For each of the takers, that it is the oldest; nothing if there is but one. */
export function whichIsOldest(takers: Takers): readonly (readonly Condition[])[] {
  if (takers.length < 2) return takers.map(() => []);
  const sources = takers.flatMap(({ source }) => source ?? []);
  return oldestOfAll(sources).map((condition) => [condition]);
}

/** Requests that the same routes take in each of several sets. */
export interface RequestRegion {
  /** By set. */
  readonly taken: readonly Takers[];
  /** One of them, which a client can send; where it is not certain, one that is near them. */
  readonly request: HttpRequest;
  /** Whether the request is known to be one; if not, there may be no such request. */
  readonly certain: boolean;
}

/**
 * All requests (host, path, method, headers and query), in regions by the routes that take them in each of the sets, such
 * as those before and after a change. What is not in a certain region is in one that is not: nothing is left out.
 */
export function requestRegions(...sets: RouteSides<readonly Route[]>): readonly RequestRegion[] {
  const [first = NO_ROUTES, ...others] = sets;
  if (others.length > 1) return new Comparison(sets).regions();
  return memoized(known(first), others[0] ?? NO_ROUTES, () => new Comparison(sets).regions());
}

/**
 * The same of many sets, such as those of Servers of unknown age before and after a change: nothing if they can be combined
 * in more ways than anybody would wait for.
 */
export function jointRegions(sets: RouteSides<readonly Route[]>): readonly RequestRegion[] | undefined {
  if (sets.length < 3) return requestRegions(...sets);
  const comparison = new Comparison(sets, MOST_ATTEMPTS);
  const regions = comparison.regions();
  return comparison.isWhole ? regions : undefined;
}

/** What may happen to requests of one host, path and method in several sets at once. */
const MOST_ATTEMPTS = 500;

const NO_ROUTES: readonly Route[] = [];

const known = oncePer<readonly Route[], WeakMap<readonly Route[], readonly RequestRegion[]>>(
  () => new WeakMap(),
);

class Comparison {
  private readonly found = new Map<string, RequestRegion>();
  private readonly numbers = new Map<Route, number>();

  /** Whether nothing was too much to be looked at. */
  public isWhole = true;

  public constructor(
    private readonly sets: RouteSides<readonly Route[]>,
    private readonly mostAttempts = Infinity,
  ) {
    for (const route of sets.flat()) {
      if (!this.numbers.has(route)) this.numbers.set(route, this.numbers.size);
    }
  }

  public regions(): readonly RequestRegion[] {
    const seen = new Set<string>();
    for (const host of hostClasses(this.sets.flat())) {
      if (!this.isWhole) break;
      const here = this.sets.map((routes) =>
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
      this.ofHost(host, here);
    }
    return [...this.found.values()];
  }

  private ofHost(host: string | undefined, here: RouteSides<readonly RankedRoute[]>): void {
    const matches = matchesOf(here.flat().map(({ route }) => route));
    const methods = methodClasses(matches);
    const choices = new Choices(matches);
    for (const where of pathClasses(matches)) {
      const candidates = here.map((routes) => candidatesAt(routes, where));
      for (const method of methods) {
        const base = { host, path: where.path, method };
        const fitting = candidates.map((some) =>
          some.filter((one) => one.method === undefined || one.method === method),
        );
        this.ofCell(base, fitting, choices);
      }
    }
  }

  /** Finds who can take a request of one host, path and method: headers and parameters are what is left to choose. */
  private ofCell(base: RequestCell, fitting: RouteSides<readonly Candidate[]>, choices: Choices): void {
    const sure = fitting.map(contenders);
    const possible = fitting.map(possibleContenders);
    if ([sure, possible].some((some) => attemptsOf(some) > this.mostAttempts)) this.isWhole = false;
    if (!this.isWhole) return;
    for (const attempt of attempts(sure)) this.try(base, attempt, sure, choices);
    if (!fitting.flat().some(({ unsure }) => unsure !== undefined)) return;
    for (const attempt of attempts(possible)) this.assume(base, attempt, possible, choices);
  }

  private try(
    base: RequestCell,
    attempt: Attempt,
    candidates: RouteSides<readonly Candidate[]>,
    choices: Choices,
  ): void {
    const mayTie = candidates.some(haveTies);
    if (!mayTie && this.found.get(this.key(attempt.map(alone)))?.certain === true) return;
    this.tryWays(base, attempt, candidates, choices, true);
  }

  /** An attempt that succeeds if some unsure patterns hold, and others do not. */
  private assume(
    base: RequestCell,
    attempt: Attempt,
    candidates: RouteSides<readonly Candidate[]>,
    choices: Choices,
  ): void {
    const mayTie = candidates.some(haveTies);
    if (!mayTie && this.found.has(this.key(attempt.map(alone)))) return;
    this.tryWays(base, attempt, candidates, choices, false);
  }

  private tryWays(
    base: RequestCell,
    attempt: Attempt,
    candidates: RouteSides<readonly Candidate[]>,
    choices: Choices,
    isSure: boolean,
  ): void {
    const mayTie = candidates.some(haveTies);
    let [isFound, isComplete] = [false, true];
    for (const { conditions: asked, holding } of attemptWays(attempt, candidates)) {
      const { all, complete } = choices.of(asked);
      isComplete &&= complete;
      for (const some of all) {
        const taken = candidates.map((own) =>
          takersOf(
            own,
            ({ conditions, unsure }) =>
              (isSure || unsure === undefined || holding.has(unsure)) &&
              conditions.every((each) => some.meets(each)),
          ),
        );
        if (!attempt.every((one, side) => taken[side]?.[0] === one?.route)) continue;
        isFound = true;
        this.add(taken, some.request(base), isSure);
        if (!mayTie) return;
      }
    }
    if (!isFound && !isComplete) this.add(attempt.map(alone), choices.anyValues().request(base), false);
  }

  private key(taken: readonly Takers[]): string {
    return taken.map((routes) => routes.map((route) => this.numbers.get(route)).join('+')).join(' ');
  }

  /** A request is certain only where the proxy's own choice says so. */
  private add(taken: readonly Takers[], request: HttpRequest, isTried: boolean): void {
    const key = this.key(taken);
    if (this.found.get(key)?.certain === true) return;
    const certain = isTried && this.key(this.sets.map((routes) => takersIn(routes, request))) === key;
    if (certain || !this.found.has(key)) this.found.set(key, { taken, request, certain });
  }
}

/** The routes of a set that may take a request, by the proxy's own choice. */
function takersIn(routes: readonly Route[], request: HttpRequest): Takers {
  return bestRoutes(routes, parseRequest(request)).map(({ route }) => route);
}

function alone(one: Candidate | undefined): Takers {
  return one === undefined ? [] : [one.route];
}
