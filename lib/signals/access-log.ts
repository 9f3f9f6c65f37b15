import { asText, type Fields } from '../kubernetes/fields';
import { addressOf } from './addresses';
import type { Seen, SeenRequest, SignalPlace } from './signal';

/** A line of the proxy's access log that tells of a refusal. */
export interface AccessLine {
  /** `undefined` if the request was let in. */
  readonly seen: Seen | undefined;
  readonly request: SeenRequest;
  readonly time: string;
}

const APACHE = /^(\S+:\d{1,5}) (\S+) - \[([^\]]+)\] "(\S+) (\S+) (HTTP\/[\d.]+|\S+)"(?: (\d{3}))?(?: |$)/;

/** `10.42.0.9:52222 web.shop.… - [2026-11-25T22:48:48Z] "GET /api HTTP/1.1" 403` */
export function apacheLine(body: string, place: SignalPlace): AccessLine | undefined {
  const match = APACHE.exec(body);
  if (match === null) return undefined;
  const [, address = '', id = '', time = '', method = '', uri = '', , status] = match;
  return accessLine({ address, id, time, method, uri, host: undefined, status: Number(status) }, place);
}

export function isAccessJson(object: Fields): boolean {
  return typeof object['client.addr'] === 'string' && typeof object.uri === 'string' && 'client.id' in object;
}

export function accessJson(object: Fields, place: SignalPlace): AccessLine {
  const text = (name: string): string => asText(object[name]) ?? '';
  const host = text('host');
  return accessLine(
    {
      address: text('client.addr'),
      id: text('client.id'),
      time: text('timestamp'),
      method: text('method'),
      uri: text('uri'),
      host: host === '' ? undefined : host,
      status: Number(object.status),
    },
    place,
  );
}

interface Parts {
  readonly address: string;
  readonly id: string;
  readonly time: string;
  readonly method: string;
  readonly uri: string;
  readonly host: string | undefined;
  readonly status: number;
}

/** The log has no port and no policy: a 403 may be the application's own. */
function accessLine({ address, id, time, method, uri, host, status }: Parts, place: SignalPlace): AccessLine {
  const [, authority, path] = /^[a-z][a-z+.-]*:\/\/([^/?#]*)([^#]*)/i.exec(uri) ?? [
    undefined,
    undefined,
    uri,
  ];
  const named = host ?? authority;
  const request = {
    path: path === undefined || path === '' ? '/' : path,
    method,
    ...(named === undefined || named === '' ? {} : { host: named }),
  };
  const isMeshed = id !== '-' && id !== '';
  const client = {
    // Without an identity it may have come by TLS or not: the log does not say.
    tls: isMeshed ? ('mesh' as const) : ('none' as const),
    ...(isMeshed ? { identity: id } : {}),
    ip: addressOf(address),
  };
  if (status !== 403) return { seen: undefined, request, time };
  return { seen: { kind: 'forbidden', source: 'access-log', place, client, layer: 'http' }, request, time };
}
