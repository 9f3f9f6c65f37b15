import type { ProxyProtocolName } from '../../linkerd/protocol';
import type { LabelSelector } from '../../kubernetes/selector';
import { comment, commentedOut, literal, roomFor, type Literal } from './typescript-code';
import { stringLiteral } from '../../basics/typescript';
import type {
  ReviewMark,
  NamespacePlan,
  OpenQuestion,
  PlannedClient,
  PlannedException,
  PlannedPort,
  Suggestion,
} from './plan';

/** The statements that declare a jail on a `chart`, with their comments. */
export function jailStatements(plan: NamespacePlan): string[] {
  const general = plan.questions.filter(({ suggestions = [] }) => suggestions.length === 0);
  return [
    ...general.flatMap((question) => markLines(question, '  ')),
    ...(general.length > 0 ? [''] : []),
    ...namespaceObject(plan),
    "  new NamespaceJail(chart, 'jail', {",
    `    namespace: ${stringLiteral(plan.namespace)},`,
    ...modeLines(plan),
    ...injectLines(plan),
    '    ports: [',
    ...portLines(plan),
    '    ],',
    ...exceptionLines(plan),
    '  });',
  ];
}

/** What the statements import from cdk8s and from this package. */
export function usedNames(plan: NamespacePlan): { readonly cdk8s: string[]; readonly jail: string[] } {
  const code = jailStatements(plan).filter((line) => !line.trimStart().startsWith('//'));
  const uses = (name: string): boolean => code.some((line) => new RegExp(`\\b${name}\\b`).test(line));
  return {
    cdk8s: ['ApiObject'].filter(uses),
    jail: ['Client', 'NamespaceJail', 'ProxyProtocol'].filter(uses),
  };
}

/** An existing Namespace, repeated as it is; the jail adds its annotation to it. */
function namespaceObject({ namespace, object }: NamespacePlan): string[] {
  if (object === undefined) return [];
  const words = (map: Readonly<Record<string, string>>): Literal | undefined =>
    Object.keys(map).length === 0
      ? undefined
      : Object.fromEntries(Object.entries(map).map(([name, value]) => [name, stringLiteral(value)]));
  const metadata = {
    name: stringLiteral(namespace),
    labels: words(object.labels),
    annotations: words(object.annotations),
  };
  const props = { apiVersion: stringLiteral('v1'), kind: stringLiteral('Namespace'), metadata };
  const start = "  new ApiObject(chart, 'namespace', ";
  const text = 'As it is today: kubectl apply removes what the applied Namespace does not repeat.';
  return [...comment(text, '  '), `${start}${literal(props, '  ', roomFor(start) - 1)});`, ''];
}

function modeLines({ mode, modeBecause }: NamespacePlan): string[] {
  if (mode === 'deny') return [...comment(`The default: ${modeBecause}.`, '    '), `    mode: 'deny',`];
  // One line, so that nothing is left of the explanation where the line goes
  return [
    `    mode: 'audit', // logs and counts whom 'deny', the default, would keep out; protocols are enforced already`,
  ];
}

function injectLines({ inject, injectBecause }: NamespacePlan): string[] {
  if (!inject) return [];
  return [
    ...comment(`linkerd.io/inject: enabled, ${injectBecause ?? 'as planned'}.`, '    '),
    '    inject: true,',
  ];
}

/** A jail must have a port: if none is open to the namespace itself, an exception's port takes its place. */
function standIn({ ports, exceptions }: NamespacePlan): readonly PlannedException[] {
  return ports.length === 0 ? exceptions.slice(0, 1) : [];
}

function portLines(plan: NamespacePlan): string[] {
  const { ports, closed, questions } = plan;
  const lines = [
    ...ports.flatMap((port) => [...explained(port), entryLine(portEntry(port))]),
    ...standIn(plan).flatMap((exception) => [
      ...comment(
        'No port is open to the namespace itself, and neither is this one, but a jail must list at least one.',
        INDENT,
      ),
      ...explained(exception),
      entryLine(exceptionEntry(exception)),
    ]),
    ...questions.flatMap((question) => questionLines(question, 'ports')),
  ];
  if (closed.length === 0) return lines;
  return [...lines, ...comment('Closed:', INDENT), ...closed.flatMap((port) => comment(`- ${port}`, INDENT))];
}

