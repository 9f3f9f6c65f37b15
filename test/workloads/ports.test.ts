import { declaredPorts, isTcp, portNames } from '../../lib/workloads/ports';

describe('a port of a container', () => {
  it.each<[protocol: unknown, expected: boolean]>([
    [undefined, true],
    [null, true],
    ['TCP', true],
    ['tcp', true],
    ['UDP', false],
    ['SCTP', false],
    [6, false],
  ])('of protocol %p: Linkerd sees it: %p (3.3)', (protocol, expected) => {
    expect(isTcp({ containerPort: 80, protocol })).toBe(expected);
  });

  it('counts if it is TCP and has a number that a port can have', () => {
    const ports = [
      { name: 'http', containerPort: 8080 },
      { containerPort: 9090, protocol: 'TCP' },
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'quoted', containerPort: '7070' },
      { name: 'zero', containerPort: 0 },
      null,
    ];
    expect(declaredPorts({ name: 'web', ports })).toEqual([
      { number: 8080, container: 'web', name: 'http' },
      { number: 9090, container: 'web' },
    ]);
  });

  it('is none where a container lists none', () => {
    expect(declaredPorts({ name: 'web' })).toEqual([]);
    expect(declaredPorts(null)).toEqual([]);
  });
});

describe('a port name', () => {
  it('means every number that has it, and a port without a name has none (3.3)', () => {
    const names = portNames([
      { number: 1, container: 'a', name: 'http' },
      { number: 2, container: 'b', name: 'http' },
      { number: 3, container: 'b' },
    ]);
    expect(names).toEqual(new Map([['http', new Set([1, 2])]]));
  });
});
