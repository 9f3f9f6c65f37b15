import type { Access } from '../../verdict/access-sets';
import type { ClientBox, ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';

/** `partly`: only some of these clients, or only some traffic. `depends`: on something that the input does not say. */
export type ReachLevel = 'allow' | 'audit' | 'partly' | 'depends' | 'deny';

/** Clients of one kind; one with an identity of its own is looked up in a policy, however many others that names. */
export interface Reaching {
  readonly clients: ClientSet;
  readonly identity?: string;
  /** Whether this is one client, of which only the address is unknown. */
  readonly isOne?: boolean;
}

type Sets = Pick<Access, 'allow' | 'audit' | 'possibly'>;

/** How clients fare on a port, all its traffic taken together. */
export function reachOf(who: Reaching, accesses: readonly Sets[]): ReachLevel {
  const levels = new Set(accesses.map((one) => reachBy(who, one)));
  const [first = 'deny'] = levels;
  if (levels.size < 2) return first;
  const isIn = levels.has('allow') || levels.has('audit');
  if (levels.has('partly') || (isIn && levels.has('deny'))) return 'partly';
  return levels.has('depends') ? 'depends' : 'audit';
}

function reachBy({ clients, identity, isOne }: Reaching, { allow, audit, possibly }: Sets): ReachLevel {
  const [box] = clients.boxes;
  if (identity !== undefined && box !== undefined)
    return reachOfOne(box, identity, isOne === true, { allow, audit, possibly });
  if (clients.minus(allow).isEmpty) return 'allow';
  if (clients.minus(audit).isEmpty) return 'audit';
  const any = allow.or(audit);
  if (isOne !== true && clients.minus(any).isEmpty) return 'audit';
  if (!clients.and(any).isEmpty) return isOne === true ? 'depends' : 'partly';
  return clients.and(possibly).isEmpty ? 'deny' : 'depends';
}

/** Only the addresses from which the identity gets in are of interest. */
function reachOfOne(
  { networks }: ClientBox,
  identity: string,
  isOne: boolean,
  { allow, audit, possibly }: Sets,
): ReachLevel {
  const sources = (set: ClientSet): NetworkSet =>
    NetworkSet.union(
      set.boxes.filter(({ peers }) => peers.identities.has(identity)).map((box) => box.networks),
    );
  const [allowed, audited] = [sources(allow), sources(audit)];
  if (networks.minus(allowed).isEmpty) return 'allow';
  const any = allowed.or(audited);
  if (networks.minus(isOne ? audited : any).isEmpty) return 'audit';
  return networks.and(any.or(sources(possibly))).isEmpty ? 'deny' : 'depends';
}
