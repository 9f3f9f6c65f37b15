import type { Access } from '../../verdict/access';
import type { ClientSet } from '../../sets/client-set';
import { NetworkSet } from '../../sets/network-set';

/**
 * `partly`: only some of these clients, or only some traffic; `depends`: at most if something is the case that the input
 * does not say.
 */
export type ReachLevel = 'allow' | 'audit' | 'partly' | 'depends' | 'deny';

/** Clients of one kind; one with an identity of its own is looked up in a policy, however many others that names. */
export interface Reaching {
  readonly clients: ClientSet;
  readonly identity?: string;
}

type Sets = Pick<Access, 'allow' | 'audit' | 'possibly'>;

/** How a class of clients fares on a port, all its traffic taken together. */
export function reachOf(who: Reaching, accesses: readonly Sets[]): ReachLevel {
  return together(accesses.map((one) => classLevel(who, one)));
}

/** How one client fares, which has one of several addresses. */
export function reachOfOne(who: Reaching, accesses: readonly Sets[]): ReachLevel {
  return together(accesses.map((one) => levelOfOne(who, one)));
}

function together(all: readonly ReachLevel[]): ReachLevel {
  const levels = new Set(all);
  const [only = 'deny'] = levels;
  if (levels.size < 2) return only;
  const isIn = levels.has('allow') || levels.has('audit');
  if (levels.has('partly') || (isIn && levels.has('deny'))) return 'partly';
  return levels.has('depends') ? 'depends' : 'audit';
}

function classLevel(who: Reaching, { allow, audit, possibly }: Sets): ReachLevel {
  if (allIn(who, allow)) return 'allow';
  const sure = allow.or(audit);
  if (allIn(who, sure)) return 'audit';
  const any = sure.or(possibly);
  if (noneIn(who, any)) return 'deny';
  return noneIn(who, sure) || allIn(who, any) ? 'depends' : 'partly';
}

function levelOfOne(who: Reaching, { allow, audit, possibly }: Sets): ReachLevel {
  if (allIn(who, allow)) return 'allow';
  if (allIn(who, audit)) return 'audit';
  return noneIn(who, allow.or(audit).or(possibly)) ? 'deny' : 'depends';
}

function allIn(who: Reaching, set: ClientSet): boolean {
  const { clients, identity } = who;
  return identity === undefined
    ? clients.minus(set).isEmpty
    : placesOf(clients).minus(sources(set, identity)).isEmpty;
}

function noneIn(who: Reaching, set: ClientSet): boolean {
  const { clients, identity } = who;
  return identity === undefined
    ? clients.and(set).isEmpty
    : placesOf(clients).and(sources(set, identity)).isEmpty;
}

function placesOf({ boxes }: ClientSet): NetworkSet {
  return boxes.reduce((all, { networks }) => all.or(networks), NetworkSet.NONE);
}

/** Where an identity gets in from. */
function sources({ boxes }: ClientSet, identity: string): NetworkSet {
  return boxes
    .filter(({ peers }) => peers.identities.has(identity))
    .reduce((all, { networks }) => all.or(networks), NetworkSet.NONE);
}
