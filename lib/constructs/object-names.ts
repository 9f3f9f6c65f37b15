import { createHash } from 'node:crypto';
import type { NetworkItem } from '../linkerd/network';
import { PROXY_PORT_NAMES } from '../linkerd/ports';
import type { LabelSelector } from '../kubernetes/selector';
import type { Client } from './client';

/** Authorization names are kept short: they appear in logs and metrics. */
const LONGEST = 63;

/**
 * The name of a port's Server, derived only from the port and its selector: the port's name, `port-8080` for a
 * number, `admin` for the proxy's own port; followed by the selector's requirements, if it has any.
 */
export function serverName(port: number | string, selector: LabelSelector): string {
  const base = portWord(port);
  const words = [
    ...Object.values(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(
      ({ key, operator, values = [] }) =>
        `${operator === 'NotIn' || operator === 'DoesNotExist' ? 'not-' : ''}${[...(values.length === 0 ? [key] : values)].join('-')}`,
    ),
  ].filter((word) => word !== '');
  return words.length === 0 ? base : slug(`${base}-${words.join('-')}`, /[^a-z0-9-]+/g);
}

function portWord(port: number | string): string {
  if (typeof port === 'number') return `port-${port}`;
  if (port === PROXY_PORT_NAMES.admin) return 'admin';
  return port === 'admin' ? 'port-admin' : port;
}

/** A client's part in the names of the objects that admit it. */
export function clientName(client: Client, ownNamespace: string): string {
  const who = whoName(client, ownNamespace);
  if (client._networks.length === 0) return who;
  const networks = networksName(client._networks);
  return client._who.kind === 'anyone' ? networks : slug(`${who}-from-${networks}`);
}

/** The identity part of a client: the name of its MeshTLSAuthentication. */
export function whoName(client: Client, ownNamespace: string): string {
  const who = client._who;
  switch (who.kind) {
    case 'anyone':
      return 'everyone';
    case 'anyMeshed':
      return 'any-meshed';
    case 'namespace':
      return who.namespace === ownNamespace ? 'ns-only' : slug(`namespace-${who.namespace}`);
    case 'serviceAccount':
      return slug(`${who.name}.${who.namespace}`);
    case 'identity':
      return slug(`id-${who.identity}`);
  }
}

/** The network part of a client: the name of its NetworkAuthentication. */
export function networksName(networks: readonly NetworkItem[]): string {
  const texts = networks.map(({ cidr, except = [] }) => [cidr, ...except].join('-except-')).sort();
  return slug(`net-${texts.join('-')}`.replaceAll('/', '-'));
}

/**
 * A text as an object name. Where characters had to go (or the end of a long text), eight hex digits of the text's
 * hash keep two texts apart.
 */
export function slug(text: string, unfit = /[^a-z0-9.-]+/g): string {
  const plain = text.replaceAll(':', '-');
  const name = plain
    .toLowerCase()
    .replaceAll(unfit, '-')
    .replaceAll(/[-.]*[.][-.]*/g, (dots) => (dots === '.' ? '.' : '-'))
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  if (name === plain && name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.slice(0, LONGEST - 9).replace(/[-.]+$/, '')}-${digest}`;
}
