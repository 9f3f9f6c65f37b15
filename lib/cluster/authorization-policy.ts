import type { LinkerdConfig } from '../linkerd/config';
import { namespaceSuffix, parseIdentity, workloadIdentity, type IdentityMatch } from '../linkerd/identity';
import { valueAt, asFields, isFields, asList, asText, inWords } from '../kubernetes/fields';
import { shortName, type SourceObject } from '../kubernetes/object';
import {
  ANYONE,
  EVERYWHERE,
  clientAuthorization,
  type ClientAuthentication,
  type ClientAuthorization,
  type IneffectiveObject,
} from './client-authorization';
import { decodeNetworks } from './field-decoders';
import type { NetworkMatch } from '../linkerd/network-match';
import { refusalWords, type FindRefused } from './refused-objects';
import { absenceWords, asRefused, type MissingReference } from './unknown';
import { refersTo } from '../kubernetes/references';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { memoized, oncePer } from '../basics/collections';

/**
 * Looks up an authentication object; namespace names are taken literally. `unknown`: the input does not have it, and need
 * not have all there is.
 */
export type FindAuthentication = (
  kind: string,
  namespace: string,
  name: string,
) => SourceObject | 'absent' | 'unknown';

export type PolicyTarget =
  | { readonly kind: 'server'; readonly name: string }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'route'; readonly key: string };

/** An AuthorizationPolicy with its references resolved (linkerd-policy 3.8). */
export interface AuthorizationPolicy {
  readonly source: SourceObject;
  readonly target: PolicyTarget;
  readonly authorization: ClientAuthorization | IneffectiveObject;
}

/** How route targets are compared: group, kind and name, ignoring case. */
export function routeKey(group: string, kind: string, name: string): string {
  return `${group}/${kind}/${name}`.toLowerCase();
}

/** `undefined` if it targets nothing that policy knows (refused by W5 and W6). */
export function decodeTarget(source: SourceObject): PolicyTarget | undefined {
  const reference = valueAt(source.object, 'spec', 'targetRef');
  const name = asText(valueAt(reference, 'name'));
  if (name === undefined) return undefined;
  if (refersTo(reference, POLICY_GROUP, 'Server')) return { kind: 'server', name };
  // Past the webhook, which compares it, the name means nothing: the index takes the policy's own namespace.
  if (refersTo(reference, 'core', 'Namespace')) return { kind: 'namespace' };
  for (const [group, kind] of [
    [POLICY_GROUP, 'HTTPRoute'],
    [GATEWAY_GROUP, 'HTTPRoute'],
    [GATEWAY_GROUP, 'GRPCRoute'],
  ] as const) {
    if (refersTo(reference, group, kind)) return { kind: 'route', key: routeKey(group, kind, name) };
  }
  return undefined;
}

