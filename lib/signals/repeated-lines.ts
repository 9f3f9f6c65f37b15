import type { Seen, SignalPlace } from './signal';
import type { CountedGroup } from './signal-groups';
import { ownText, ownValueOf } from './own-text';

/** A line of the proxy's plain log, taken apart without regular expressions. */
export interface CutLine {
  /** What `kubectl logs --prefix` puts before it; empty if nothing. */
  readonly prefix: string;
  readonly time: string | undefined;
  /** From after its thread on: what is the same each time. */
  readonly body: string;
}

const OPEN = 91; // [
const SPACE = 32;

/**
 * Cuts the usual line: `[pod/NAME/CONTAINER] TIME [  1.2s]  INFO ThreadId(01) BODY`, where all before the uptime may be
 * missing. `undefined` for anything else, which is read the long way.
 */
export function cutLine(line: string): CutLine | undefined {
  let at = 0;
  if (line.startsWith('[pod/')) {
    const end = line.indexOf('] ', 5);
    if (end < 0) return undefined;
    at = end + 2;
  }
  const prefix = at === 0 ? '' : line.slice(0, at);
  let time: string | undefined;
  if (line.charCodeAt(at) !== OPEN) {
    if (line[at + 4] !== '-' || line[at + 10] !== 'T') return undefined;
    const end = line.indexOf(' ', at + 19);
    // Another zone needs a calendar.
    if (end < 0 || end > at + 30 || line[end - 1] !== 'Z') return undefined;
    time = line.slice(at, end);
    at = end + 1;
    if (line.charCodeAt(at) !== OPEN) return undefined;
  }
  const close = line.indexOf('s]', at);
  if (close < 0 || close > at + 20) return undefined;
  at = close + 2;
  while (line.charCodeAt(at) === SPACE) at += 1;
  if (!line.startsWith('INFO ThreadId(', at)) return undefined;
  const thread = line.indexOf(') ', at);
  return thread < 0 || thread > at + 20 ? undefined : { prefix, time, body: line.slice(thread + 2) };
}

/** Words that lines about decisions have; all others are about other matters. */
export function mayBeDecision(body: string): boolean {
  return (
    body.includes('policy') ||
    body.includes('unauthorized') ||
    body.includes('no route found') ||
    body.includes('rate limit')
  );
}

export interface KnownDecision {
  readonly group: CountedGroup;
  readonly seen: Seen;
}

interface Known<T> {
  readonly body: string;
  readonly value: T;
}

const MOST_BODIES = 4096;
const MOST_ALIKE = 16;
const ENDING = 20;

/** Proxies repeat themselves: what was read once is known by its text, below what stands before it. */
export class RepeatedLines<T> {
  /** By what they end with, which tells most of them apart. */
  private readonly known = new Map<string, Map<string, Known<T>[]>>();
  private bodies = 0;

  public get(prefix: string, body: string): T | undefined {
    // Comparing a whole text costs less than hashing it.
    const alike = this.known.get(prefix)?.get(body.slice(-ENDING));
    if (alike === undefined) return undefined;
    for (const one of alike) if (one.body === body) return one.value;
    return undefined;
  }

  public set(prefix: string, body: string, value: T): void {
    if (this.bodies >= MOST_BODIES) this.clear();
    let own = this.known.get(prefix);
    if (own === undefined) this.known.set(ownText(prefix), (own = new Map<string, Known<T>[]>()));
    const ending = body.slice(-ENDING);
    let alike = own.get(ending);
    if (alike === undefined) own.set(ownText(ending), (alike = []));
    if (alike.length >= MOST_ALIKE) return;
    this.bodies += 1;
    alike.push({ body: ownText(body), value });
  }

  /** In another file the same line may be of another place. */
  public clear(): void {
    this.known.clear();
    this.bodies = 0;
  }
}

/** Whose lines begin with a prefix. */
export class KnownPlaces {
  private readonly places = new Map<string, SignalPlace>();

  public of(prefix: string, make: () => SignalPlace): SignalPlace {
    const known = this.places.get(prefix);
    if (known !== undefined) return known;
    if (this.places.size >= MOST_BODIES) this.places.clear();
    const made = ownValueOf(make());
    this.places.set(ownText(prefix), made);
    return made;
  }

  public clear(): void {
    this.places.clear();
  }
}

/** The line of a failed request, around the client's address: all else is the same each time. */
export interface CutFailure {
  readonly head: string;
  readonly address: string;
  readonly tail: string;
}

/** The span in which requests fail. */
export const RESCUE = ':rescue{client.addr=';

/** @param at where that span begins */
export function cutFailure(body: string, at: number): CutFailure | undefined {
  const from = at + RESCUE.length;
  const end = body.indexOf('}', from);
  if (end < 0 || end > from + 50) return undefined;
  return { head: body.slice(0, at), address: body.slice(from, end), tail: body.slice(end) };
}
