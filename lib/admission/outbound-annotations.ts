import { asText, ownValue } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { complain, type Complaint } from './rule';

interface Grammar {
  readonly accepts: (value: string) => boolean;
  readonly must: string;
}

const DURATION: Grammar = {
  accepts: (value) => durationOf(value) !== undefined,
  must: 'be a single whole number with the unit ms, s, m, h or d, such as 300ms',
};

const LIMIT: Grammar = {
  accepts: (value) => isCount(value, 65535),
  must: 'be a whole number from 0 to 65535',
};

const HTTP_STATUSES: Grammar = {
  accepts: (value) => value.split(',').every(isStatusRange),
  must: 'be a list, with commas but no blanks, of 5xx, gateway-error, statuses such as 503, or ranges such as 500-504',
};

const GRPC_CODES = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

const GRPC_STATUSES: Grammar = {
  accepts: (value) => value.split(',').every((code) => GRPC_CODES.includes(code.toLowerCase())),
  must: `be a list, with commas but no blanks, of ${GRPC_CODES.join(', ')}`,
};

const ROUTE: readonly (readonly [string, Grammar])[] = [
  ['timeout.linkerd.io/request', DURATION],
  ['timeout.linkerd.io/response', DURATION],
  ['timeout.linkerd.io/idle', DURATION],
  ['retry.linkerd.io/timeout', DURATION],
  ['retry.linkerd.io/limit', LIMIT],
];

/**
 * Timeouts and retries of routes to Services and EgressNetworks (rule W28). Other keys are not read, those of circuit
 * breaking among them.
 */
export function outboundAnnotationComplaints({ kind, metadata }: KubeObject): Complaint[] {
  const annotations = metadata.annotations ?? {};
  const read = (key: string): string | undefined => asText(ownValue(annotations, key));
  const wrong = (grammars: readonly (readonly [string, Grammar])[]): Complaint[] =>
    grammars.flatMap(([key, { accepts, must }]) => {
      const value = read(key);
      return value === undefined || accepts(value) ? [] : [complain(placeOf(key), value, must)];
    });
  const retry: readonly [string, Grammar] =
    kind === 'GRPCRoute'
      ? ['retry.linkerd.io/grpc', GRPC_STATUSES]
      : ['retry.linkerd.io/http', HTTP_STATUSES];
  return wrong([...ROUTE, retry]);
}

function placeOf(key: string): string {
  return `metadata.annotations["${key}"]`;
}

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ms', 1n],
  ['s', 1000n],
  ['m', 60_000n],
  ['h', 3_600_000n],
  ['d', 86_400_000n],
]);

/** Milliseconds of a duration in Linkerd's annotations; it must fit into 64 bits. */
function durationOf(value: string): number | undefined {
  const match = /^\+?(\d{1,40})(ms|s|m|h|d)?$/.exec(value.trim());
  if (match === null) return undefined;
  const count = BigInt(match[1] ?? '');
  if (match[2] === undefined) return count === 0n ? 0 : undefined;
  const milliseconds = count * (UNITS.get(match[2]) ?? 0n);
  return milliseconds < 2n ** 64n ? Number(milliseconds) : undefined;
}

function isCount(value: string, most: number): boolean {
  return /^\+?\d{1,40}$/.test(value) && Number(value) <= most;
}

function isStatusRange(value: string): boolean {
  if (/^(5xx|gateway-error)$/i.test(value)) return true;
  const match = /^\+?(\d{1,40})(?:-\+?(\d{1,40}))?$/.exec(value);
  if (match === null) return false;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return from >= 100 && to <= 599 && from <= to;
}
