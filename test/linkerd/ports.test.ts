import { isPortNumber, parsePortList, portNameProblem, PortSet } from '../../lib/linkerd/ports';

describe('a port number', () => {
  it.each([1, 80, 65535])('%d is one', (value) => expect(isPortNumber(value)).toBe(true));
  it.each([0, -1, 65536, 1.5, NaN, '80', null, undefined])('%j is none', (value) =>
    expect(isPortNumber(value)).toBe(false),
  );
});

describe('a port name', () => {
  it.each(['http', 'a', 'linkerd-admin', 'grpc-1', '1a', 'a'.repeat(15)])('%s is one', (name) => {
    expect(portNameProblem(name)).toBeUndefined();
  });

  it.each([
    ['8080', 'quoted-number', 'is a number in quotes'],
    ['', 'form', 'must have 1 to 15 characters'],
    ['a'.repeat(16), 'form', 'must have 1 to 15 characters'],
    ['Http', 'form', 'must consist of a-z'],
    ['-a', 'form', 'must consist of a-z'],
    ['a-', 'form', 'must consist of a-z'],
    ['a--b', 'form', 'must consist of a-z'],
    ['1-2', 'form', 'must contain a letter'],
  ])('%j is none (%s): it %s', (name, kind, problem) => {
    expect(portNameProblem(name)).toEqual({ kind, text: expect.stringContaining(problem) as unknown });
  });
});

describe('a port list of an annotation (4.3)', () => {
  it.each([
    ['80', '80'],
    ['80,443', '80,443'],
    [' 80 , 443 ,', '80,443'],
    ['9000-9100', '9000-9100'],
    ['9000 - 9100', '9000-9100'],
    ['80-80', '80'],
    ['', ''],
  ])('%j reads as %s', (text, ports) => {
    const list = parsePortList(text);
    expect([list.ports.toString(), list.problem]).toEqual([ports, undefined]);
  });

  it.each(['mysql,3306', '0', '80,0', '9100-9000', '65536', '80;81', '1-65536', '-5'])(
    '%j is invalid as a whole',
    (text) => {
      const list = parsePortList(text);
      expect(list.ports.isEmpty).toBe(true);
      expect(list.problem).toContain('is neither a port number nor an ascending range');
    },
  );
});

describe('a set of ports', () => {
  const ports = PortSet.union([parsePortList('80,9000-9100').ports, parsePortList('443').ports]);

  it('has its ranges with both ends', () => {
    expect([79, 80, 81, 443, 8999, 9000, 9100, 9101].filter((port) => ports.has(port))).toEqual([
      80, 443, 9000, 9100,
    ]);
  });

  it('tells its ranges', () => {
    expect(ports.spans()).toEqual([
      [80, 80],
      [9000, 9100],
      [443, 443],
    ]);
    expect(ports.isEmpty).toBe(false);
    expect(PortSet.EMPTY.isEmpty).toBe(true);
  });

  const of = (text: string): PortSet => parsePortList(text).ports;

  it('covers ranges of which it has every port, whichever of its own they lie in', () => {
    const ranges = (...all: readonly (readonly [number, number])[]): boolean => ports.covers(all);
    expect(ranges([80, 80], [9000, 9100])).toBe(true);
    expect(ranges([9001, 9099])).toBe(true);
    expect(ranges()).toBe(true);
    expect(ranges([8999, 9000])).toBe(false);
    expect(ranges([9100, 9101])).toBe(false);
    expect(ranges([80, 80], [81, 81])).toBe(false);
    expect(of('80-81,82-90').covers([[80, 90]])).toBe(true);
    expect(of('80-81,83-90').covers([[80, 90]])).toBe(false);
  });

  it.each([
    ['443,80', '80,443'],
    ['82,80,81', '80-82'],
    ['80-90,85-95', '80-95'],
    ['80-90,85', '80-90'],
    ['80-90,91-95', '80-95'],
    ['80-90,92-95', '80-90,92-95'],
    ['', ''],
  ])('of %j is, simplified, %j', (text, simple) => {
    expect(of(text).simplified().toString()).toBe(simple);
  });

  it('is looked up in its ranges in any order, overlapping or not', () => {
    const mixed = of('9000-9100,80-90,85-95,80,7000-7001');
    const has = [79, 80, 90, 91, 95, 96, 6999, 7000, 7001, 7002, 8999, 9100, 9101].filter((port) =>
      mixed.has(port),
    );
    expect(has).toEqual([80, 90, 91, 95, 7000, 7001, 9100]);
  });
});
