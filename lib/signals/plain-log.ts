import { portNumber, portOf } from './addresses';
import { failureIn, POLICY_MESSAGES, type FailedRequest, type ProxyEvent } from './proxy-event';
import { unescaped } from './rust-debug';

/** The start of a line of the proxy's plain log: how long it has been up, and a level. */
export const PLAIN_START = /^\[\s*\d+\.\d+s\]\s+(?:TRACE|DEBUG|INFO|WARN|ERROR)\s/;

/** The same without its brackets, as proxies before 2.9 wrote it, or with wall time. */
export const LEVEL_START = /^(?:TRACE|DEBUG|INFO|WARN|ERROR)\s/;

/** The policy decision that a line tells, from after its level on; `undefined` if it tells none. */
export function plainEvent(body: string): ProxyEvent | undefined {
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
export function spanPort(spans: string): number | undefined {
  const own = /\bserver\{[^}]*?\bport=(\d{1,5})/.exec(spans)?.[1];
  if (own !== undefined) return portNumber(own);
  const listener = /\bdaemon:admin\{[^}]*?listen\.addr=([^}\s]+)\}/.exec(spans)?.[1];
  return listener === undefined ? undefined : portOf(listener);
}

/** The failed request or connection that a line tells, with the port of its span. */
export function plainFailure(
  body: string,
): (FailedRequest & { readonly port: number | undefined }) | undefined {
  const at = body.indexOf(' error=');
  if (at < 0) return undefined;
  const spans = body.slice(0, at);
  const quote = body.indexOf(' path="', at);
  const error = body.slice(at + 7, quote < 0 ? undefined : quote);
  const path = quote < 0 ? undefined : unescaped(body, quote + 6);
  const addressed = /\bclient\.addr=([^\s}]+)/.exec(spans)?.[1] ?? /\sclient\.addr=(\S+)/.exec(error)?.[1];
  const failure = failureIn(error, addressed, path);
  return failure === undefined ? undefined : { ...failure, port: spanPort(spans) };
}
