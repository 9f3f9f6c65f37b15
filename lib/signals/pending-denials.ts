import type { Seen, SignalPlace } from './signal';
import type { CountedGroup } from './signal-groups';

/** A denial whose second line does not come, because of the log's level, must not wait for ever. */
const MOST_WAITING = 1000;

/** Denials whose next line, that of the failed request, is still to come. */
export class PendingDenials {
  private readonly waiting = new Map<string, { readonly group: CountedGroup; count: number }>();

  public expect(group: CountedGroup, { place, port, client }: Seen): void {
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

  /** The denial that a failed request belongs to: of the same proxy, port and client. */
  public take(
    place: SignalPlace,
    port: number | undefined,
    ip: string | undefined,
  ): CountedGroup | undefined {
    const key = keyOf(place, port, ip);
    const known = this.waiting.get(key);
    if (known === undefined) return undefined;
    known.count -= 1;
    if (known.count === 0) this.waiting.delete(key);
    return known.group;
  }

  public clear(): void {
    this.waiting.clear();
  }
}

function keyOf({ namespace, pod }: SignalPlace, port: number | undefined, ip: string | undefined): string {
  return `${namespace ?? ''}/${pod ?? ''} ${port ?? ''} ${ip ?? ''}`;
}
