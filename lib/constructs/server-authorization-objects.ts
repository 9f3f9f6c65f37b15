import type {
  ServerAuthorizationSpecClient,
  ServerAuthorizationSpecClientMeshTls,
  ServerV1Beta1SpecPodSelector,
} from '../../imports/policy.linkerd.io';
import { ServerAuthorization, ServerV1Beta1, ServerV1Beta1SpecPort } from '../../imports/policy.linkerd.io';
import { namespaceSuffix } from '../linkerd/identity';
import type { Client } from './client';
import type { Declaration } from './declaration';
import { exceptionAnnotation } from './exception-annotation';
import type { Manifest, PlannedObject, NamespaceSettings } from './planned-object';
import type { AuthorizationPlan } from './authorization-plan';
import type { ServerPlan } from './server-plan';

/** The label of the Servers that the whole namespace may use; `ns-only` selects them by it. */
export const NAMESPACE_WIDE_LABEL = 'app';

/** That label's value, as in Linkerd's guide. */
export function namespaceWideValue(namespace: string): string {
  return `${namespace}-srv`;
}

/** A namespace in the API of Linkerd 2.11, object by object as in Linkerd's guide to isolating a namespace. */
export function serverAuthorizationObjects(
  entries: readonly ServerPlan[],
  settings: NamespaceSettings,
): PlannedObject[] {
  const wide: Declaration[] = [];
  const objects = entries.flatMap((entry) => {
    if (entry.isNamespaceWide) wide.push(...entry.declarations);
    return [
      { id: `server-${entry.name}`, manifest: server(entry, settings), declarations: entry.declarations },
      ...entry.rules.map((rule) => ({
        id: `authorization-${rule.name}`,
        manifest: exception(rule, entry, settings),
        declarations: [rule.declaration],
      })),
    ];
  });
  if (wide.length === 0) return objects;
  return [...objects, { id: 'authorization-ns-only', manifest: nsOnly(settings), declarations: wide }];
}

function server(entry: ServerPlan, { namespace }: NamespaceSettings): Manifest {
  const labels = entry.isNamespaceWide
    ? { labels: { [NAMESPACE_WIDE_LABEL]: namespaceWideValue(namespace) } }
    : {};
  return ServerV1Beta1.manifest({
    metadata: { name: entry.name, namespace, ...labels },
    spec: {
      podSelector: entry.selector as ServerV1Beta1SpecPodSelector,
      port:
        typeof entry.port === 'number'
          ? ServerV1Beta1SpecPort.fromNumber(entry.port)
          : ServerV1Beta1SpecPort.fromString(entry.port),
      proxyProtocol: entry.protocol,
    },
  }) as Manifest;
}

function nsOnly(settings: NamespaceSettings): Manifest {
  const { namespace } = settings;
  const matchLabels = { [NAMESPACE_WIDE_LABEL]: namespaceWideValue(namespace) };
  return ServerAuthorization.manifest({
    metadata: { name: 'ns-only', namespace },
    spec: {
      server: { selector: { matchLabels } },
      client: { meshTls: { identities: [everyoneOf(namespace, settings)] } },
    },
  }) as Manifest;
}

function exception(rule: AuthorizationPlan, entry: ServerPlan, settings: NamespaceSettings): Manifest {
  const annotations = exceptionAnnotation(rule.client, entry.port, settings.namespace);
  return ServerAuthorization.manifest({
    metadata: { name: rule.name, namespace: settings.namespace, ...(annotations && { annotations }) },
    spec: { server: { name: entry.name }, client: client(rule.client, settings) },
  }) as Manifest;
}

function client(who: Client, settings: NamespaceSettings): ServerAuthorizationSpecClient {
  const networks = who._networks.map(({ cidr, except }) => ({
    cidr,
    ...(except && { except: [...except] }),
  }));
  const meshTls = meshTlsOf(who, settings);
  return {
    ...(networks.length === 0 ? {} : { networks }),
    ...(meshTls === undefined ? { unauthenticated: true } : { meshTls }),
  };
}

function meshTlsOf(
  { _who: who }: Client,
  settings: NamespaceSettings,
): ServerAuthorizationSpecClientMeshTls | undefined {
  switch (who.kind) {
    case 'anyone':
      return undefined;
    case 'anyMeshed':
      return { identities: ['*'] };
    case 'namespace':
      return { identities: [everyoneOf(who.namespace, settings)] };
    case 'serviceAccount':
      return { serviceAccounts: [{ name: who.name, namespace: who.namespace }] };
    case 'identity':
      return { identities: [who.identity] };
  }
}

function everyoneOf(namespace: string, settings: NamespaceSettings): string {
  return `*.${namespaceSuffix(namespace, settings)}`;
}
