import { pathPattern } from '../../lib/input/glob';

describe('a pattern of paths', () => {
  test.each([
    ['values.yaml', 'values.yaml', true],
    ['values.yaml', 'charts/web/values.yaml', true],
    ['values.yaml', 'old-values.yaml', false],
    ['*.json', 'a/b/package.json', true],
    ['*.json', 'a/b/package.yaml', false],
    ['test?', 'a/tests', true],
    ['test?', 'a/test', false],
    ['charts/*.yaml', 'charts/a.yaml', true],
    ['charts/*.yaml', 'charts/a/b.yaml', false],
    ['charts/*.yaml', 'x/charts/a.yaml', false],
    ['charts/**', 'charts/a/b.yaml', true],
    ['charts/**', 'charts', false],
    ['**/charts/*.yaml', 'charts/a.yaml', true],
    ['**/charts/*.yaml', 'x/y/charts/a.yaml', true],
    ['a/**/z.yaml', 'a/z.yaml', true],
    ['a/**/z.yaml', 'a/b/c/z.yaml', true],
    ['./charts/', 'charts', true],
    ['a.b', 'axb', false],
    ['(x)+[y]', '(x)+[y]', true],
    ['**', 'a/b', true],
  ])('%s of %s: %s', (pattern, path, expected) => {
    expect(pathPattern(pattern)(path)).toBe(expected);
  });
});
