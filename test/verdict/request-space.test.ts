import type { Route } from '../../lib/cluster/route';
import { candidatesAt, contenders, haveTies, possibleContenders } from '../../lib/verdict/request-candidates';
import { hostClasses, matchesOf, methodClasses, pathClasses } from '../../lib/verdict/request-space';
import { requestRegions } from '../../lib/verdict/request-regions';
import { hostRank } from '../../lib/verdict/route-match';
import { policyOf } from './routes';

function http(...specs: readonly string[]): readonly Route[] {
  return policyOf('HTTP/1', ...specs).routes;
}

function grpc(...matches: readonly string[]): readonly Route[] {
  return policyOf('gRPC', `rules: [{ matches: [${matches.join(', ')}] }]`).routes;
}

const match = (...matches: readonly string[]): string => `rules: [{ matches: [${matches.join(', ')}] }]`;
const hosts = (...names: readonly string[]): readonly (string | undefined)[] =>
  hostClasses(http(`hostnames: [${names.map((name) => JSON.stringify(name)).join()}], ${match('{}')}`));

describe('hosts that no route tells apart', () => {
  it('are none, each that is named, and one below each wildcard (6.2)', () => {
    expect(hosts('shop.example', '*.bank.example')).toEqual([
      undefined,
      'shop.example',
      'witness.bank.example',
    ]);
    expect(hosts('b.example', 'a.example', 'B.example')).toEqual([undefined, 'a.example', 'b.example']);
    expect(hostClasses(http(match('{}')))).toEqual([undefined]);
  });

  it('are below a wildcard none that is named itself, nor below another one that is longer', () => {
    expect(hosts('*.example', 'witness.example')).toEqual([
      undefined,
      'witness-x.example',
      'witness.example',
    ]);
    expect(hosts('*.example', '*.witness.example')).toEqual([
      undefined,
      'witness-x.example',
      'witness.witness.example',
    ]);
    expect(hosts('*.example', 'witness.example', 'witness-x.example')).toContain('witness-x-x.example');
  });
});

describe('methods that no match tells apart', () => {
  it('are those that are named, and one more, the usual ones first', () => {
    expect(methodClasses([])).toEqual(['GET']);
    const named = matchesOf(http(match('{ method: PUT }', '{ method: GET }', '{ method: POST }', '{}')));
    expect(methodClasses(named)).toEqual(['GET', 'POST', 'PUT', 'PATCH']);
  });

  it('are the unusual ones last, by name', () => {
    const methods = ['ZAP', 'GET', 'BIND', 'TRACE'].map((method) => `{ method: ${method} }`);
    expect(methodClasses(matchesOf(policyOfAny(methods)))).toEqual(['GET', 'POST', 'TRACE', 'BIND', 'ZAP']);
  });

  it('of calls are POST, and any other', () => {
    expect(methodClasses(matchesOf(grpc('{ method: { service: a.B } }')))).toEqual(['GET', 'POST']);
  });
});

/** Routes with methods that admission would refuse, as a cluster may have them. */
function policyOfAny(matches: readonly string[]): readonly Route[] {
  return http(match(...matches));
}

describe('paths that no match tells apart', () => {
  const paths = (routes: readonly Route[]): string[] =>
    pathClasses(matchesOf(routes)).map(({ path, unsure }) => [path, ...unsure].join(' unsure of '));
  const regex = (text: string): string =>
    `{ path: { type: RegularExpression, value: ${JSON.stringify(text)} } }`;

  it('are exact ones, those below a prefix, and all others', () => {
    const below = ['/', '/a', '/witness', '/a/witness', '//witness'];
    expect(paths(http(match('{ path: { type: Exact, value: /a } }')))).toEqual(below);
    expect(paths(http(match('{ path: { value: /a/ } }')))).toEqual(below);
    expect(paths(http(match('{}')))).toEqual(['/', '/witness', '//witness']);
    expect(paths(http(match('{ path: { value: / } }')))).toEqual(['/', '/witness', '//witness']);
  });

  it('are none that a client cannot send', () => {
    expect(paths(http(match('{ path: { type: Exact, value: "/a b" } }')))).toEqual([
      '/',
      '/witness',
      '//witness',
    ]);
  });

  it('of calls are by service and method, or by one of the two', () => {
    expect(paths(grpc('{ method: { service: a.B, method: C } }'))).toEqual(
      expect.arrayContaining(['/a.B/C', '/a.B/witness', '/witness', '/witness/witness']),
    );
    expect(paths(grpc('{ method: { service: a.B, method: C } }'))).not.toContain('/witness/C');
    expect(paths(grpc('{ method: { service: a.B } }'))).toEqual(
      expect.arrayContaining(['/a.B', '/a.B/witness', '/witness', '/witness/witness']),
    );
    expect(paths(grpc('{ method: { method: C } }'))).toEqual(
      expect.arrayContaining(['/witness', '/witness/C', '/witness/witness']),
    );
    expect(paths(grpc('{ method: { service: a.B } }', '{ method: { method: C } }'))).toContain('/a.B/C');
  });

  it('are one for each way in which patterns hold together', () => {
    const found = paths(http(match(regex('/a.*'), regex('.*z'))));
    expect(found).toEqual(['/', '/a', '/b', '/z', '/az', '//', '//z']);
    expect(paths(http(match(regex('/a/b'), '{ path: { value: /a } }')))).toEqual(
      expect.arrayContaining(['/a', '/a/b']),
    );
  });

  it('are told with the patterns that cannot be taken apart, of which nobody knows', () => {
    expect(paths(http(match(regex('/a\\b.*'))))).toEqual([
      '/',
      '/a unsure of /a\\b.*',
      '// unsure of /a\\b.*',
    ]);
    expect(paths(http(match(regex('/a\\b.*'), '{ path: { type: Exact, value: /a } }')))).toEqual([
      '/',
      '/a',
      '/b unsure of /a\\b.*',
      '/a/ unsure of /a\\b.*',
      '// unsure of /a\\b.*',
    ]);
  });
});

