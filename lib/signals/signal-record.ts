import type { FailedRequest } from './proxy-event';
import { PendingDenials } from './pending-denials';
import type { Seen, SeenRequest, SignalPlace } from './signal';
import { SignalGroups, type CountedGroup } from './signal-groups';

/** A request or connection that failed, and the port that it was for. */
export type Failure = FailedRequest & { readonly port: number | undefined };

/** What signals add up to: groups of what was seen, and denials that wait for the line that tells their request. */
export class SignalRecord {
  public readonly groups = new SignalGroups();
  public readonly pending = new PendingDenials();

  public decision(seen: Seen, time: string | undefined): CountedGroup | undefined {
    const group = this.groups.of(seen);
    group?.add(1, time);
    if (group !== undefined && seen.kind !== 'audited') this.pending.expect(group, seen);
    return group;
  }

  /** The line after a denial repeats it, and may know the path; on its own it is all there is of one. */
  public failure(failure: Failure, place: SignalPlace, time: string | undefined): void {
    const told = failure.kind === 'denied' ? this.pending.take(place, failure.port, failure.ip) : undefined;
    const group = told ?? this.groups.of(seenByFailure(failure, place));
    if (told === undefined) group?.add(1, time);
    if (failure.path !== undefined) group?.request({ path: failure.path });
  }

  /** A request that an access log or a table tells whole. */
  public request(seen: Seen, request: SeenRequest, time: string | undefined): void {
    const group = this.groups.of(seen);
    group?.add(1, time);
    group?.request(request);
  }

  public rate(seen: Seen, rate: number): void {
    const group = this.groups.of(seen);
    if (group !== undefined) group.rate = (group.rate ?? 0) + rate;
  }

  public metric(
    seen: Seen,
    value: number,
    { first, last, isUnnamed = false }: { first?: string; last?: string; isUnnamed?: boolean },
  ): void {
    const group: CountedGroup | undefined = this.groups.of(seen);
    if (group === undefined) return;
    group.set(value);
    group.isUnnamed = isUnnamed;
    if (value <= 0) return;
    if (first !== undefined) group.at(first);
    if (last !== undefined) group.at(last);
  }
}

function seenByFailure({ kind, layer, ip, server, target, port }: Failure, place: SignalPlace): Seen {
  const number = port ?? target?.port;
  return {
    kind,
    source: 'log',
    place: target === undefined ? place : { ip: target.ip, ...place },
    ...(number === undefined ? {} : { port: number }),
    ...(server === undefined ? {} : { server }),
    client: { tls: 'unknown', ...(ip === undefined ? {} : { ip }) },
    layer,
  };
}
