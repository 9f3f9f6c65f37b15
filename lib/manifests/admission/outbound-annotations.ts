import type { KubeObject } from '../object';
import { complain, type Complaint } from './rule';

interface Grammar {
  readonly accepts: (value: string) => boolean;
  readonly must: string;
}

const DURATION: Grammar = {
  accepts: (value) => /^\s*(0|\d+(ms|s|m|h|d))\s*$/.test(value),
  must: 'be one whole number with the unit ms, s, m, h or d, such as 300ms',
};

const LIMIT: Grammar = {
  accepts: (value) => /^\+?\d{1,20}$/.test(value) && Number(value) <= 65535,
  must: 'be a whole number from 0 to 65535',
};

const HTTP_STATUSES: Grammar = {
  accepts: (value) => value.split(',').every(isStatusRange),
  must: 'be a list, with commas and without blanks, of 5xx, gateway-error, statuses such as 503, or ranges such as 500-504',
};

const GRPC_CODES = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

const GRPC_STATUSES: Grammar = {
  accepts: (value) => value.split(',').every((code) => GRPC_CODES.includes(code.toLowerCase())),
  must: `be a list, with commas and without blanks, of ${GRPC_CODES.join(', ')}`,
};

const SHARED: readonly (readonly [string, Grammar])[] = [
  ['timeout.linkerd.io/request', DURATION],
  ['timeout.linkerd.io/response', DURATION],
  ['timeout.linkerd.io/idle', DURATION],
  ['retry.linkerd.io/timeout', DURATION],
  ['retry.linkerd.io/limit', LIMIT],
];

/** Timeouts and retries of routes to Services and EgressNetworks (rule W28). Other keys are not read. */
export function outboundAnnotationComplaints({ kind, metadata }: KubeObject): Complaint[] {
  const own: readonly [string, Grammar] =
    kind === 'GRPCRoute'
      ? ['retry.linkerd.io/grpc', GRPC_STATUSES]
      : ['retry.linkerd.io/http', HTTP_STATUSES];
  const annotations = metadata.annotations ?? {};
  return [...SHARED, own].flatMap(([key, { accepts, must }]) => {
    const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
    if (value === undefined || accepts(value)) return [];
    return [complain(`metadata.annotations["${key}"]`, value, must)];
  });
}

function isStatusRange(text: string): boolean {
  if (/^(5xx|gateway-error)$/i.test(text)) return true;
  const match = /^(\d{3})(?:-(\d{3}))?$/.exec(text);
  if (match === null) return false;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return from >= 100 && to <= 599 && from <= to;
}
