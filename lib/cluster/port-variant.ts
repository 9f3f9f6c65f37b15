import type { InboundPolicy } from './inbound-policy';
import type { Condition } from './unknown';

/** A policy that a port may have, and what must be the case for that. */
export interface PortVariant {
  readonly policy: InboundPolicy;
  readonly when: readonly Condition[];
}