/** AND over the references, OR within each; if one cannot be resolved, the whole object is ignored. */
export function resolveAuthorization(
  source: SourceObject,
  namespace: string,
  config: LinkerdConfig,
  find: FindAuthentication,
  findRefused: FindRefused = () => undefined,
): ClientAuthorization | IneffectiveObject {
  const name = shortName(source.object);
  const ignored = (reason: string): IneffectiveObject => ({ name, source, reason });
  const identities: (readonly IdentityMatch[])[] = [];
  const networks: (readonly NetworkMatch[])[] = [];
  const via: SourceObject[] = [];
  const missing: MissingReference[] = [];
  for (const reference of asList(valueAt(source.object, 'spec', 'requiredAuthenticationRefs'))) {
    const refName = asText(valueAt(reference, 'name')) ?? '';
    const refNamespace = asText(valueAt(reference, 'namespace')) ?? namespace;
    if (refersTo(reference, 'core', 'ServiceAccount')) {
      identities.push([{ kind: 'exact', name: workloadIdentity(refName, refNamespace, config) }]);
      continue;
    }
    const kind = ['MeshTLSAuthentication', 'NetworkAuthentication'].find((kind) =>
      refersTo(reference, POLICY_GROUP, kind),
    );
    if (kind === undefined)
      return ignored(`it requires a ${inWords(valueAt(reference, 'kind'))}, which is not an authentication`);
    const object = find(kind, refNamespace, refName);
    const refused = findRefused(POLICY_GROUP, kind, refNamespace, refName);
    if (object === 'absent') {
      const why = refused === undefined ? 'which does not exist' : refusalWords(refused);
      return ignored(`it requires ${kind} ${refNamespace}/${refName}, ${why}`);
    }
    if (object === 'unknown') {
      missing.push({ from: source, kind, namespace: refNamespace, name: refName, ...asRefused(refused) });
      if (kind === 'NetworkAuthentication') networks.push(EVERYWHERE);
      else identities.push(WHOEVER_IT_MAY_ADMIT);
      continue;
    }
    via.push(object);
    if (kind === 'NetworkAuthentication') {
      const items = memoized(NETWORKS, object, () =>
        decodeNetworks(valueAt(object.object, 'spec', 'networks')),
      );
      if (items === undefined || items.length === 0)
        return ignored(`${kind} ${refNamespace}/${refName} is invalid`);
      networks.push(items);
    } else {
      const patterns = memoized(identitiesUnder(config), object, () =>
        meshIdentities(object, refNamespace, config),
      );
      if (patterns === undefined) return ignored(`${kind} ${refNamespace}/${refName} is invalid`);
      identities.push(patterns);
    }
  }
  if (identities.length > 1) return ignored('it requires more than one identity source');
  if (networks.length > 1) return ignored('it requires more than one NetworkAuthentication');
  const patterns = identities[0];
  const authentication: ClientAuthentication =
    patterns === undefined || patterns === WHOEVER_IT_MAY_ADMIT ? ANYONE : { kind: 'identities', patterns };
  const ref = { kind: 'object', source } as const;
  const authorization = clientAuthorization(ref, networks[0] ?? EVERYWHERE, authentication, via);
  const [first] = missing;
  if (first === undefined) return authorization;
  return {
    ...ignored(`it requires ${first.kind} ${first.namespace}/${first.name}, ${absenceWords(first)}`),
    ifPresent: { ...authorization, given: missing },
  };
}

/** In place of the identities of an object that the input lacks. */
const WHOEVER_IT_MAY_ADMIT: readonly IdentityMatch[] = [];

/** The identities of a MeshTLSAuthentication; `undefined` if the indexer would refuse it. */
function meshIdentities(
  source: SourceObject,
  namespace: string,
  config: LinkerdConfig,
): IdentityMatch[] | undefined {
  const spec = asFields(source.object.spec);
  const patterns: IdentityMatch[] = [];
  for (const identity of asList(spec.identities)) {
    if (typeof identity !== 'string') return undefined;
    patterns.push(parseIdentity(identity));
  }
  for (const reference of asList(spec.identityRefs)) {
    const name = asText(valueAt(reference, 'name'));
    if (!isFields(reference) || name === undefined) return undefined;
    if (refersTo(reference, 'core', 'ServiceAccount')) {
      const accountNamespace = asText(reference.namespace) ?? namespace;
      patterns.push({ kind: 'exact', name: workloadIdentity(name, accountNamespace, config) });
    } else if (refersTo(reference, 'core', 'Namespace')) {
      patterns.push({ kind: 'suffix', labels: namespaceSuffix(name, config).split('.') });
    } else {
      return undefined;
    }
  }
  return patterns.length === 0 ? undefined : patterns;
}

/** Many policies refer to one authentication, so its networks are one list for all of them. */
const NETWORKS = new WeakMap<SourceObject, NetworkMatch[] | undefined>();
const identitiesUnder = oncePer<LinkerdConfig, WeakMap<SourceObject, IdentityMatch[] | undefined>>(
  () => new WeakMap(),
);
