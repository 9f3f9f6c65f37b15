import { stringLiteral } from '../../basics/typescript';
import type { LabelSelector } from '../../kubernetes/selector';
import type { ProxyProtocolName } from '../../linkerd/protocol';
import { literal, roomFor, type Literal } from '../init/typescript-code';
import type { Admitted, ProposedCode } from './exception-objects';

const MEMBERS: Readonly<Record<ProxyProtocolName, string>> = {
  unknown: 'UNKNOWN',
  'HTTP/1': 'HTTP_1',
  'HTTP/2': 'HTTP_2',
  gRPC: 'GRPC',
  opaque: 'OPAQUE',
  TLS: 'TLS',
};

/** The call that declares an exception, on one line. */
export function exceptionCall(code: ProposedCode): string {
  return `jail.addException(${literal(entryOf(code), '', Infinity)});`;
}

/** An entry of a jail's `exceptions`, as `init` writes them. */
export function exceptionEntry(code: ProposedCode, indent: string): string {
  return `${indent}${literal(entryOf(code), indent, roomFor(indent))},`;
}

/** The names of this package that an entry uses. */
export function usedExceptionNames({ protocol }: ProposedCode): readonly string[] {
  return ['Client', ...(protocol === undefined || protocol === 'unknown' ? [] : ['ProxyProtocol'])];
}

function entryOf({ port, selector, protocol, admitted }: ProposedCode): Literal {
  return {
    port: typeof port === 'number' ? String(port) : stringLiteral(port),
    protocol:
      protocol === undefined || protocol === 'unknown' ? undefined : `ProxyProtocol.${MEMBERS[protocol]}`,
    podSelector: selector === undefined ? undefined : selectorOf(selector),
    clients: [clientCall(admitted)],
  };
}

function clientCall({ who, network }: Admitted): string {
  if (who.kind === 'serviceAccount')
    return `Client.serviceAccount(${stringLiteral(who.namespace)}, ${stringLiteral(who.name)})`;
  if (who.kind === 'identity') return `Client.identity(${stringLiteral(who.identity)})`;
  return `Client.network(${stringLiteral(network ?? '')})`;
}

function selectorOf({ matchLabels, matchExpressions }: LabelSelector): Literal {
  return {
    matchLabels:
      matchLabels === undefined
        ? undefined
        : Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [key, stringLiteral(value)])),
    matchExpressions: matchExpressions?.map(({ key, operator, values }) => ({
      key: stringLiteral(key),
      operator: stringLiteral(operator),
      values: values?.map(stringLiteral),
    })),
  };
}
