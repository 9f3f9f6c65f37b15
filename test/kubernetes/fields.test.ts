import { ownValue } from '../../lib/kubernetes/fields';

describe('the value of a key', () => {
  const labels = JSON.parse('{"app": "web", "__proto__": "x"}') as Record<string, string>;

  it.each([
    ['app', 'web'],
    ['zone', undefined],
    ['constructor', undefined],
    ['toString', undefined],
    ['__proto__', 'x'],
  ])('%s is %j: only what is written counts', (key, value) => {
    expect(ownValue(labels, key)).toBe(value);
  });
});
