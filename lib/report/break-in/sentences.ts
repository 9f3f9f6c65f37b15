import type { Domain } from '../../sets/plain-words';
import type { JailSurface, WayIn } from '../../questions/break-in/break-in';

export interface BreakInOptions {
  readonly domain: Domain;
  /** Arguments after FROM and TO that make `can` read the same manifests. */
  readonly input: readonly string[];
  readonly color: boolean;
}

export function waysIn(surfaces: readonly JailSurface[]): readonly WayIn[] {
  return surfaces.flatMap(({ ways }) => ways);
}

/** The answer in one line. */
export function breakInSummary(surfaces: readonly JailSurface[]): string {
  const count = waysIn(surfaces).length;
  return `${count} ${count === 1 ? 'way' : 'ways'} in`;
}
