import type { ProxyProtocolName } from '../linkerd/protocol';

/** What speaks for a protocol, from the weightiest to the lightest. */
const WEIGHTS = ['opaque', 'appProtocol', 'webhook', 'name', 'scrape', 'probe', 'ingress', 'number'] as const;

/** One reason to take a port for a protocol. */
export interface Evidence {
  readonly weight: (typeof WEIGHTS)[number];
  readonly protocol: ProxyProtocolName;
  /** What says so, such as `the name of the Service port`. */
  readonly from: string;
}

/** The protocol of a port, with what it was inferred from. */
export interface Inferred {
  readonly protocol: ProxyProtocolName;
  readonly from: string;
  /** Said where the reason is a weak one. */
  readonly guess?: string;
  /** Said where reasons contradict each other. */
  readonly doubt?: string;
}

/** Reasons that are seen at work: somebody does speak this to the port. */
const SPOKEN: readonly Evidence['weight'][] = ['probe', 'scrape'];
/** Reasons that are only likely. */
const WEAK: readonly Evidence['weight'][] = ['ingress', 'number'];

/**
 * The weightiest reason decides. Where a probe or scrape speaks something that the proxy would not let through then,
 * the proxy is left to detect it: wrong in one direction costs a detection, in the other the port.
 */
export function inferProtocol(evidence: readonly Evidence[]): Inferred {
  const sorted = [...evidence].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const [best] = sorted;
  if (best === undefined)
    return { protocol: 'unknown', from: 'nothing tells what it speaks: the proxy detects it' };
  if (best.weight === 'opaque') return { protocol: 'opaque', from: best.from };
  const other = sorted.find(
    ({ weight, protocol }) => SPOKEN.includes(weight) && !carries(best.protocol, protocol),
  );
  if (other !== undefined) {
    return {
      protocol: 'unknown',
      from: `${best.from} and ${other.from} contradict each other`,
      doubt: `${best.from} says ${best.protocol}, ${other.from} ${other.protocol}; the proxy detects what is spoken`,
    };
  }
  const guess = WEAK.includes(best.weight) ? `${best.protocol}, from ${best.from} alone` : undefined;
  return { protocol: best.protocol, from: best.from, ...(guess === undefined ? {} : { guess }) };
}

/** Whether a port declared as one protocol carries unmeshed clients of another (linkerd-policy 8.1, column C). */
function carries(declared: ProxyProtocolName, spoken: ProxyProtocolName): boolean {
  return declared === spoken || declared === 'unknown';
}
