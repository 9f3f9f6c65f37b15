import type { ReachVerdict } from '../can/can';

/** How a call fares in one state of the cluster. */
export interface Fate {
  readonly verdict: ReachVerdict;
  readonly because: string;
}
