import { ownText, ownValueOf } from './own-text';
import type { Seen, SeenRequest, SignalGroup } from './signal';

/** Groups beyond this are told apart no further: memory stays the same however many addresses knock. */
const MOST_GROUPS = 20_000;
const MOST_REQUESTS = 8;

/** A group while it is being counted. */
export class CountedGroup {
  public count = 0;
  public rate: number | undefined;
  public isUnnamed = false;
  public furtherRequests = 0;
  private first: string | undefined;
  private last: string | undefined;
  private readonly requests = new Map<string, { readonly request: SeenRequest; count: number }>();

  public constructor(public readonly seen: Seen) {}

  public add(count: number, time: string | undefined): void {
    this.count += count;
    if (time !== undefined) this.at(time);
  }

  /** A counter replaces what it said before. */
  public set(count: number): void {
    this.count = count;
  }

  public at(time: string): void {
    // Times in UTC sort as text; a zone of its own, or a missing one, needs a calendar.
    const utc = time.endsWith('Z') ? time : inUtc(time);
    if (utc === undefined) return;
    if (this.first === undefined || utc < this.first) this.first = ownText(utc);
    if (this.last === undefined || utc > this.last) this.last = ownText(utc);
  }

  public request(request: SeenRequest): void {
    const { method, host, path } = request;
    const key = method === undefined && host === undefined ? path : `${method ?? ''} ${host ?? ''} ${path}`;
    const known = this.requests.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.requests.size < MOST_REQUESTS)
      this.requests.set(ownText(key), { request: ownValueOf(request), count: 1 });
    else this.furtherRequests += 1;
  }

  public closed(): SignalGroup {
    const { seen, count, rate, first, last, furtherRequests } = this;
    return {
      seen,
      count,
      ...(rate === undefined ? {} : { rate }),
      ...(first === undefined ? {} : { first: inUtc(first) ?? first }),
      ...(last === undefined ? {} : { last: inUtc(last) ?? last }),
      requests: [...this.requests.values()].map(({ request, count: times }) => ({ request, count: times })),
      furtherRequests,
      ...(this.isUnnamed ? { isUnnamed: true } : {}),
    };
  }
}

function inUtc(time: string): string | undefined {
  const moment = Date.parse(time);
  return Number.isNaN(moment) ? undefined : new Date(moment).toISOString();
}

/** Signals that say the same are one group. */
export class SignalGroups {
  public untold = 0;
  private readonly groups = new Map<string, CountedGroup>();

  public constructor(private readonly most = MOST_GROUPS) {}

  /** The group of such signals; without its address, once there are too many; `undefined` beyond that. */
  public of(seen: Seen): CountedGroup | undefined {
    const known = this.groups.get(groupKey(seen));
    if (known !== undefined) return known;
    if (this.groups.size < this.most) return this.make(seen);
    const { ip: _, ...client } = seen.client;
    const wider: Seen = { ...seen, client };
    const together = this.groups.get(groupKey(wider));
    if (together !== undefined) return together;
    if (this.groups.size < 2 * this.most) return this.make(wider);
    this.untold += 1;
    return undefined;
  }

  public list(): readonly CountedGroup[] {
    return [...this.groups.values()];
  }

  private make(seen: Seen): CountedGroup {
    const group = new CountedGroup(ownValueOf(seen));
    this.groups.set(groupKey(seen), group);
    return group;
  }
}

/** Equal for signals that say the same. */
export function groupKey({
  kind,
  source,
  place,
  port,
  server,
  route,
  authorization,
  client,
  layer,
}: Seen): string {
  return [
    kind,
    source,
    layer,
    place.namespace,
    place.pod,
    place.workload?.kind,
    place.workload?.name,
    place.ip,
    port,
    server?.kind,
    server?.name,
    route?.group,
    route?.kind,
    route?.name,
    authorization?.kind,
    authorization?.name,
    client.tls,
    client.identity,
    client.ip,
    client.noTls,
    client.sni,
  ].join('\n');
}
