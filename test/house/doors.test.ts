import { namesReachableFrom } from './declarations';

describe.each(['lib/index.ts', 'lib/analysis.ts'])('%s', (door) => {
  const names = namesReachableFrom(door);

  it('exports every name that its types lead to', () => {
    expect(names.length).toBeGreaterThan(10);
    const missing = names.filter(({ isExported }) => !isExported);
    expect(missing.map(({ name, file }) => `${door} does not export ${name} (${file})`)).toEqual([]);
  });
});
