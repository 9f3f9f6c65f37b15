import type {
  AuthorizationPolicySpec,
  AuthorizationPolicySpecRequiredAuthenticationRefs as Reference,
  MeshTlsAuthenticationSpec,
  NetworkAuthenticationSpec,
  ServerSpec,
  ServerSpecPodSelector,
} from '../../imports/policy.linkerd.io';
import {
  AuthorizationPolicy,
  MeshTlsAuthentication,
  NetworkAuthentication,
  Server,
} from '../../imports/policy.linkerd.io';
import type { NetworkItem } from '../linkerd/network';
import type { ClientSubject } from '../linkerd/exception-terms';
import type { Client } from './client';
import { exceptionAnnotation } from './exception-annotation';
import { networksName, whoName } from './object-names';
import type { Manifest, PlannedObject, NamespaceSettings, WithPlainPort } from './planned-object';
import { manifestOf, SharedObjects } from './planned-object';
import type { AuthorizationPlan } from './authorization-plan';
import type { ServerPlan } from './server-plan';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf } from '../kubernetes/references';
import { routesOf } from './route-objects';

const NS_ONLY = [reference('MeshTLSAuthentication', 'ns-only')];

/** All addresses; Linkerd treats the two families separately. */
const EVERYWHERE: readonly NetworkItem[] = [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }];

/**
 * A namespace in today's API. Each Server has its own AuthorizationPolicies: one on the whole Namespace would also
 * open Servers that somebody else adds.
 */
export function authorizationPolicyObjects(
  entries: readonly ServerPlan[],
  settings: NamespaceSettings,
  probePaths?: (entry: ServerPlan) => readonly string[],
): PlannedObject[] {
  const shared = new SharedObjects();
  const objects: PlannedObject[] = [];
  for (const entry of entries) {
    const { name, declarations, rules } = entry;
    objects.push({ id: `server-${name}`, manifest: server(entry, settings), declarations });
    if (entry.isNamespaceWide) objects.push(namespaceWide(entry, settings, shared));
    for (const rule of rules) {
      objects.push(exception(rule.name, rule, targetOf('Server', entry.name), entry, settings, shared));
    }
    if (probePaths === undefined || entry.limited.length === 0) continue;
    for (const { manifest, admitted } of routesOf(entry, settings, probePaths(entry))) {
      const { kind, metadata } = manifest;
      objects.push({ id: `route-${metadata.name}`, manifest, declarations });
      for (const { name: of, rule } of admitted) {
        objects.push(exception(of, rule, targetOf(kind, metadata.name, manifest), entry, settings, shared));
      }
    }
  }
  objects.push(...shared.sorted());
  return objects;
}

function server(entry: ServerPlan, { namespace }: NamespaceSettings): Manifest {
  return manifestOf<WithPlainPort<ServerSpec>>(Server.GVK, entry.name, namespace, {
    accessPolicy: entry.mode,
    podSelector: entry.selector as ServerSpecPodSelector,
    port: entry.port,
    proxyProtocol: entry.protocol,
  });
}

function namespaceWide(entry: ServerPlan, settings: NamespaceSettings, shared: SharedObjects): PlannedObject {
  const { namespace } = settings;
  const who: ClientSubject = { kind: 'namespace', namespace };
  shared.add('mtls-ns-only', entry.declarations, () => meshTls('ns-only', who, namespace));
  const name = `${entry.name}-ns-only`;
  const manifest = authorization(name, targetOf('Server', entry.name), NS_ONLY, settings);
  return { id: `authorization-${name}`, manifest, declarations: entry.declarations };
}

/** Lets one client into a Server, or into one of its routes. */
function exception(
  name: string,
  rule: AuthorizationPlan,
  target: Target,
  { port }: ServerPlan,
  settings: NamespaceSettings,
  shared: SharedObjects,
): PlannedObject {
  const annotations = exceptionAnnotation(rule.client, port, settings.namespace);
  const required = references(rule, settings, shared);
  const manifest = authorization(name, target, required, settings, annotations);
  return { id: `authorization-${name}`, manifest, declarations: [rule.declaration] };
}

type Target = AuthorizationPolicySpec['targetRef'];

function targetOf(kind: string, name: string, { apiVersion } = Server.GVK): Target {
  return { group: groupOf(apiVersion), kind, name };
}

function authorization(
  name: string,
  targetRef: Target,
  requiredAuthenticationRefs: Reference[],
  { namespace }: NamespaceSettings,
  annotations?: Readonly<Record<string, string>>,
): Manifest {
  const spec: AuthorizationPolicySpec = { targetRef, requiredAuthenticationRefs };
  return manifestOf(AuthorizationPolicy.GVK, name, namespace, spec, annotations);
}

/** What a client must show: an identity, an address, or both. Never empty: that would admit everyone. */
function references(
  rule: AuthorizationPlan,
  settings: NamespaceSettings,
  shared: SharedObjects,
): Reference[] {
  const who = identityReference(rule, settings, shared);
  const network = networkReference(rule, settings, shared);
  return [...(who === undefined ? [] : [who]), ...(network === undefined ? [] : [network])];
}

function identityReference(
  rule: AuthorizationPlan,
  { namespace }: NamespaceSettings,
  shared: SharedObjects,
): Reference | undefined {
  const who = rule.client._who;
  if (who.kind === 'anyone') return undefined;
  if (who.kind === 'serviceAccount') {
    return { kind: 'ServiceAccount', name: who.name, namespace: who.namespace };
  }
  const name = whoName(rule.client, namespace);
  shared.add(`mtls-${name}`, [rule.declaration], () => meshTls(name, who, namespace));
  return reference('MeshTLSAuthentication', name);
}

function networkReference(
  rule: AuthorizationPlan,
  { namespace }: NamespaceSettings,
  shared: SharedObjects,
): Reference | undefined {
  const { client } = rule;
  if (client._networks.length === 0 && client._who.kind !== 'anyone') return undefined;
  const name = client._networks.length === 0 ? 'everyone' : networksName(client._networks);
  shared.add(`network-${name}`, [rule.declaration], () => networkAuthentication(name, client, namespace));
  return reference('NetworkAuthentication', name);
}

function networkAuthentication(name: string, client: Client, namespace: string): Manifest {
  const networks = client._networks.length === 0 ? EVERYWHERE : client._networks;
  return manifestOf<NetworkAuthenticationSpec>(NetworkAuthentication.GVK, name, namespace, {
    networks: networks.map(({ cidr, except }) => ({ cidr, ...(except && { except: [...except] }) })),
  });
}

function meshTls(
  name: string,
  who: Exclude<ClientSubject, { kind: 'anyone' | 'serviceAccount' }>,
  namespace: string,
): Manifest {
  return manifestOf<MeshTlsAuthenticationSpec>(MeshTlsAuthentication.GVK, name, namespace, meshTlsSpec(who));
}

function meshTlsSpec(
  who: Exclude<ClientSubject, { kind: 'anyone' | 'serviceAccount' }>,
): MeshTlsAuthenticationSpec {
  switch (who.kind) {
    case 'anyMeshed':
      return { identities: ['*'] };
    case 'namespace':
      return { identityRefs: [{ kind: 'Namespace', name: who.namespace }] };
    case 'identity':
      return { identities: [who.identity] };
  }
}

function reference(kind: string, name: string): Reference {
  return { group: POLICY_GROUP, kind, name };
}
