import { stringLiteral } from '../basics/typescript';
import { visible } from '../basics/visible';
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
    `new ExceptionRule(this, ${stringLiteral(`${port}-exception`)}, {`,
    `  namespace: ${stringLiteral(namespace)},`,
    `  port: ${typeof port === 'number' ? port : stringLiteral(port)},`,
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
      `{ group: policy.linkerd.io, kind: Server, name: ${scalar(server.name)} }`,
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
    `metadata: { namespace: ${scalar(server.namespace)}, name: ${scalar(name)} }`,
    'spec:',
    `  parentRefs: [{ group: policy.linkerd.io, kind: Server, name: ${scalar(server.name)} }]`,
    '  rules:',
    `    - matches: [{ method: GET, path: { type: Exact, value: ${quoted(path)} } }]`,
  ].join('\n');
  const target = `{ group: policy.linkerd.io, kind: HTTPRoute, name: ${scalar(name)} }`;
  return yaml([
    route,
    policyYaml(server.namespace, name, target, client),
    ...authentication(server.namespace, client),
  ]);
}

function policyYaml(namespace: string, name: string, target: string, client: Requirement): string {
  const reference =
    client.kind === 'account'
      ? `{ kind: ServiceAccount, namespace: ${scalar(client.namespace)}, name: ${scalar(client.name)} }`
      : `{ group: policy.linkerd.io, kind: NetworkAuthentication, name: ${scalar(client.name)} }`;
  return [
    'apiVersion: policy.linkerd.io/v1alpha1',
    'kind: AuthorizationPolicy',
    `metadata: { namespace: ${scalar(namespace)}, name: ${scalar(name)} }`,
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
      `metadata: { namespace: ${scalar(namespace)}, name: ${scalar(client.name)} }`,
      'spec:',
      `  networks: [${client.networks.map((cidr) => `{ cidr: ${quoted(cidr)} }`).join(', ')}]`,
    ].join('\n'),
  ];
}

/** A name as YAML: plain where that is surely read as text. */
function scalar(text: string): string {
  return /^[a-z][a-z0-9.-]*$/.test(text) && !/^(?:y|yes|no?|on|off|true|false|null)$/.test(text)
    ? text
    : quoted(text);
}

function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

function yaml(documents: readonly string[]): Snippet {
  return { language: 'yaml', code: documents.join('\n---\n') };
}
