import { ownText } from './own-text';
import type { Seen, SignalPlace } from './signal';
import type { CountedGroup } from './signal-groups';

/** A denial whose second line does not come, because of the log's level, must not wait for ever. */
const MOST_WAITING = 1000;

/** Denials whose next line, that of the failed request, is still to come. */
export class PendingDenials {
  /** The latest one, whose next line mostly follows at once. */
  private latest: { readonly group: CountedGroup; readonly seen: Seen } | undefined;
  private readonly waiting = new Map<string, { readonly group: CountedGroup; count: number }>();

  public expect(group: CountedGroup, seen: Seen): void {
    const { latest } = this;
    this.latest = { group, seen };
    if (latest !== undefined) this.wait(latest.group, latest.seen);
  }

  /** The denial that a failed request belongs to: of the same proxy, port and client. */
  public take(
    place: SignalPlace,
    port: number | undefined,
    ip: string | undefined,
  ): CountedGroup | undefined {
    const { latest } = this;
    if (latest !== undefined && isOf(latest.seen, place, port, ip)) {
      this.latest = undefined;
      return latest.group;
    }
    if (this.waiting.size === 0) return undefined;
    const key = keyOf(place, port, ip);
    const known = this.waiting.get(key);
    if (known === undefined) return undefined;
    known.count -= 1;
    if (known.count === 0) this.waiting.delete(key);
    return known.group;
  }

  private wait(group: CountedGroup, { place, port, client }: Seen): void {
    const key = keyOf(place, port, client.ip);
    const known = this.waiting.get(key);
    if (known?.group === group) {
      known.count += 1;
      return;
    }
    if (this.waiting.size >= MOST_WAITING) {
      const [oldest] = this.waiting.keys();
      if (oldest !== undefined) this.waiting.delete(oldest);
    }
    this.waiting.set(key, { group, count: 1 });
  }

  public clear(): void {
    this.latest = undefined;
    this.waiting.clear();
  }
}

function isOf(
  { place: own, port: ownPort, client }: Seen,
  place: SignalPlace,
  port: number | undefined,
  ip: string | undefined,
): boolean {
  return ownPort === port && client.ip === ip && own.pod === place.pod && own.namespace === place.namespace;
}

function keyOf({ namespace, pod }: SignalPlace, port: number | undefined, ip: string | undefined): string {
  return ownText(`${namespace ?? ''}/${pod ?? ''} ${port ?? ''} ${ip ?? ''}`);
}