describe('the routes that may take a request to a path', () => {
  const at = (path: string, unsure: readonly string[], ...specs: readonly string[]): string[][] => {
    const routes = http(...specs).flatMap((route) => {
      const rank = hostRank(route.hostnames, undefined);
      return rank === undefined ? [] : [{ route, rank }];
    });
    const all = candidatesAt(routes, { path, unsure: new Set(unsure) });
    const names = (some: typeof all): string[] =>
      some.map(({ route, matches }) => `${route.name.slice(-1)}${matches ? '' : '?'}`);
    return [names(all), names(contenders(all)), names(possibleContenders(all))];
  };
  const exact = match('{ path: { type: Exact, value: /a } }');
  const prefix = match('{ path: { value: /a } }');
  const headed = match('{ path: { value: /a }, headers: [{ name: x, value: "1" }] }');
  const regex = match('{ path: { type: RegularExpression, value: "/a\\\\b.*" } }');

  it('come by rank: the longer path, then headers; a rule without matches counts as the prefix "/" (6.3)', () => {
    expect(at('/a', [], 'rules: [{ matches: [] }]', prefix, headed)).toEqual([
      ['c', 'b', 'a'],
      ['c', 'b'],
      ['c', 'b'],
    ]);
    expect(at('/b', [], exact, prefix, 'rules: [{}]')).toEqual([['c'], ['c'], ['c']]);
    expect(at('/b', [], exact, prefix)).toEqual([[], [], []]);
  });

  it('end with the first that asks for nothing else, and those that may be older than it', () => {
    expect(at('/a', [], prefix, exact)[1]).toEqual(['a', 'b']);
    const longer = match('{ path: { type: Exact, value: /a/b } }');
    expect(at('/a/b', [], longer, prefix)[1]).toEqual(['a']);
  });

  it('are also those of a pattern that may hold or not, behind which others may take it', () => {
    expect(at('/witness', ['/a\\b.*'], regex, match('{ path: { value: / } }'))).toEqual([
      ['a?', 'b'],
      ['b'],
      ['a?', 'b'],
    ]);
    expect(at('/a', ['/a\\b.*'], regex, match('{ path: { value: / } }'))).toEqual([
      ['a', 'b'],
      ['a'],
      ['a', 'b'],
    ]);
    expect(at('/witness', [], regex, prefix)).toEqual([[], [], []]);
  });

  it('may tie only next to each other, of equal rank and unknown age', () => {
    const ties = (...specs: readonly string[]): boolean => {
      const routes = http(...specs).map((route) => ({ route, rank: [0, 0] }));
      return haveTies(candidatesAt(routes, { path: '/a', unsure: new Set() }));
    };
    expect(ties(prefix, exact)).toBe(true);
    expect(ties(prefix, headed)).toBe(false);
    expect(ties(prefix)).toBe(false);
  });
});

describe('the routes of unknown age that may take a request together', () => {
  const headed = (name: string): string =>
    match(`{ path: { value: /a }, headers: [{ name: ${name}, value: "1" }] }`);
  const taken = (routes: readonly Route[]): string[] =>
    requestRegions(routes)
      .map(({ taken: [some = []] }) => some.map(({ name }) => name.slice(-1)).join('') || 'none')
      .sort();

  it('are all sets of them, as far as headers tell them apart', () => {
    expect(taken(http(headed('h'), headed('i'), headed('j')))).toEqual([
      'a',
      'ab',
      'abc',
      'ac',
      'b',
      'bc',
      'c',
      'none',
    ]);
  });
});
