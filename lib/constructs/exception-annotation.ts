import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { formatExceptionTerms, type ClientSubject } from '../linkerd/exception-terms';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import type { Client } from './client';

/**
 * States on an authorization whom it is meant to let in from outside, so that `namespace-jail break-in` can tell an
 * exception that somebody wrote down from a hole that somebody made later. The proxy's admin port needs no such
 * statement, and the namespace's own clients are no exception.
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
