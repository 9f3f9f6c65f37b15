import { asFields, asList, asText, isFields, valueAt, type Fields } from '../kubernetes/fields';
import { portNumber, portOf } from './addresses';
import { decisionIn, failureOf, type FailedRequest, type ProxyEvent } from './proxy-event';

/** Whether an object is a line of the proxy's JSON log. */
export function isProxyJson(object: Fields): boolean {
  return isFields(object.fields) && typeof object.level === 'string' && typeof object.target === 'string';
}

export function jsonEvent(object: Fields): ProxyEvent {
  const fields = asFields(object.fields);
  return {
    message: asText(fields.message) ?? '',
    port: spansPort(object),
    field: (name) => asText(fields[name]),
  };
}

/** The failed request or connection that an object tells. */
export function jsonFailure(
  object: Fields,
): (FailedRequest & { readonly port: number | undefined }) | undefined {
  const fields = asFields(object.fields);
  const error = asText(fields.error);
  const known = error === undefined ? undefined : decisionIn(error);
  if (error === undefined || known === undefined) return undefined;
  const spans = asList(object.spans);
  const inSpan = spans.flatMap((span) => asText(valueAt(span, 'client.addr')) ?? []).at(-1);
  const failure = failureOf(known, error, inSpan ?? asText(fields['client.addr']), asText(fields.path));
  return { ...failure, port: spansPort(object) };
}

function spansPort(object: Fields): number | undefined {
  for (const span of [...asList(object.spans)].reverse()) {
    const [name, port] = [valueAt(span, 'name'), valueAt(span, 'port')];
    if (name === 'server' && port !== undefined) return portNumber(String(port));
    const listener = name === 'admin' ? asText(valueAt(span, 'listen.addr')) : undefined;
    if (listener !== undefined) return portOf(listener);
  }
  return undefined;
}
