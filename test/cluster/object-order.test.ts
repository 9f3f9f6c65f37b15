import { byAge, createdAt } from '../../lib/cluster/object-order';
import type { ObjectMeta } from '../../lib/kubernetes/object';
import { compare, compareText } from '../../lib/basics/collections';

function age(creationTimestamp: unknown): number {
  return createdAt({ name: 'x', creationTimestamp } as ObjectMeta);
}

describe('the age of an object', () => {
  it('is an instant, not a text (3.5)', () => {
    expect(age('2026-01-01T01:00:00+01:00')).toBe(Date.UTC(2026, 0, 1));
  });

  it.each([undefined, null, 2026, 'yesterday'])('is unknown with the timestamp %p', (timestamp) => {
    expect(age(timestamp)).toBe(-Infinity);
  });

  it('decides before the name, and is highest without a timestamp (3.5)', () => {
    const objects = [
      { name: 'a', createdAt: 2 },
      { name: 'd', createdAt: 1 },
      { name: 'c', createdAt: 1 },
      { name: 'z', createdAt: -Infinity },
    ];
    expect(objects.sort(byAge).map(({ name }) => name)).toEqual(['z', 'c', 'd', 'a']);
  });
});

describe('an order', () => {
  it('puts the lesser first and leaves equals alone', () => {
    expect([compare(1, 2), compare(2, 1), compare(2, 2)]).toEqual([-1, 1, 0]);
    expect([compareText('a', 'b'), compareText('b', 'a'), compareText('b', 'b')]).toEqual([-1, 1, 0]);
  });
});
