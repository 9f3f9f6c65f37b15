import { append, compare, compareText, groupBy, memoized, oncePer } from '../../lib/basics/collections';

describe('comparing', () => {
  it('sorts numbers by value, big ones too', () => {
    expect([10, 9, -1].sort(compare)).toEqual([-1, 9, 10]);
    expect([2n ** 64n, 5n, 2n ** 63n].sort(compare)).toEqual([5n, 2n ** 63n, 2n ** 64n]);
    expect(compare(3, 3)).toBe(0);
  });

  it('sorts texts by code unit, whatever the language of the machine', () => {
    expect(['b', 'ä', 'B', 'a', 'a-b', 'a.b'].sort(compareText)).toEqual(['B', 'a', 'a-b', 'a.b', 'b', 'ä']);
    expect(compareText('a', 'a')).toBe(0);
  });
});

describe('remembering', () => {
  it('makes a value once for a key', () => {
    const known = new Map<string, object>();
    const first = memoized(known, 'a', () => ({}));
    expect(memoized(known, 'a', () => ({}))).toBe(first);
    expect(memoized(known, 'b', () => ({}))).not.toBe(first);
  });

  it('tells the maker which key it is for', () => {
    expect(memoized(new Map<string, string>(), 'web', (key) => `${key}!`)).toBe('web!');
  });

  it.each([false, 0, '', null])('remembers %j', (value) => {
    const make = jest.fn(() => value);
    const known = new Map<string, typeof value>();
    memoized(known, 'a', make);
    expect(memoized(known, 'a', make)).toBe(value);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it('asks again for what was undefined', () => {
    const make = jest.fn((): number | undefined => undefined);
    const known = new Map<string, number | undefined>();
    memoized(known, 'a', make);
    memoized(known, 'a', make);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('works an answer out once for each object, not for each equal one', () => {
    const make = jest.fn(({ name }: { name: string }) => [name]);
    const answer = oncePer(make);
    const [one, equal] = [{ name: 'web' }, { name: 'web' }];
    expect(answer(one)).toBe(answer(one));
    expect(answer(equal)).toEqual(answer(one));
    expect(answer(equal)).not.toBe(answer(one));
    expect(make).toHaveBeenCalledTimes(2);
  });
});

describe('grouping', () => {
  it('keeps the order in which keys and items came', () => {
    const groups = groupBy(['web-1', 'db-1', 'web-2'], (name) => name.split('-')[0]);
    expect([...groups]).toEqual([
      ['web', ['web-1', 'web-2']],
      ['db', ['db-1']],
    ]);
  });

  it('adds to the list of a key', () => {
    const lists = new Map([['a', [1]]]);
    append(lists, 'a', 2);
    append(lists, 'b', 3);
    expect([...lists]).toEqual([
      ['a', [1, 2]],
      ['b', [3]],
    ]);
  });
});
