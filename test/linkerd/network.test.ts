import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { parseLiteral } from '../../lib/linkerd/address';
import {
  containsAddress,
  containsNetwork,
  formatAddress,
  isLoopback,
  networkProblems,
  overlaps,
  parseAddress,
  parseNetwork,
  type Network,
} from '../../lib/linkerd/network';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`${text} is no network`);
  return parsed;
}

describe('an address', () => {
  it.each([
    '1.2.3.4',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::7',
    '2001:db8::1:0:0:1',
    '2001:0:0:1::1',
    '1::1:0:0:1',
  ])('%s reads and writes alike', (text) => {
    const address = parseAddress(text);
    expect(address === undefined ? undefined : formatAddress(address)).toBe(text);
  });

  it('in IPv4-mapped form counts as IPv4, because the proxy normalizes its peers (3.13)', () => {
    expect(parseAddress('::ffff:10.1.2.3')).toEqual(parseAddress('10.1.2.3'));
    expect(parseAddress('::ffff:a01:203')).toEqual(parseAddress('10.1.2.3'));
  });

  it.each([
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['::10.1.2.3', '::a01:203'],
    ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['FD00::ABcd', 'fd00::abcd'],
    ['0001:0:0:0:0:0:0:0001', '1::1'],
  ])('may be spelled %s for %s', (text, short) => {
    const address = parseAddress(text);
    expect(address === undefined ? undefined : formatAddress(address)).toBe(short);
  });

  it.each([
    '',
    ' ',
    '1',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.1000',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '01.2.3.4',
    '1.2.3.00',
    '0x1.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '+1.2.3.4',
    '-1.2.3.4',
    '1e0.2.3.4',
    '1.2.3.٤',
    '1.2.3.4/32',
    ':',
    ':::',
    '1:',
    ':1',
    '::1:',
    ':1::',
    '1::2::3',
    '1:::2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '00001::',
    'g::',
    '0x1::',
    '::1 ',
    '::1\n',
    '::1.2.3',
    '::01.2.3.4',
    '::1.2.3.256',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1:2:3:4:5:6::1.2.3.4',
    'fe80::1%eth0',
    'fe80::1%',
    '[::1]',
    '::1/128',
    'localhost',
  ])('%j is none', (text) => {
    expect(isIPv4(text) || (isIPv6(text) && !text.includes('%'))).toBe(false);
    expect(parseAddress(text)).toBeUndefined();
  });

  it("is what Node's parser takes, but for zone ids, in whatever way it is spelled", () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '25',
      '255',
      '256',
      '01',
      'ff',
      'FFFF',
      '10000',
      '.',
      ':',
      '::',
      '%',
    );
    const patchwork = fc.array(piece, { maxLength: 17 }).map((pieces) => pieces.join(''));
    const groups = fc.array(fc.constantFrom('0', '1', 'ab', 'FFFF', ''), { minLength: 6, maxLength: 9 });
    const likely = fc
      .tuple(groups, fc.constantFrom('', ':1.2.3.4', ':255.255.255.255', ':1.2.3'), fc.nat(9))
      .map(([parts, end, at]) => [...parts.slice(0, at), ...parts.slice(at + 2)].join(':') + end);
    const spellings = fc.oneof(patchwork, likely, fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.string());

    fc.assert(
      fc.property(spellings, (text) => {
        const family = isIPv4(text) ? 4 : isIPv6(text) && !text.includes('%') ? 6 : undefined;
        expect(parseLiteral(text)?.family).toBe(family);
        // What a URL makes of a host tells whether two spellings are one address.
        const host = (spelling: string): string => new URL(`http://[${spelling}]`).hostname;
        if (family === 6) expect(host(formatAddress(parseLiteral(text)!))).toBe(host(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('is loopback as 127.0.0.1 and ::1 only, as in the localhost authorization (3.11)', () => {
    const loopback = (text: string): boolean => {
      const address = parseAddress(text);
      return address !== undefined && isLoopback(address);
    };
    expect(['127.0.0.1', '::1', '127.0.0.2', '::2', '0.0.0.1'].filter(loopback)).toEqual([
      '127.0.0.1',
      '::1',
    ]);
  });

  it('of any value survives writing and reading', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text);
        fc.pre(address !== undefined && address.family === 6);
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });
});

describe('a network', () => {
  it('may have host bits set, and a bare address is a network of one (W17)', () => {
    expect(network('10.1.2.3/8')).toEqual(network('10.0.0.0/8'));
    expect(network('10.1.2.3')).toEqual(network('10.1.2.3/32'));
    expect(network('fd00::7')).toEqual(network('fd00::7/128'));
  });

  it('may have leading zeros where it has a length (W17)', () => {
    expect(network('010.001.0.0/08')).toEqual(network('10.1.0.0/8'));
    expect(network('::/000')).toEqual(network('::/0'));
    expect(network('::ffff:01.2.3.4/128')).toEqual(network('::ffff:1.2.3.4/128'));
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/008',
    '::/0000',
    '0010.0.0.0/8',
    '010.0.0.1',
    '::ffff:010.0.0.1',
    '10.0.0.0/',
    '/8',
    '999.0.0.0/99',
    'fd00::/129',
    'x',
    '10.0.0.0/8/8',
  ])('%j is none', (text) => expect(parseNetwork(text)).toBeUndefined());

  it('contains what lies in it, in its own family', () => {
    expect(containsNetwork(network('10.0.0.0/8'), network('10.1.0.0/16'))).toBe(true);
    expect(containsNetwork(network('10.1.0.0/16'), network('10.0.0.0/8'))).toBe(false);
    expect(containsNetwork(network('::/0'), network('10.0.0.0/8'))).toBe(false);
    expect(containsNetwork(network('10.0.0.0/8'), network('10.0.0.0/8'))).toBe(true);
  });

  it('knows its first and last address, and nothing beyond them', () => {
    const inside = (text: string): boolean => {
      const address = parseAddress(text);
      return address !== undefined && containsAddress(network('10.1.0.0/16'), address);
    };
    expect(['10.0.255.255', '10.1.0.0', '10.1.255.255', '10.2.0.0', '::a01:1'].filter(inside)).toEqual([
      '10.1.0.0',
      '10.1.255.255',
    ]);
  });

  it('overlaps another when they share a single address, at either end', () => {
    expect(overlaps(network('10.0.0.0/24'), network('10.0.0.255'))).toBe(true);
    expect(overlaps(network('10.0.0.255'), network('10.0.0.0/24'))).toBe(true);
    expect(overlaps(network('10.0.0.0'), network('10.0.0.0/24'))).toBe(true);
    expect(overlaps(network('10.0.0.0/24'), network('10.0.0.0'))).toBe(true);
    expect(overlaps(network('10.0.0.0/24'), network('10.0.1.0'))).toBe(false);
  });

  it('overlaps another when they share an address', () => {
    expect(overlaps(network('10.0.0.0/8'), network('10.255.255.255'))).toBe(true);
    expect(overlaps(network('10.0.0.0/8'), network('11.0.0.0/8'))).toBe(false);
    expect(overlaps(network('10.1.0.0/16'), network('10.0.0.0/8'))).toBe(true);
    expect(overlaps(network('0.0.0.0/0'), network('::/0'))).toBe(false);
  });
});

describe('a network item that the webhook refuses (W17 to W19)', () => {
  it.each([
    [{ cidr: '10.0.0.0/8' }, []],
    [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '10.2.3.4'] }, []],
    [{ cidr: 'x' }, [{ kind: 'unreadable', text: '"x" is neither a CIDR nor an IP address' }]],
    [
      { cidr: '10.0.0.0/8', except: ['y'] },
      [{ kind: 'unreadable', text: 'except "y" is neither a CIDR nor an IP address' }],
    ],
    [
      { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] },
      [{ kind: 'excludes-all', text: 'except "10.0.0.0/8" excludes all of "10.0.0.0/8"' }],
    ],
    [
      { cidr: '10.0.0.0/8', except: ['0.0.0.0/0'] },
      [{ kind: 'excludes-all', text: 'except "0.0.0.0/0" excludes all of "10.0.0.0/8"' }],
    ],
    [
      { cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] },
      [{ kind: 'outside', text: 'except "11.0.0.0/16" is not inside "10.0.0.0/8"' }],
    ],
    [
      { cidr: '10.0.0.0/8', except: ['fd00::/16'] },
      [{ kind: 'outside', text: 'except "fd00::/16" is not inside "10.0.0.0/8"' }],
    ],
    [
      { cidr: 'x', except: ['10.0.0.0/8'] },
      [{ kind: 'unreadable', text: '"x" is neither a CIDR nor an IP address' }],
    ],
  ])('%j: %j', (item, problems) => {
    expect(networkProblems(item)).toEqual(problems);
  });
});

it.each(['10.0.0.0/8', '192.168.1.1/32', '0.0.0.0/0', 'fd00::/8', '::1/128', '::/0'])(
  'a network is written to JSON as its CIDR: %s',
  (cidr) => expect(JSON.stringify({ in: parseNetwork(cidr) })).toBe(`{"in":"${cidr}"}`),
);
