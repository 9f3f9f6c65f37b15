import { ownValue } from '../kubernetes/fields';
import { addressOf, portOf } from './addresses';
import { tlsOfDebug } from './rust-debug';
import type { ResourceName, Seen, SignalKind, SignalPlace } from './signal';

/** One event of the proxy's log, in either of its formats. */
export interface ProxyEvent {
  readonly message: string;
  /** A field of the event; an empty one is there. */
  readonly field: (name: string) => string | undefined;
  /** The port of the span `server`, or that of the listener on the proxy's own server. */
  readonly port: number | undefined;
}

/** The messages that say who was let in or kept out. */
const MESSAGES: Readonly<Record<string, { readonly kind: SignalKind; readonly layer?: 'http' | 'tcp' }>> = {
  'Request denied': { kind: 'denied', layer: 'http' },
  'Connection denied': { kind: 'denied', layer: 'tcp' },
  'Connection terminated due to policy change': { kind: 'terminated', layer: 'tcp' },
  'Request allowed': { kind: 'audited' },
};

export const POLICY_MESSAGES: readonly string[] = Object.keys(MESSAGES);

/** What a decision of the policy says, `undefined` if the event has not what such events have. */
export function seenIn(event: ProxyEvent, place: SignalPlace): Seen | undefined {
  const known = ownValue(MESSAGES, event.message);
  if (known === undefined) return undefined;
  const route = resource(event, 'route');
  const authorization = resource(event, 'authz');
  const server = resource(event, 'server') ?? earlyServer(event);
  const tls = tlsOfDebug(event.field('client.tls') ?? event.field('tls') ?? '');
  if (server === undefined || tls === undefined) return undefined;
  // Audit is the one policy whose permits are told at this level; the others are told while debugging.
  const isAudit = authorization === undefined || authorization.name === 'audit';
  const kind = known.kind === 'audited' && !isAudit ? 'allowed' : known.kind;
  const address = event.field('client.ip') ?? event.field('client');
  return {
    kind,
    source: 'log',
    place,
    ...(event.port === undefined ? {} : { port: event.port }),
    server,
    ...(route === undefined ? {} : { route }),
    ...(authorization === undefined ? {} : { authorization }),
    client: { ...tls, ...(address === undefined ? {} : { ip: addressOf(address) }) },
    layer: known.layer ?? (route === undefined ? 'tcp' : 'http'),
  };
}

function resource({ field }: ProxyEvent, what: string): ResourceName | undefined {
  const [kind, name] = [field(`${what}.kind`), field(`${what}.name`)];
  if (kind === undefined || name === undefined) return undefined;
  return { group: field(`${what}.group`) ?? '', kind: kind.toLowerCase(), name };
}

/** Linkerd 2.11 has one field: a Server's name, or `default:deny`. */
function earlyServer({ field }: ProxyEvent): ResourceName | undefined {
  const text = field('server');
  if (text === undefined || text === '') return undefined;
  return serverNamed(text);
}

/** `http`, or `default:deny`. */
export function serverNamed(text: string): ResourceName {
  const [, name] = /^default:(.+)$/.exec(text) ?? [];
  return name === undefined
    ? { group: 'policy.linkerd.io', kind: 'server', name: text }
    : { group: '', kind: 'default', name };
}

/** What the line that follows a denial says of it: an error of a request or a connection, with the request's path. */
export interface FailedRequest {
  readonly kind: 'denied' | 'not-found' | 'rate-limited';
  readonly layer: 'http' | 'tcp';
  readonly ip?: string;
  readonly path?: string;
  readonly server?: ResourceName;
  /** The target's own address and port, where the error says them. */
  readonly target?: { readonly ip: string; readonly port: number };
}

type KnownError = readonly [text: string, kind: FailedRequest['kind'], layer: 'http' | 'tcp'];

const ERRORS: readonly KnownError[] = [
  ['unauthorized request on route', 'denied', 'http'],
  ['unauthorized connection on ', 'denied', 'tcp'],
  ['no route found for request', 'not-found', 'http'],
  ['rate limit exceeded', 'rate-limited', 'http'],
];

/** What an error says of who may do what; `undefined` for all others, such as those of the application. */
export function decisionIn(error: string): KnownError | undefined {
  return ERRORS.find(([text]) => error.includes(text));
}

/** The failed request or connection of such an error. */
export function failureOf(
  [text, kind, layer]: KnownError,
  error: string,
  clientAddress?: string,
  path?: string,
): FailedRequest {
  const [, serverKind, name] =
    text === 'unauthorized connection on ' ? (/ on (\w+)\/([^\s"]+)/.exec(error) ?? []) : [];
  // Only an error that is wrapped says whose it is.
  const [, addressed] = error.includes('server: ') ? (/server: (\S+:\d+): /.exec(error) ?? []) : [];
  const from = clientAddress ?? /client (\S+:\d+): /.exec(error)?.[1];
  const port = addressed === undefined ? undefined : portOf(addressed);
  return {
    kind,
    layer,
    ...(from === undefined ? {} : { ip: addressOf(from) }),
    ...(path === undefined ? {} : { path }),
    ...(serverKind === undefined || name === undefined
      ? {}
      : { server: { group: serverKind === 'default' ? '' : 'policy.linkerd.io', kind: serverKind, name } }),
    ...(addressed === undefined || port === undefined ? {} : { target: { ip: addressOf(addressed), port } }),
  };
}
