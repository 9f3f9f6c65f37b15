import { type ClientAuthorization } from '../cluster/client-authorization';
import { isAudit } from '../cluster/policy-refs';
import { type Condition } from '../cluster/unknown';
import type { Route } from '../cluster/route';
import { ClientSet } from '../sets/client-set';
import type { Reason } from './decision';
import { groupBy } from '../basics/collections';

/** Why policy does not govern a port. */
export type OutsidePolicy = Extract<Reason, 'unmeshed-target' | 'port-skipped' | 'subnet-skipped' | 'tap'>;

/** Clients that one authorization (or the absence of policy) lets in. */
export type AccessGrant =
  | {
      readonly level: 'route' | 'server';
      /** As in a `Decision`. */
      readonly name: string;
      readonly authorization: ClientAuthorization;
      readonly clients: ClientSet;
      /** Only if all this is the case, which the input does not say. */
      readonly when?: readonly Condition[];
    }
  | {
      readonly level: 'outside-policy';
      readonly reason: OutsidePolicy;
      /** The reason. */
      readonly name: string;
      readonly authorization?: undefined;
      readonly clients: ClientSet;
      readonly when?: readonly Condition[];
    };

/** Whether a grant comes from the policy `audit`. */
export function isAuditGrant({ authorization }: AccessGrant): boolean {
  return authorization !== undefined && isAudit(authorization.ref);
}

/** The verdict for all clients at once, for one kind of traffic. Clients in none of the sets are refused. */
export interface Access {
  readonly reason: Reason;
  readonly server?: string;
  readonly route?: Route;
  readonly allow: ClientSet;
  /** Let in only because an `audit` policy lets everybody in; disjoint from `allow`. */
  readonly audit: ClientSet;
  /** Let in, or allowed instead of audited, if something is the case that the input does not say; disjoint from both. */
  readonly possibly: ClientSet;
  readonly grants: readonly AccessGrant[];
}

/** An access by some of its grants alone. */
export function restricted(access: Access, keep: (grant: AccessGrant) => boolean): Access {
  const grants = access.grants.filter(keep);
  if (grants.length === access.grants.length) return access;
  const by = (some: readonly AccessGrant[]): ClientSet => ClientSet.union(some.map(({ clients }) => clients));
  // Who is let in only if something is the case is not in these sets.
  const surely = access.allow.or(access.audit);
  const allow = by(grants.filter((grant) => !isAuditGrant(grant))).and(access.allow);
  const audit = by(grants.filter(isAuditGrant)).and(surely).minus(allow);
  return { ...access, grants, allow, audit, possibly: access.possibly.and(by(grants)).minus(audit) };
}

/** An access of some clients alone. */
export function amongClients(access: Access, clients: ClientSet): Access {
  return {
    ...access,
    allow: access.allow.and(clients),
    audit: access.audit.and(clients),
    possibly: access.possibly.and(clients),
    grants: access.grants.flatMap((grant) => {
      const some = grant.clients.and(clients);
      return some.isEmpty ? [] : [{ ...grant, clients: some }];
    }),
  };
}

export interface PossibleAccess {
  readonly access: Access;
  readonly when: readonly Condition[];
}

/** What is the case whatever is true, and what may be. */
export function inEveryCase(all: readonly PossibleAccess[]): Access {
  const [first, ...others] = all;
  if (first === undefined) throw new Error('a port has at least one policy');
  if (others.length === 0) return first.access;
  const letIn = ({ access: { allow, audit } }: PossibleAccess): ClientSet => allow.or(audit);
  const allow = others.reduce((set, { access }) => set.and(access.allow), first.access.allow);
  const audit = others.reduce((set, { access }) => set.and(access.audit), first.access.audit);
  const anyhow = ClientSet.union(all.flatMap((one) => [letIn(one), one.access.possibly]));
  const made = all.flatMap(({ access: { grants }, when }) => grants.map((grant) => ({ grant, when })));
  return {
    ...first.access,
    allow,
    audit,
    possibly: anyhow.minus(allow).minus(audit),
    grants: distinct(made, all.length),
  };
}

interface MadeGrant {
  readonly grant: AccessGrant;
  /** In which case it is made. */
  readonly when: readonly Condition[];
}

/** A grant that is made in all cases has no conditions but its own. */
function distinct(made: readonly MadeGrant[], cases: number): readonly AccessGrant[] {
  const same = groupBy(made, ({ grant: { name, level, clients, when = [] } }) =>
    [level, name, clients.key, ...when.map(({ text }) => text)].join(' '),
  );
  return [...same.values()].flatMap((some): readonly AccessGrant[] => {
    const [one] = some;
    if (one !== undefined && some.length >= cases) return [one.grant];
    return some.map(({ grant, when }) => ({ ...grant, when: [...when, ...(grant.when ?? [])] }));
  });
}
