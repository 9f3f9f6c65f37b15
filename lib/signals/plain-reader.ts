import { addressOf } from './addresses';
import { ownValueOf } from './own-text';
import { plainEvent, plainFailure } from './plain-log';
import { seenIn } from './proxy-event';
import { cutFailure, RepeatedLines, RESCUE, type CutLine, type KnownDecision } from './repeated-lines';
import type { SeenRequest, SignalPlace } from './signal';
import type { Failure, SignalRecord } from './signal-record';

type KnownFailure = Omit<Failure, 'ip'> & { readonly request?: SeenRequest };

/** What a line of the plain log was: something told, nothing of ours, or not understood. */
export type PlainOutcome = 'told' | 'beside' | undefined;

/** Reads lines of the proxies' plain log; a line like one that was read before costs a look at what differs. */
export class PlainReader {
  private readonly decisions = new RepeatedLines<KnownDecision>();
  private readonly failures = new RepeatedLines<KnownFailure>();

  public constructor(private readonly record: SignalRecord) {}

  public clear(): void {
    this.decisions.clear();
    this.failures.clear();
  }

  /** @param cut how the line was cut, if it is to be known again */
  public read(
    body: string,
    place: SignalPlace,
    time: string | undefined,
    cut: CutLine | undefined,
  ): PlainOutcome {
    const event = plainEvent(body);
    if (event !== undefined) {
      const seen = seenIn(event, place);
      if (seen === undefined) return undefined;
      const group = this.record.decision(seen, time);
      // The lines of connections have the client's port, so none is like another.
      const isAlike = cut !== undefined && event.field('client') === undefined;
      if (group !== undefined && isAlike)
        this.decisions.set(cut.prefix, body, { group, seen: ownValueOf(seen) });
      return 'told';
    }
    const failure = plainFailure(body);
    if (failure === undefined) return 'beside';
    this.record.failure(failure, place, time);
    this.remember(body, failure, cut);
    return 'told';
  }

  private remember(body: string, failure: Failure, cut: CutLine | undefined): void {
    const at = body.indexOf('}') + 1;
    const parts = cut !== undefined && body.startsWith(RESCUE, at) ? cutFailure(body, at) : undefined;
    // A wrapped error repeats the client's port.
    if (parts === undefined || failure.target !== undefined) return;
    const { ip: _, ...others } = failure;
    const { path } = others;
    const same = { ...others, ...(path === undefined ? {} : { request: { path } }) };
    this.failures.set(parts.head, parts.tail, ownValueOf(same));
  }

  /** A line that differs from one that was read before in nothing but its time and the client's port. */
  public readRepeated(cut: CutLine, placeOf: (prefix: string) => SignalPlace): boolean {
    const { prefix, time, body } = cut;
    // What follows the first span tells the two lines of a denial apart.
    const span = body.indexOf('}');
    if (body.startsWith(RESCUE, span + 1)) return this.readFailure(cut, span + 1, placeOf);
    const known = this.decisions.get(prefix, body);
    if (known === undefined) return false;
    known.group.add(1, time);
    if (known.seen.kind !== 'audited') this.record.pending.expect(known.group, known.seen);
    return true;
  }

  private readFailure(
    { prefix, time, body }: CutLine,
    at: number,
    placeOf: (prefix: string) => SignalPlace,
  ): boolean {
    const cut = cutFailure(body, at);
    const known = cut === undefined ? undefined : this.failures.get(cut.head, cut.tail);
    if (cut === undefined || known === undefined) return false;
    const place = placeOf(prefix);
    const ip = addressOf(cut.address);
    const told = known.kind === 'denied' ? this.record.pending.take(place, known.port, ip) : undefined;
    if (told === undefined) this.record.failure({ ...known, ip }, place, time);
    else if (known.request !== undefined) told.request(known.request);
    return true;
  }
}
