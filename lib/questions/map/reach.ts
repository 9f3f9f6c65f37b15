import type { Access } from '../../verdict/access';
import type { ClientBox, ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';

/** `partly`: only some of these clients, or only some traffic. */
export type ReachLevel = 'allow' | 'audit' | 'partly' | 'deny';

/** Clients of one kind; one with an identity of its own is looked up in a policy, however many others that names. */
export interface Reaching {
  readonly clients: ClientSet;
  readonly identity?: string;
}

type Sets = Pick<Access, 'allow' | 'audit'>;

/** How clients fare on a port, all its traffic taken together. */
export function reachOf(who: Reaching, accesses: readonly Sets[]): ReachLevel {
  const levels = new Set(accesses.map((one) => reachBy(who, one)));
  const [first = 'deny'] = levels;
  return levels.size > 1 ? 'partly' : first;
}

function reachBy({ clients, identity }: Reaching, { allow, audit }: Sets): ReachLevel {
  const [box] = clients.boxes;
  if (identity !== undefined && box !== undefined) return reachOfOne(box, identity, allow, audit);
  if (clients.minus(allow).isEmpty) return 'allow';
  const any = allow.or(audit);
  if (clients.minus(any).isEmpty) return 'audit';
  return clients.and(any).isEmpty ? 'deny' : 'partly';
}

/** Only the addresses from which the identity gets in are of interest. */
function reachOfOne(
  { networks }: ClientBox,
  identity: string,
  allow: ClientSet,
  audit: ClientSet,
): ReachLevel {
  const sources = (set: ClientSet): NetworkSet =>
    set.boxes
      .filter(({ peers }) => peers.identities.has(identity))
      .reduce((all, box) => all.or(box.networks), NetworkSet.NONE);
  const allowed = sources(allow);
  if (networks.minus(allowed).isEmpty) return 'allow';
  const any = allowed.or(sources(audit));
  if (networks.minus(any).isEmpty) return 'audit';
  return networks.and(any).isEmpty ? 'deny' : 'partly';
}
