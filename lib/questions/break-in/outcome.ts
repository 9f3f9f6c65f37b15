import type { ClientSet } from '../../sets/client-set';
import type { AcceptedOpening, AcceptedUnjudged, Baseline } from './baseline';
import type { DeclaredException, JailSurface, WayIn } from './jail-surface';

/** What makes the answer "no", from the mildest to the strictest. */
export const BREAK_IN_FAIL_ON = ['undeclared', 'anonymous', 'any'] as const;

export type BreakInFailOn = (typeof BREAK_IN_FAIL_ON)[number];

/** How many openings there are of each kind. */
export interface Tally {
  /** Ways in that nobody declared. */
  readonly undeclared: number;
  /** Ways in that the baseline accepts. */
  readonly accepted: number;
  /** Those of them that let clients in without an identity. */
  readonly acceptedAnonymous: number;
  /** Declared exceptions, but those for the admin port alone. */
  readonly declared: number;
  readonly declaredAnonymous: number;
  /** Exceptions that let outsiders in to the proxy's admin port and nowhere else. */
  readonly adminPort: number;
}

export function waysIn(surfaces: readonly JailSurface[]): readonly WayIn[] {
  return surfaces.flatMap(({ ways }) => ways);
}

export function tally(surfaces: readonly JailSurface[]): Tally {
  const exceptions = surfaces.flatMap((surface) => surface.exceptions);
  const declared = exceptions.filter((exception) => !isForAdminPort(exception));
  const accepted = surfaces.flatMap((surface) => surface.accepted);
  const anonymous = (all: readonly { readonly clients: ClientSet }[]): number =>
    all.filter(({ clients }) => admitsAnonymous(clients)).length;
  return {
    undeclared: waysIn(surfaces).length,
    accepted: accepted.length,
    acceptedAnonymous: anonymous(accepted),
    declared: declared.length,
    declaredAnonymous: anonymous(declared),
    adminPort: exceptions.length - declared.length,
  };
}

/** Whether the answer is "no". */
export function breakInFails(surfaces: readonly JailSurface[], failOn: BreakInFailOn): boolean {
  const { undeclared, accepted, acceptedAnonymous, declared, declaredAnonymous } = tally(surfaces);
  switch (failOn) {
    case 'undeclared':
      return undeclared > 0;
    case 'anonymous':
      return undeclared + acceptedAnonymous + declaredAnonymous > 0;
    case 'any':
      return undeclared + accepted + declared > 0;
  }
}

/** Linkerd's own guide opens the admin port to everyone, for probes and metrics. */
export function isForAdminPort({ ports }: DeclaredException): boolean {
  return (
    ports.length > 0 &&
    ports.every(({ workload, ports: own }) =>
      own.ranges.every((range) => isOnly(range, workload.pod.proxyPorts.admin)),
    )
  );
}

function isOnly([first, last]: readonly [number, number], port: number): boolean {
  return first === port && last === port;
}

/** Whether clients get in whom no identity names: whoever reaches the port from the right network. */
function admitsAnonymous({ boxes }: ClientSet): boolean {
  return boxes.some(({ peers }) => peers.withoutTls || peers.unauthenticatedTls);
}

/**
 * Entries that accept nothing any more.
 *
 * @param unjudged objects that were not judged, as `kind/namespace/name`
 * @param asked the namespaces that were asked for; if empty, all
 */
export function staleEntries(
  { openings, unjudged: entries }: Baseline,
  surfaces: readonly JailSurface[],
  unjudged: readonly string[],
  asked: readonly string[],
): readonly (AcceptedOpening | AcceptedUnjudged)[] {
  const used = new Set(surfaces.flatMap(({ accepted }) => accepted.map(({ entry }) => entry)));
  const isAsked = (path: string): boolean => asked.length === 0 || asked.includes(path.split('/')[1] ?? '');
  const known = unjudged.map((path) => path.toLowerCase());
  return [
    ...openings.filter((entry) => isAsked(entry.object) && !used.has(entry)),
    ...entries.filter(({ notJudged }) => isAsked(notJudged) && !known.includes(notJudged.toLowerCase())),
  ];
}
