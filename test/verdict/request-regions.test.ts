import fc from 'fast-check';
import type { Route } from '../../lib/cluster/route';
import { parseRequest, type HttpRequest } from '../../lib/verdict/request';
import { requestRegions, type Takers } from '../../lib/verdict/request-regions';
import { bestRoutes } from '../../lib/verdict/route-match';
import { request, routeSets } from '../arbitrary/routes';
import { lawRuns, leastOf } from '../helpers/laws';

const numRuns = lawRuns(1000);

type Regions = typeof requestRegions;

function taken(routes: readonly Route[], asked: HttpRequest): Takers {
  return bestRoutes(routes, parseRequest(asked)).map(({ route }) => route);
}

const names = (taken: readonly Takers[]): string =>
  taken.map((routes) => routes.map(({ name }) => name).join(' or ') || 'none').join(' > ');

/** What the regions of two route sets say that is not so, or do not say that is. */
function faults(
  regions: Regions,
  [before, after]: readonly [Route[], Route[]],
  asked: readonly HttpRequest[],
): string[] {
  const all = regions(before, after);
  const sides = (one: HttpRequest): Takers[] => [taken(before, one), taken(after, one)];
  const wrong = all.flatMap(({ certain, request: sample, taken: said }) => {
    if (!sample.path.startsWith('/')) return [`${sample.path} is no path`];
    return certain && names(sides(sample)) !== names(said)
      ? [`${JSON.stringify(sample)} is not ${names(said)}`]
      : [];
  });
  const known = new Set(all.map(({ taken: said }) => names(said)));
  const missing = asked
    .filter((one) => !known.has(names(sides(one))))
    .map((one) => `nothing says that ${JSON.stringify(one)} is ${names(sides(one))}`);
  return [...wrong, ...missing];
}

const requests = fc.array(request, { minLength: 40, maxLength: 40 });

describe('every request is in a region of the routes that take it before and after', () => {
  it.each(['none', 'plain', 'intricate'] as const)('patterns in them: %s', (patterns) => {
    const runs = patterns === 'none' ? numRuns : Math.ceil(numRuns / 4);
    let differing = 0;
    let [certain, all] = [0, 0];
    fc.assert(
      fc.property(routeSets(patterns), requests, (sets, asked) => {
        expect(faults(requestRegions, sets, asked)).toEqual([]);
        const regions = requestRegions(...sets);
        if (regions.some(({ taken: [a = [], b = []] }) => names([a]) !== names([b]))) differing += 1;
        certain += regions.filter((region) => region.certain).length;
        all += regions.length;
      }),
      { numRuns: runs },
    );
    expect(differing).toBeGreaterThan(leastOf(runs, runs / 3));
    if (patterns === 'intricate') expect(certain).toBeGreaterThan(leastOf(runs, all / 2));
    else expect(all - certain).toBe(0);
  });
});

describe('a comparison that overlooked something would be caught', () => {
  const ROUTE_MATCH = '../../lib/verdict/route-match';
  const mutants: Record<string, (real: Record<string, (...args: never[]) => unknown>) => object> = {
    'a match': (real) => ({
      matchesPath: (match: { path?: { type: string } }, path: string) =>
        match.path?.type !== 'Exact' && real.matchesPath?.(match as never, path as never),
    }),
    precedence: () => ({ compareRanks: () => 0 }),
    methods: () => ({ methodOf: () => undefined }),
    hosts: () => ({ hostRank: () => [0, 0] }),
    headers: () => ({ conditionsOf: () => [] }),
  };

  it.each(Object.entries(mutants))('%s', (_what, mutant) => {
    let mutated: Regions | undefined;
    jest.isolateModules(() => {
      const real = jest.requireActual<Record<string, () => unknown>>(ROUTE_MATCH);
      // The proxy's own choice stays as it is: only what the comparison uses is changed.
      jest.doMock(ROUTE_MATCH, () => ({ ...real, ...mutant(real) }));
      mutated = jest.requireActual<{ requestRegions: Regions }>(
        '../../lib/verdict/request-regions',
      ).requestRegions;
    });
    jest.dontMock(ROUTE_MATCH);
    const regions = mutated;
    const law = fc.property(routeSets('none'), requests, (sets, asked) => {
      const found = regions?.(...sets) ?? [];
      return faults(() => found, sets, asked).length === 0 && found.every(({ certain }) => certain);
    });
    expect(fc.check(law, { numRuns: Math.max(numRuns, 1000), seed: 3 }).failed).toBe(true);
  });
});
