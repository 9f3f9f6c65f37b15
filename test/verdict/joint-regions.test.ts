import type { Route } from '../../lib/cluster/route';
import { jointRegions, requestRegions, whichIsOldest } from '../../lib/verdict/request-regions';
import type { RequestRegion } from '../../lib/verdict/request-regions';
import { policyOf } from './routes';

/** The routes of a Server, named a, b and c. */
function routes(...specs: readonly string[]): readonly Route[] {
  return policyOf('HTTP/1', ...specs).routes;
}

const match = (...matches: readonly string[]): string => `rules: [{ matches: [${matches.join(', ')}] }]`;
const prefix = (path: string): string => match(`{ path: { value: ${path} } }`);
const exact = (path: string): string => match(`{ path: { type: Exact, value: ${path} } }`);
const pattern = (regex: string): string =>
  match(`{ path: { type: RegularExpression, value: ${JSON.stringify(regex)} } }`);
const header = (regex: string): string =>
  match(`{ headers: [{ name: x, type: RegularExpression, value: ${JSON.stringify(regex)} }] }`);

/** `taken by what in each set`, with a sample of those requests. */
function told(regions: readonly RequestRegion[] | undefined): string[] | undefined {
  return regions?.map(({ taken, request: { method, path, headers }, certain }) => {
    const names = taken.map((some) => some.map(({ name }) => name.replace(/^.*\//, '')).join('+') || 'none');
    const more = Object.entries(headers ?? {}).map(([name, value]) => ` ${name}=${String(value)}`);
    return `${names.join(' > ')}: ${method} ${path}${more.join('')}${certain ? '' : ', not certain'}`;
  });
}

describe('requests are told apart by the routes that take them', () => {
  it('in one set', () => {
    expect(told(requestRegions(routes(exact('/a'), prefix('/a/b'))))).toEqual([
      'none: GET /',
      'a: GET /a',
      'b: GET /a/b',
    ]);
  });

  it('in none, where there are no routes', () => {
    expect(told(requestRegions())).toEqual([': GET /']);
    expect(told(requestRegions([], []))).toEqual(['none > none: GET /']);
  });

  it('in two at once, by hosts, methods, headers and parameters as well', () => {
    const before = routes(`hostnames: [shop.example], ${prefix('/')}`);
    const after = routes(match('{ method: POST }', '{ queryParams: [{ name: q, value: "1" }] }'));
    expect(told(requestRegions(before, after))).toEqual([
      'none > a: GET /?q=1',
      'none > none: GET /',
      'a > a: GET /?q=1 host=shop.example',
      'a > none: GET / host=shop.example',
    ]);
  });

  it('in many at once, each with its own', () => {
    const sets = [routes(prefix('/a')), routes(prefix('/b')), routes(exact('/a'))];
    expect(told(jointRegions(sets))).toEqual([
      'none > none > none: GET /',
      'a > none > a: GET /a',
      'none > a > none: GET /b',
      'a > none > none: GET /a/witness',
    ]);
    expect(told(jointRegions(sets.slice(0, 2)))).toEqual(told(requestRegions(...sets.slice(0, 2))));
  });

  it('not at all, where many sets can be combined in more ways than anybody would wait for', () => {
    const set = (): readonly Route[] =>
      routes(match(...Array.from({ length: 8 }, (_, i) => `{ headers: [{ name: h${i}, value: "1" }] }`)));
    expect(jointRegions([set(), set(), set(), set()])).toBeUndefined();
    expect(jointRegions([set(), set()])).toBeDefined();
  });
});

describe('a region is certain', () => {
  it('where Rust itself says of its sample what was expected', () => {
    expect(told(requestRegions(routes(pattern('/v[12]/.*'), prefix('/v1'))))).toEqual([
      'none: GET /',
      'b: GET /v1',
      'a: GET /v2/',
    ]);
  });

  it('of a pattern that cannot be taken apart, where some path is known to be one of its own', () => {
    expect(told(requestRegions(routes(pattern('/a\\b.*'))))).toEqual(['none: GET /', 'a: GET /a']);
    expect(told(requestRegions(routes(pattern('/a\\b.*')), routes(exact('/a'))))).toEqual([
      'none > none: GET /',
      'a > a: GET /a',
      'a > none: GET /a/',
    ]);
  });

  it('not where such a pattern is one of a header', () => {
    expect(told(requestRegions(routes(header('a\\b.*'))))).toEqual(['a: GET /, not certain', 'none: GET /']);
  });

  it('not where two such patterns may hold together or each alone', () => {
    expect(told(requestRegions(routes(pattern('/a\\b.*')), routes(pattern('/b\\b.*'))))).toEqual([
      'none > none: GET /',
      'a > none: GET /a',
      'a > a: GET /a, not certain',
      'none > a: GET /a, not certain',
    ]);
  });
});

describe('routes of unknown age that fit equally', () => {
  it('may all take a request, and each is the oldest under a condition', () => {
    const two = routes(prefix('/a'), prefix('/a'));
    const regions = requestRegions(two);
    expect(told(regions)).toEqual(['none: GET /', 'a+b: GET /a']);
    const conditions = whichIsOldest(regions[1]?.taken[0] ?? []);
    expect(conditions.map((all) => all.map(({ text }) => text))).toEqual([
      ['httproute/a is older than httproute/b'],
      ['httproute/b is older than httproute/a'],
    ]);
  });

  it('need no condition, where there is but one', () => {
    expect(whichIsOldest(routes(prefix('/a')))).toEqual([[]]);
    expect(whichIsOldest([])).toEqual([]);
  });

  it('are told apart by what only one of them asks for', () => {
    const one = match('{ path: { value: /a } }');
    const other = match('{ path: { value: /a }, headers: [{ name: x, value: "1" }] }');
    expect(told(requestRegions(routes(one, other)))).toEqual(['none: GET /', 'b: GET /a x=1', 'a: GET /a']);
    const third = match('{ path: { value: /a }, headers: [{ name: z, value: "2" }] }');
    expect(told(requestRegions(routes(other, third)))).toEqual([
      'none: GET /',
      'a: GET /a x=1',
      'a+b: GET /a x=1 z=2',
      'b: GET /a z=2',
    ]);
  });
});

describe('patterns that cannot be taken apart may hold or not, each by itself', () => {
  const unsure = (word: string, more = ''): string =>
    match(`{ path: { type: RegularExpression, value: "/${word}\\\\b.*" }${more} }`);
  const names = (...sets: readonly (readonly Route[])[]): string[] =>
    (told(requestRegions(...sets)) ?? []).map((one) => one.replace(/: [A-Z]+ [^,]*/, '')).sort();

  it('so that any of them may take a request, or what is behind them', () => {
    expect(names(routes(unsure('a'), unsure('b'), prefix('/')))).toEqual([
      'a',
      'a+b, not certain',
      'b, not certain',
      'c',
    ]);
  });

  it('on both sides of a change, where one pattern is one and the same', () => {
    const same = routes(unsure('a'));
    expect(names(same, same)).toEqual(['a > a', 'none > none']);
    expect(names(routes(unsure('a')), routes(unsure('a'), prefix('/')))).toEqual(['a > a', 'none > b']);
  });

  it('with what else they ask for', () => {
    const get = unsure('a', ', method: POST');
    expect(told(requestRegions(routes(get)))).toEqual(['none: GET /', 'a: POST /a']);
    const headed = unsure('zz', ', headers: [{ name: h, value: "1" }]');
    expect(names(routes(headed))).toEqual(['a, not certain', 'none']);
  });

  it('also where they may fit as well as another of unknown age', () => {
    const both = routes(unsure('a'), unsure('b'));
    expect(names(both)).toEqual(['a', 'a+b, not certain', 'b, not certain', 'none']);
  });

  it('but not where nothing can be known of a header that goes with them', () => {
    const mixed = match(
      `{ path: { type: RegularExpression, value: "/a\\\\b.*" }, headers: [{ name: h, type: RegularExpression, value: "x\\\\b.*" }] }`,
    );
    expect(names(routes(mixed))).toEqual(['a, not certain', 'none']);
  });
});

describe('more routes of unknown age that fit equally than anybody would combine', () => {
  const headed = (name: string): string =>
    match(`{ path: { value: /a }, headers: [{ name: ${name}, value: "1" }] }`);

  it('are tried one by one, and all together', () => {
    const six = policyOf('HTTP/1', ...['h', 'i', 'j'].map(headed)).routes;
    const taken = requestRegions(six).map(({ taken: [some = []] }) => some.length);
    expect(Math.max(...taken)).toBe(3);
  });
});
