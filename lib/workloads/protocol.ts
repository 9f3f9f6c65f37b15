import type { ProxyProtocolName } from '../linkerd/protocol';

/** Kinds of evidence for a protocol, from the strongest to the weakest. */
const WEIGHTS = [
  'opaque',
  'appProtocol',
  'webhook',
  'name',
  'scrape',
  'probe',
  'backend',
  'ingress',
  'number',
] as const;

/** One reason to assume a protocol for a port. */
export interface Evidence {
  readonly weight: (typeof WEIGHTS)[number];
  readonly protocol: ProxyProtocolName;
  /** The source, such as `the name of the Service port`. */
  readonly from: string;
  /** Whether it is what one of the Service ports in front says: they all lead to the one port. @default false */
  readonly ofServicePort?: boolean;
}

/** A port's protocol and what it was inferred from. */
export interface Inferred {
  readonly protocol: ProxyProtocolName;
  readonly from: string;
  /** Set if the evidence is weak. */
  readonly guess?: string;
  /** Set if the evidence conflicts. */
  readonly doubt?: string;
}

/** Evidence from actual use: somebody does speak this to the port. */
const SPOKEN: readonly Evidence['weight'][] = ['webhook', 'probe', 'scrape', 'backend'];
/** Evidence that is only likely. */
const WEAK: readonly Evidence['weight'][] = ['ingress', 'number'];

/**
 * The strongest evidence decides. If other evidence as strong, another Service port, or somebody's actual use says what
 * the proxy would then refuse, the proxy is left to detect it: an unnecessary detection costs little, a wrong protocol
 * costs the port, in audit mode too.
 */
export function inferProtocol(evidence: readonly Evidence[]): Inferred {
  const sorted = [...evidence].sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight));
  const [best] = sorted;
  if (best === undefined)
    return { protocol: 'unknown', from: 'nothing says what it speaks; the proxy detects it' };
  if (best.weight === 'opaque') return { protocol: 'opaque', from: best.from };
  const other = sorted.find((rival) => competes(best, rival) && !carries(best.protocol, rival.protocol));
  if (other !== undefined) {
    return {
      protocol: 'unknown',
      from: `${best.from} and ${other.from} disagree`,
      doubt: `${best.from} says ${best.protocol}, ${other.from} says ${other.protocol}; the proxy detects the protocol`,
    };
  }
  const guess = WEAK.includes(best.weight) ? `${best.protocol}, from ${best.from} alone` : undefined;
  return { protocol: best.protocol, from: best.from, ...(guess === undefined ? {} : { guess }) };
}

function competes(best: Evidence, rival: Evidence): boolean {
  if (rival.weight === best.weight || SPOKEN.includes(rival.weight)) return true;
  // Whoever speaks this may not be all who call the port: a name, or an Ingress, may mean others
  if (SPOKEN.includes(best.weight)) return rival.weight !== 'number';
  return best.ofServicePort === true && rival.ofServicePort === true;
}

/** Whether a port declared as one protocol carries unmeshed clients of another (linkerd-policy 8.1, column C). */
function carries(declared: ProxyProtocolName, spoken: ProxyProtocolName): boolean {
  return declared === spoken || declared === 'unknown' || (declared === 'HTTP/2' && spoken === 'gRPC');
}
