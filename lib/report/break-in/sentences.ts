import type { BreakInFailOn, Tally } from '../../questions/break-in/outcome';
import { tally } from '../../questions/break-in/outcome';
import type { JailSurface } from '../../questions/break-in/jail-surface';
import type { Domain } from '../../sets/plain-words';

export interface BreakInOptions {
  readonly domain: Domain;
  /** Arguments after FROM and TO that make `can` read the same manifests. */
  readonly input: readonly string[];
  readonly color: boolean;
  /** What makes the answer "no". @default undeclared */
  readonly failOn?: BreakInFailOn;
  /** Namespaces that were left to Linkerd's own charts. @default none */
  readonly leftOut?: readonly string[];
}

/** The answer in one line. */
export function breakInSummary(surfaces: readonly JailSurface[]): string {
  const { undeclared, accepted, acceptedAnonymous, declared, declaredAnonymous, adminPort } = tally(surfaces);
  const parts = [
    `${undeclared} undeclared ${undeclared === 1 ? 'way' : 'ways'} in`,
    ...(accepted === 0
      ? []
      : [`${accepted} accepted by the baseline${anonymousWords(accepted, acceptedAnonymous)}`]),
    `${declared} declared ${declared === 1 ? 'exception' : 'exceptions'}${anonymousWords(declared, declaredAnonymous)}`,
  ];
  return `${parts.join(', ')}${adminWords({ adminPort })}`;
}

function anonymousWords(all: number, anonymous: number): string {
  if (anonymous === 0) return '';
  return all === 1 ? ', without an identity' : `, ${anonymous} of them without an identity`;
}

function adminWords({ adminPort }: Pick<Tally, 'adminPort'>): string {
  return adminPort === 0 ? '' : `, and ${adminPort} for the admin port alone`;
}
