import type { SourceObject } from '../../kubernetes/object';
import { groupOf } from '../../kubernetes/references';

/** As kubectl takes them; a Server with its version, since older ones have no `accessPolicy`. */
const RESOURCES: Readonly<Record<string, string>> = {
  'policy.linkerd.io/Server': 'servers.policy.linkerd.io',
  'policy.linkerd.io/AuthorizationPolicy': 'authorizationpolicies.policy.linkerd.io',
  'policy.linkerd.io/ServerAuthorization': 'serverauthorizations.policy.linkerd.io',
  'policy.linkerd.io/MeshTLSAuthentication': 'meshtlsauthentications.policy.linkerd.io',
  'policy.linkerd.io/NetworkAuthentication': 'networkauthentications.policy.linkerd.io',
  'policy.linkerd.io/HTTPLocalRateLimitPolicy': 'httplocalratelimitpolicies.policy.linkerd.io',
};

export const SERVERS = 'servers.v1beta3.policy.linkerd.io';

/** `servers.policy.linkerd.io/http` */
export function kubectlResource({ object }: SourceObject): string {
  const { kind, apiVersion, metadata } = object;
  const group = groupOf(apiVersion);
  const guessed = group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}s.${group}`;
  return `${RESOURCES[`${group}/${kind}`] ?? guessed}/${metadata.name}`;
}

/** The same to patch fields of a Server that only its newest version has. */
export function patchedName(source: SourceObject): string {
  const { kind, metadata } = source.object;
  const name = kubectlResource(source);
  return name.startsWith('servers.policy.linkerd.io/') && kind === 'Server'
    ? `${SERVERS}/${metadata.name}`
    : name;
}
