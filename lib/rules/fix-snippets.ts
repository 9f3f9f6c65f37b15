import { PROXY_PORT_NAMES, PROXY_PORTS } from '../linkerd/ports';
import type { Server } from '../cluster/server';
import type { Snippet } from './rule';

/** TypeScript for users who write their policy with this package. */
export interface ExceptionCode {
  readonly namespace: string;
  readonly port: number | string;
  /** Calls such as `Client.everyone()`. */
  readonly clients: readonly string[];
  /** A member of ProxyProtocol. */
  readonly protocol?: string;
}

export function exceptionRule({ namespace, port: given, clients, protocol }: ExceptionCode): Snippet {
  // The constructs take this port by its name, which is the same in every pod.
  const port = given === PROXY_PORTS.admin ? PROXY_PORT_NAMES.admin : given;
  const lines = [
    `new ExceptionRule(this, '${port}-exception', {`,
    `  namespace: '${namespace}',`,
    `  port: ${typeof port === 'number' ? port : `'${port}'`},`,
    ...(protocol === undefined ? [] : [`  protocol: ProxyProtocol.${protocol},`]),
    `  clients: [${clients.join(', ')}],`,
    '});',
  ];
  return { language: 'typescript', code: lines.join('\n') };
}

export type Requirement =
  | { readonly kind: 'networks'; readonly name: string; readonly networks: readonly string[] }
  | { readonly kind: 'account'; readonly namespace: string; readonly name: string };

/** YAML that admits a client to an existing Server. */
export function authorizationYaml(server: Server, name: string, client: Requirement): Snippet {
  return yaml([
    policyYaml(
      server.namespace,
      name,
      `{ group: policy.linkerd.io, kind: Server, name: ${server.name} }`,
      client,
    ),
    ...authentication(server.namespace, client),
  ]);
}

/** YAML that adds a route for one path to a Server with routes, and admits a client to it. */
export function routeYaml(server: Server, name: string, path: string, client: Requirement): Snippet {
  const route = [
    'apiVersion: policy.linkerd.io/v1beta3',
    'kind: HTTPRoute',
    `metadata: { namespace: ${server.namespace}, name: ${name} }`,
    'spec:',
    `  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: ${server.name} }]`,
    '  rules:',
    `    - matches: [{ method: GET, path: { type: Exact, value: ${JSON.stringify(path)} } }]`,
  ].join('\n');
  const target = `{ group: policy.linkerd.io, kind: HTTPRoute, name: ${name} }`;
  return yaml([
    route,
    policyYaml(server.namespace, name, target, client),
    ...authentication(server.namespace, client),
  ]);
}

function policyYaml(namespace: string, name: string, target: string, client: Requirement): string {
  const reference =
    client.kind === 'account'
      ? `{ kind: ServiceAccount, namespace: ${client.namespace}, name: ${client.name} }`
      : `{ group: policy.linkerd.io, kind: NetworkAuthentication, name: ${client.name} }`;
  return [
    'apiVersion: policy.linkerd.io/v1alpha1',
    'kind: AuthorizationPolicy',
    `metadata: { namespace: ${namespace}, name: ${name} }`,
    'spec:',
    `  targetRef: ${target}`,
    `  requiredAuthenticationRefs: [${reference}]`,
  ].join('\n');
}

function authentication(namespace: string, client: Requirement): string[] {
  if (client.kind === 'account') return [];
  return [
    [
      'apiVersion: policy.linkerd.io/v1alpha1',
      'kind: NetworkAuthentication',
      `metadata: { namespace: ${namespace}, name: ${client.name} }`,
      'spec:',
      `  networks: [${client.networks.map((cidr) => `{ cidr: ${JSON.stringify(cidr)} }`).join(', ')}]`,
    ].join('\n'),
  ];
}

function yaml(documents: readonly string[]): Snippet {
  return { language: 'yaml', code: documents.join('\n---\n') };
}
