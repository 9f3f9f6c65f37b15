import { type PolicyTarget } from '../cluster/authorization-policy';
import type { ClientAuthorization } from '../cluster/client-authorization';
import type { Cluster } from '../cluster/cluster';
import { isEffective } from '../cluster/policy-index';
import type { Server } from '../cluster/server';
import { parseIdentity, type IdentityMatch } from '../linkerd/identity';
import { PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import { valueAt, asList } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf } from '../cluster/inventory';
import type { Path } from '../kubernetes/path';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { append, oncePer } from '../basics/collections';

/** An AuthorizationPolicy that has an effect, and its target. */
export interface EffectivePolicy {
  readonly source: SourceObject;
  readonly namespace: string;
  readonly target: PolicyTarget;
  readonly authorization: ClientAuthorization;
}

/** All effective policies, and the ones that require each authentication. */
interface PolicyIndex {
  readonly all: readonly EffectivePolicy[];
  readonly users: ReadonlyMap<SourceObject, readonly EffectivePolicy[]>;
}

const policyIndex = oncePer((cluster: Cluster): PolicyIndex => {
  const all = cluster
    .namespaceNames()
    .flatMap((namespace) =>
      cluster
        .policyOf(namespace)
        .authorizationPolicies.flatMap(({ source, target, authorization }) =>
          isEffective(authorization) ? [{ source, namespace, target, authorization }] : [],
        ),
    );
  const users = new Map<SourceObject, EffectivePolicy[]>();
  for (const policy of all) {
    for (const authentication of policy.authorization.via) append(users, authentication, policy);
  }
  return { all, users };
});

export function effectivePolicies(cluster: Cluster): readonly EffectivePolicy[] {
  return policyIndex(cluster).all;
}

/** The policies that require an authentication. */
export function policiesRequiring(
  cluster: Cluster,
  authentication: SourceObject,
): readonly EffectivePolicy[] {
  return policyIndex(cluster).users.get(authentication) ?? [];
}

/** Whether a Server is for the proxy's own metrics and health port, which belongs to no application. */
export function isAdmin({ port }: Server): boolean {
  return port === PROXY_PORT_NAMES.admin || port === PROXY_PORTS.admin;
}

/** The application Servers that a policy targets, directly or through its namespace; none for routes. */
export function applicationServers(cluster: Cluster, { namespace, target }: EffectivePolicy): Server[] {
  return cluster
    .policyOf(namespace)
    .servers.filter(
      (server) =>
        !isAdmin(server) &&
        (target.kind === 'namespace' || (target.kind === 'server' && target.name === server.name)),
    );
}

/** An identity string as written in policy, and its place. */
export interface WrittenIdentity {
  readonly source: SourceObject;
  readonly path: Path;
  readonly text: string;
  readonly pattern: IdentityMatch;
}

export function writtenIdentities(cluster: Cluster): WrittenIdentity[] {
  return (
    [
      ['MeshTLSAuthentication', ['spec', 'identities']],
      ['ServerAuthorization', ['spec', 'client', 'meshTLS', 'identities']],
    ] as const
  ).flatMap(([kind, path]) =>
    objectsOf(cluster, POLICY_GROUP, kind).flatMap((source) =>
      asList(valueAt(source.object, ...path)).flatMap((text, index) =>
        typeof text === 'string'
          ? [{ source, path: [...path, index], text, pattern: parseIdentity(text) }]
          : [],
      ),
    ),
  );
}
