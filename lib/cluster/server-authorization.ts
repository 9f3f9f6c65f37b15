import type { LinkerdConfig } from '../linkerd/config';
import { parseIdentity, workloadIdentity, type IdentityMatch } from '../linkerd/identity';
import { matchesSelector } from '../kubernetes/selector';
import { valueAt, asFields, isFields, asList, asText } from '../kubernetes/fields';
import { shortName, type SourceObject } from '../kubernetes/object';
import {
  ANYONE,
  clientAuthorization,
  type ClientAuthentication,
  type ClientAuthorization,
  type IneffectiveObject,
} from './client-authorization';
import { decodeNetworks, decodeSelector } from './field-decoders';
import type { Server } from './server';
import { networksOf } from '../linkerd/network-match';

/** A ServerAuthorization, resolved once for all Servers it may select (linkerd-policy 3.7). */
export interface ServerAuthorization {
  readonly source: SourceObject;
  readonly selects: (server: Server) => boolean;
  readonly authorization: ClientAuthorization | IneffectiveObject;
}

export function decodeServerAuthorization(
  source: SourceObject,
  namespace: string,
  config: LinkerdConfig,
): ServerAuthorization {
  const spec = asFields(source.object.spec);
  const name = shortName(source.object);
  const selects = serverSelector(spec.server);
  const networks = decodeNetworks(valueAt(spec, 'client', 'networks'));
  const admits = admitted(asFields(spec.client), namespace, config);
  const problem =
    selects === undefined
      ? 'its server selector cannot be read'
      : networks === undefined
        ? 'its networks cannot be read'
        : undefined;
  if (problem !== undefined || typeof admits === 'string' || networks === undefined) {
    return {
      source,
      selects: selects ?? (() => true),
      authorization: { name, source, reason: problem ?? (typeof admits === 'string' ? admits : '') },
    };
  }
  // No networks means the cluster's networks, not all of them.
  const effective = networks.length === 0 ? networksOf(config.clusterNetworks) : networks;
  return {
    source,
    selects: selects ?? (() => false),
    authorization: clientAuthorization({ kind: 'object', source }, effective, admits),
  };
}

function serverSelector(server: unknown): ((server: Server) => boolean) | undefined {
  const name = asText(valueAt(server, 'name'));
  if (name !== undefined) return (candidate) => candidate.name === name;
  const selector = decodeSelector(valueAt(server, 'selector'));
  return selector === undefined ? undefined : (candidate) => matchesSelector(selector, candidate.labels);
}

/** Which clients the client section admits, or why the indexer ignores the object. */
function admitted(
  client: Record<string, unknown> | Readonly<Record<string, unknown>>,
  namespace: string,
  config: LinkerdConfig,
): ClientAuthentication | string {
  if (client.unauthenticated === true) return ANYONE;
  const tls = client.meshTLS;
  if (!isFields(tls)) return 'its client has neither unauthenticated nor meshTLS, so Linkerd ignores it';
  if (tls.unauthenticatedTLS === true) return { kind: 'tls' };
  const patterns: IdentityMatch[] = [
    ...asList(tls.identities).flatMap((identity) =>
      typeof identity === 'string' ? [parseIdentity(identity)] : [],
    ),
    ...asList(tls.serviceAccounts).map((account): IdentityMatch => {
      const accountNamespace = asText(valueAt(account, 'namespace')) ?? namespace;
      return {
        kind: 'exact',
        name: workloadIdentity(asText(valueAt(account, 'name')) ?? '', accountNamespace, config),
      };
    }),
  ];
  if (patterns.length === 0) return 'its meshTLS names no identity, so Linkerd ignores it';
  return { kind: 'identities', patterns };
}