function exceptionLines(plan: NamespacePlan): string[] {
  const listed = plan.exceptions.slice(standIn(plan).length);
  const lines = [
    ...listed.flatMap((exception) => [...explained(exception), entryLine(exceptionEntry(exception))]),
    ...plan.questions.flatMap((question) => questionLines(question, 'exceptions')),
  ];
  return lines.length === 0 ? ['    exceptions: [],'] : ['    exceptions: [', ...lines, '    ],'];
}

const INDENT = '      ';

function explained({ because, marks }: PlannedPort | PlannedException): string[] {
  return [
    ...because.flatMap((text) => comment(text, INDENT)),
    ...marks.flatMap((mark) => markLines(mark, INDENT)),
  ];
}

function markLines({ kind, text }: ReviewMark, indent: string): string[] {
  return comment(`${kind}: ${text}`, indent);
}

function questionLines(question: OpenQuestion, list: 'ports' | 'exceptions'): string[] {
  const asked = question.suggestions?.filter((suggestion) => suggestion.list === list) ?? [];
  if (asked.length === 0) return [];
  return [...markLines(question, INDENT), ...asked.flatMap((suggestion) => suggestedLines(suggestion))];
}

function suggestedLines({ port, protocol, selector, client }: Suggestion): string[] {
  const entry = {
    port: portCode(port),
    protocol: protocolCode(protocol),
    podSelector: selectorCode(selector),
    clients: client === undefined ? undefined : `[${client}]`,
  };
  return commentedOut(`${literal(entry, '', roomFor(`${INDENT}// `))},`, INDENT);
}

function entryLine(entry: Literal): string {
  return `${INDENT}${literal(entry, INDENT, roomFor(INDENT))},`;
}

function portEntry({ port, protocol, selector, name }: PlannedPort): Literal {
  return {
    port: portCode(port),
    protocol: protocolCode(protocol),
    podSelector: selectorCode(selector),
    name: name === undefined ? undefined : stringLiteral(name),
  };
}

function exceptionEntry({ port, protocol, selector, client }: PlannedException): Literal {
  return {
    port: portCode(port),
    protocol: protocolCode(protocol),
    podSelector: selectorCode(selector),
    clients: clientsCode(client),
  };
}

function portCode(port: number | string): string {
  return typeof port === 'number' ? String(port) : stringLiteral(port);
}

const MEMBERS: Readonly<Record<ProxyProtocolName, string>> = {
  unknown: 'UNKNOWN',
  'HTTP/1': 'HTTP_1',
  'HTTP/2': 'HTTP_2',
  gRPC: 'GRPC',
  opaque: 'OPAQUE',
  TLS: 'TLS',
};

function protocolCode(protocol: ProxyProtocolName | undefined): string | undefined {
  return protocol === undefined ? undefined : `ProxyProtocol.${MEMBERS[protocol]}`;
}

function selectorCode(selector: LabelSelector | undefined): Literal | undefined {
  if (selector === undefined) return undefined;
  const { matchLabels, matchExpressions } = selector;
  return {
    matchLabels:
      matchLabels === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(matchLabels).map(([label, value]) => [label, stringLiteral(value)]),
          ),
    matchExpressions: matchExpressions?.map(({ key, operator, values }) => ({
      key: stringLiteral(key),
      operator: stringLiteral(operator),
      values: values?.map(stringLiteral),
    })),
  };
}

function clientsCode(client: PlannedClient): Literal {
  switch (client.kind) {
    case 'everyone':
      return ['Client.everyone()'];
    case 'serviceAccount':
      return [`Client.serviceAccount(${stringLiteral(client.namespace)}, ${stringLiteral(client.name)})`];
    case 'nodes':
      return 'NODES';
    case 'apiServer':
      return 'API_SERVER';
  }
}
