import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { formatExceptionTerms, type ClientSubject } from '../linkerd/exception-terms';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import type { Client } from './client';

/**
 * Records on an authorization which outsiders it is meant to let in, so that `namespace-jail break-in` can tell a
 * declared exception from a hole made later. The proxy's admin port needs no such record, and the namespace's own
 * clients are not an exception.
 */
export function exceptionAnnotation(
  { _who: who, _networks: networks }: Client,
  port: number | string,
  namespace: string,
): Readonly<Record<string, string>> | undefined {
  if (port === PROXY_PORT_NAMES.admin || port === PROXY_PORTS.admin || isOwn(who, namespace))
    return undefined;
  const terms = networks.length === 0 ? [{ who }] : networks.map((from) => ({ who, from }));
  return { [EXCEPTION_ANNOTATION]: formatExceptionTerms(terms) };
}

function isOwn(who: ClientSubject, namespace: string): boolean {
  return (who.kind === 'namespace' || who.kind === 'serviceAccount') && who.namespace === namespace;
}
