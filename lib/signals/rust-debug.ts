import { ownValue } from '../kubernetes/fields';
import type { SignalClient } from './signal';

type Tls = Pick<SignalClient, 'tls' | 'identity' | 'noTls' | 'sni'>;

/** The proxy's reasons in its log, and the words of its metrics. */
const REASONS: Readonly<Record<string, string>> = {
  NoClientHello: 'no_tls_from_remote',
  Loopback: 'loopback',
  PortSkipped: 'port_skipped',
  Disabled: 'disabled',
};

/**
 * What the proxy's log says of a client's TLS, in Rust's notation; `undefined` if it says nothing known. The notation of
 * identities differs from version to version, so the name is what stands in the first quotes.
 */
export function tlsOfDebug(text: string): Tls | undefined {
  const none = /^None\((\w+)/.exec(text)?.[1];
  if (none !== undefined) return { tls: 'none', noTls: ownValue(REASONS, none) ?? none };
  if (text.startsWith('Some(Passthru')) {
    const sni = quoted(text, 0);
    return sni === undefined ? { tls: 'none' } : { tls: 'none', sni };
  }
  if (!text.startsWith('Some(Established')) return undefined;
  const at = text.indexOf('client_id: Some(');
  if (at < 0) return text.includes('client_id: None') ? { tls: 'unauthenticated-tls' } : undefined;
  const identity = text.includes('Uri(Url', at) ? urlOf(text.slice(at)) : quoted(text, at);
  return identity === undefined ? undefined : { tls: 'mesh', identity };
}

/** A URL, of which Rust shows the parts: a SPIFFE id has a scheme, a host and a path. */
function urlOf(text: string): string | undefined {
  const scheme = /scheme: "([^"]*)"/.exec(text)?.[1];
  const host = /host: Some\((?:Domain\()?"([^"]*)"/.exec(text)?.[1];
  const path = /path: "([^"]*)"/.exec(text)?.[1] ?? '';
  return scheme === undefined || host === undefined ? quoted(text, 0) : `${scheme}://${host}${path}`;
}

/** The first quoted text after a place. */
function quoted(text: string, from: number): string | undefined {
  const at = text.indexOf('"', from);
  return at < 0 ? undefined : unescaped(text, at);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

/** The text of Rust's string literal that begins at a quote; `undefined` if it does not end. */
export function unescaped(text: string, quote: number): string | undefined {
  const end = text.indexOf('"', quote + 1);
  const plain = text.slice(quote + 1, end);
  if (end >= 0 && !plain.includes('\\')) return plain;
  let value = '';
  for (let at = quote + 1; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter === '"') return value;
    if (letter !== '\\') {
      value += letter;
      continue;
    }
    at += 1;
    const code = /^u\{([0-9a-f]{1,6})\}/i.exec(text.slice(at, at + 10));
    if (code?.[1] !== undefined && parseInt(code[1], 16) <= 0x10ffff) {
      value += String.fromCodePoint(parseInt(code[1], 16));
      at += code[0].length - 1;
    } else value += ESCAPES[text[at] ?? ''] ?? text[at] ?? '';
  }
  return undefined;
}
