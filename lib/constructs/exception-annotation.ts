import { EXCEPTION_ANNOTATION } from '../linkerd/annotations';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import { nameOf, type Client, type ClientSubject } from './client';

/**
 * States on an authorization whom it is meant to let in from outside, so that `namespace-jail break-in` can tell an
 * exception that somebody wrote down from a hole that somebody made later. The proxy's admin port needs no such
 * statement, and the namespace's own clients are no exception.
 */
export function exceptionAnnotation(
  client: Client,
  port: number | string,
  namespace: string,
): Readonly<Record<string, string>> | undefined {
  if (port === PROXY_PORT_NAMES.admin || port === PROXY_PORTS.admin || isOwn(client._who, namespace))
    return undefined;
  const who = client._who.kind === 'anyMeshed' ? 'any-meshed' : nameOf(client._who);
  if (client._networks.length === 0) return { [EXCEPTION_ANNOTATION]: who };
  const terms = client._networks.map(({ cidr, except }) => {
    const holes = except === undefined || except.length === 0 ? '' : ` except ${except.join(' ')}`;
    return `${who} from ${cidr}${holes}`;
  });
  return { [EXCEPTION_ANNOTATION]: terms.join(', ') };
}

function isOwn(who: ClientSubject, namespace: string): boolean {
  return (who.kind === 'namespace' || who.kind === 'serviceAccount') && who.namespace === namespace;
}
