import { portNumber, portOf } from './addresses';
import { decisionIn, failureOf, POLICY_MESSAGES, type FailedRequest, type ProxyEvent } from './proxy-event';
import { unescaped } from './rust-debug';

/** The start of a line of the proxy's plain log: how long it has been up, and a level. */
export const PLAIN_START = /^\[\s*\d+\.\d+s\]\s+(?:TRACE|DEBUG|INFO|WARN|ERROR)\s/;

/** The same without its brackets, as proxies before 2.9 wrote it, or with wall time. */
export const LEVEL_START = /^(?:TRACE|DEBUG|INFO|WARN|ERROR)\s/;

/** The policy decision that a line tells, from after its level on; `undefined` if it tells none. */
export function plainEvent(body: string): ProxyEvent | undefined {
  if (!body.includes('policy')) return undefined;
  for (const message of POLICY_MESSAGES) {
    const at = body.indexOf(`: ${message} `);
    // What a client sends comes last, in quotes: it cannot make a message of its own.
    if (at < 0 || body.lastIndexOf('"', at) >= 0) continue;
    const fields = body.slice(at + message.length + 2);
    return { message, port: spanPort(body.slice(0, at)), field: (name) => plainField(fields, name) };
  }
  return undefined;
}

/** The value of ` name=value`, which ends where the next field begins. */
function plainField(fields: string, name: string): string | undefined {
  const start = fields.indexOf(` ${name}=`);
  if (start < 0) return undefined;
  const from = start + name.length + 2;
  if (name !== 'tls' && name !== 'client.tls') {
    const space = fields.indexOf(' ', from);
    return fields.slice(from, space < 0 ? undefined : space);
  }
  // Only Rust's notation has spaces: its brackets tell where it ends.
  let depth = 0;
  let isQuoted = false;
  for (let at = from; at < fields.length; at++) {
    const letter = fields[at];
    if (isQuoted && letter === '\\') at += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (letter === '(' || letter === '{') depth += 1;
    else if (letter === ')' || letter === '}') depth -= 1;
    else if (letter === ' ' && depth === 0) return fields.slice(from, at);
  }
  return fields.slice(from);
}

/** The port of the span of a server, or of a listener of the proxy's own. */
function spanPort(spans: string): number | undefined {
  const at = spans.lastIndexOf('server{');
  if (at >= 0) {
    const end = spans.indexOf('}', at);
    // The usual span has nothing else.
    const only = spans.startsWith('port=', at + 7) ? Number(spans.slice(at + 12, end)) : NaN;
    if (only >= 1 && only <= 65535) return only;
    const own = /\bport=(\d{1,5})/.exec(spans.slice(at, end))?.[1];
    if (own !== undefined) return portNumber(own);
  }
  if (!spans.includes('daemon:admin{')) return undefined;
  const listener = /\bdaemon:admin\{[^}]*?listen\.addr=([^}\s]+)\}/.exec(spans)?.[1];
  return listener === undefined ? undefined : portOf(listener);
}

/** Whether a line is about what its own pod calls: other proxies decide about that. */
export function isOutbound(body: string): boolean {
  return body.startsWith('outbound:') || body.startsWith('outbound{');
}

/** The failed request or connection that a line tells, with the port of its span. */
export function plainFailure(
  body: string,
): (FailedRequest & { readonly port: number | undefined }) | undefined {
  const at = isOutbound(body) ? -1 : body.indexOf(' error=');
  if (at < 0) return undefined;
  const quote = body.indexOf(' path="', at);
  const error = body.slice(at + 7, quote < 0 ? undefined : quote);
  const known = decisionIn(error);
  if (known === undefined) return undefined;
  const spans = body.slice(0, at);
  const path = quote < 0 ? undefined : unescaped(body, quote + 6);
  const addressed = addressIn(spans) ?? addressIn(error);
  const failure = failureOf(known, error, addressed, path);
  return { ...failure, port: spanPort(spans) };
}

/** The value of `client.addr=`, of the innermost span. */
function addressIn(text: string): string | undefined {
  const at = text.lastIndexOf('client.addr=');
  if (at < 0) return undefined;
  const from = at + 12;
  let end = from;
  while (end < text.length && !isEnd(text.charCodeAt(end))) end += 1;
  return text.slice(from, end);
}

/** A space, or the bracket that closes a span. */
function isEnd(code: number): boolean {
  return code === 32 || code === 125;
}
