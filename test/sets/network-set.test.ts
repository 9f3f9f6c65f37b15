import { parseNetwork } from '../../lib/linkerd/network';
import { NetworkSet } from '../../lib/sets/network-set';

function set(...cidrs: string[]): NetworkSet {
  return cidrs.reduce((all, cidr) => {
    const network = parseNetwork(cidr);
    if (network === undefined) throw new Error(cidr);
    return all.or(NetworkSet.of(network));
  }, NetworkSet.NONE);
}

/** IPv4 addresses by their numbers. */
function range(first: bigint, last: bigint): NetworkSet {
  return NetworkSet.of({ family: 4, first, last });
}

describe('a set of networks', () => {
  it('is not made smaller by a network inside another one', () => {
    expect(set('10.0.0.0/8', '10.1.0.0/16').cidrs()).toEqual(['10.0.0.0/8']);
    expect(set('10.1.0.0/16', '10.0.0.0/8').cidrs()).toEqual(['10.0.0.0/8']);
    expect(set('10.0.0.0/8', '10.1.0.0/16', '10.200.0.0/16').cidrs()).toEqual(['10.0.0.0/8']);
  });

  it('joins networks that touch, and tells those apart that do not', () => {
    expect(set('10.1.0.0/16', '10.0.0.0/16').cidrs()).toEqual(['10.0.0.0/15']);
    expect(set('10.2.0.0/16', '10.0.0.0/16').cidrs()).toEqual(['10.0.0.0/16', '10.2.0.0/16']);
  });

  it('has the last address of a family in its complement, be it the only one', () => {
    const allButLast = NetworkSet.ALL.minus(set('255.255.255.255'));
    expect(allButLast.isAll).toBe(false);
    expect(allButLast.complement().cidrs()).toEqual(['255.255.255.255/32']);
    expect(NetworkSet.ALL.minus(set('0.0.0.0')).complement().cidrs()).toEqual(['0.0.0.0/32']);
  });

  it('is everything only with both families', () => {
    expect(NetworkSet.ALL.isAll).toBe(true);
    expect(set('0.0.0.0/0', '::/0').isAll).toBe(true);
    expect(set('0.0.0.0/0').isAll).toBe(false);
    expect(set('::/0').isAll).toBe(false);
    expect(NetworkSet.NONE.isAll).toBe(false);
  });

  it('has another key than one of other addresses with the same digits', () => {
    const one = range(1n, 2n).or(range(345n, 6789n));
    const other = range(1n, 23n).or(range(45n, 6789n));
    expect(one.key).not.toBe(other.key);
    expect(set('0.0.0.7').key).not.toBe(set('::7').key);
  });

  it('is written around the IPv4-mapped addresses only where they would split a network (3.13)', () => {
    expect(set('::/0').cidrs()).toEqual(['::/0']);
    expect(set('::ffff:0:0/95').cidrs()).toEqual(['::fffe:0:0/96']);
    expect(set('0.0.0.0/0').cidrs()).toEqual(['0.0.0.0/0']);
  });
});
