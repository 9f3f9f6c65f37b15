import { WORKLOAD_KINDS, type WorkloadId } from '../../cluster/workload';
import { parseAddress } from '../../linkerd/network';
import { isPortNumber } from '../../linkerd/ports';
import { enumerate } from '../../basics/words';
import { isFields } from '../../kubernetes/fields';
import type { ClientReference } from '../../verdict/client';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../../verdict/request';
import { suggestion, type SuiteMap, type SuiteNode } from './node';
import type { Expectation, Query } from './suite';
import { VERDICTS } from '../../verdict/decision';
import { CLIENT_TLS } from '../../linkerd/client';

const TRAFFIC_KEYS = ['request', 'connection', 'any'];
const QUERY_KEYS = [
  'id',
  'workload',
  'port',
  'client',
  ...TRAFFIC_KEYS,
  'expect',
  'notFound',
  'by',
  'server',
];
const AUTHORIZATION = /^(?:authorizationpolicy|serverauthorization|default)\/[^/\s]+$/;
const SERVER = /^(?:server|default)\/[^/\s]+$/;
const METHOD = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Reads one query; `index` names it if it has no id. */
export function parseQuery(node: SuiteNode, index: number): Query | undefined {
  const map = node.mapping(QUERY_KEYS);
  if (map === undefined) return undefined;
  const id = map.get('id')?.label() ?? `#${index + 1}`;
  const workload = parseWorkload(map.need('workload', 'write namespace/kind/name of the target'));
  const port = parsePort(map.need('port', 'write the number of the target port'));
  const client = parseClient(map.need('client', 'write { ip, tls } or { workload }'));
  const traffic = parseTraffic(map);
  const expected = parseExpectation(map);
  if (workload === undefined || port === undefined || client === undefined) return undefined;
  if (traffic === undefined || expected === undefined) return undefined;
  return { id, origin: node.origin, target: { ...workload, port }, client, traffic, expected };
}

function parseWorkload(node: SuiteNode | undefined): WorkloadId | undefined {
  const text = node?.text();
  if (node === undefined || text === undefined) return undefined;
  const [namespace = '', word = '', name = '', ...rest] = text.split('/');
  if (namespace === '' || name === '' || rest.length > 0) {
    return node.fail(
      `${node.shown} is not a workload`,
      'write namespace/kind/name, such as shop/deployment/web',
    );
  }
  const kind = word.toLowerCase();
  // Kinds of other APIs are named with their group, as rollout.argoproj.io.
  if (WORKLOAD_KINDS.includes(kind) || /^[a-z0-9]+\.[a-z0-9.-]+$/.test(kind))
    return { namespace, kind, name };
  return node.fail(`${JSON.stringify(word)} is not a workload kind`, suggestion(kind, WORKLOAD_KINDS));
}

function parsePort(node: SuiteNode | undefined): number | undefined {
  if (node === undefined || isPortNumber(node.value)) return node?.value as number | undefined;
  return node.fail(
    `${node.shown} is not a port`,
    'write the container port as a number, 1 to 65535, without quotes',
  );
}

function parseClient(node: SuiteNode | undefined): ClientReference | undefined {
  const map = node?.mapping(['ip', 'tls', 'identity', 'workload']);
  if (map === undefined) return undefined;
  const ip = parseIp(map.get('ip'));
  const address = ip === undefined ? {} : { ip };
  if (map.has('workload')) {
    for (const key of ['tls', 'identity']) {
      map
        .get(key)
        ?.fail(
          "a client given by workload has that workload's identity and mesh state",
          `remove ${key} or workload`,
        );
    }
    const workload = parseWorkload(map.get('workload'));
    return workload === undefined ? undefined : { workload, ...address };
  }
  const tls = map.need('tls', `write one of ${CLIENT_TLS.join(', ')}, or name a workload`)?.oneOf(CLIENT_TLS);
  if (tls === undefined) return undefined;
  if (tls !== 'mesh') {
    map
      .get('identity')
      ?.fail(`a client with tls: ${tls} has no identity`, 'remove identity, or write tls: mesh');
    return { tls, ...address };
  }
  const identity = map.need('identity', "with tls: mesh, write the client's identity")?.text();
  return identity === undefined ? undefined : { tls, identity, ...address };
}

function parseIp(node: SuiteNode | undefined): string | undefined {
  const text = node?.text();
  if (node === undefined || text === undefined || parseAddress(text) !== undefined) return text;
  return node.fail(
    `${node.shown} is not an address`,
    'write one IPv4 or IPv6 address, such as 10.1.2.3 or fd00::1',
  );
}

/** One request, the connection itself, or else all classes of traffic. */
function parseTraffic(map: SuiteMap): Query['traffic'] | undefined {
  const asked = TRAFFIC_KEYS.filter((key) => map.has(key) && map.get(key)?.value !== false);
  if (asked.length > 1) return map.fail(`${enumerate(asked)} contradict each other`, 'keep one of them');
  const connection = map.get('connection')?.flag() ?? false;
  const any = map.get('any')?.flag() ?? false;
  const request = map.get('request');
  if (request !== undefined) return parseRequest(request);
  return connection ? RAW_CONNECTION : { kind: any ? 'any' : 'all' };
}

function parseRequest(node: SuiteNode): Traffic | undefined {
  const map = node.mapping(['method', 'path', 'headers', 'version']);
  if (map === undefined) return undefined;
  const method = parseMethod(map.get('method'));
  const path = map.need('path', 'write the path, with any query string')?.text();
  const headers = parseHeaders(map.get('headers'));
  const version = map.get('version')?.oneOf(['HTTP/1', 'HTTP/2'] as const);
  if (path === undefined || method === undefined) return undefined;
  const request: HttpRequest = { method, path, headers, ...(version === undefined ? {} : { version }) };
  return { kind: 'request', request };
}

function parseMethod(node: SuiteNode | undefined): string | undefined {
  if (node === undefined) return 'GET';
  const text = node.text();
  if (text === undefined || METHOD.test(text)) return text;
  return node.fail(`${node.shown} is not an HTTP method`, 'write one word, such as GET');
}

function parseHeaders(node: SuiteNode | undefined): Record<string, string | readonly string[]> {
  const headers = new Map<string, string | readonly string[]>();
  if (node === undefined) return {};
  if (!isFields(node.value)) {
    node.fail(
      `${node.shown} is not a mapping`,
      'write NAME: VALUE, or NAME: [VALUE, …] for a repeated header',
    );
    return {};
  }
  for (const [name, value] of Object.entries(node.value)) {
    if (typeof value === 'string' || isTexts(value)) headers.set(name, value);
    else
      node.fail(
        `the value ${JSON.stringify(value)} of header ${name} is not a string`,
        'quote it; use a list to repeat the header',
      );
  }
  return Object.fromEntries(headers);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parseExpectation(map: SuiteMap): Expectation | undefined {
  const verdict = map.need('expect', `write one of ${VERDICTS.join(', ')}`)?.oneOf(VERDICTS);
  const notFound = map.get('notFound')?.oneOf(['route', 'workload'] as const);
  const by = parseNames(map.get('by'));
  const server = parseServer(map.get('server'));
  if (verdict === undefined) return undefined;
  if (verdict !== 'not-found') {
    map
      .get('notFound')
      ?.fail(`says what is not found, but expect is ${verdict}`, 'remove it, or expect not-found');
  }
  if (verdict !== 'allow' && verdict !== 'audit' && by !== undefined && by.length > 0) {
    map
      .get('by')
      ?.fail(`names an authorization, but expect is ${verdict}`, 'remove by, or expect allow or audit');
  }
  return {
    verdict,
    ...(notFound === undefined ? {} : { notFound }),
    ...(by === undefined ? {} : { by }),
    ...(server === undefined ? {} : { server }),
  };
}

function parseNames(node: SuiteNode | undefined): string[] | undefined {
  return node?.items()?.flatMap((item) => {
    const name = item.text();
    if (name === undefined) return [];
    if (AUTHORIZATION.test(name)) return [name];
    item.fail(
      `${item.shown} is not an authorization`,
      'write authorizationpolicy/NAME, serverauthorization/NAME or default/NAME',
    );
    return [];
  });
}

function parseServer(node: SuiteNode | undefined): string | undefined {
  const name = node?.text();
  if (node === undefined || name === undefined || SERVER.test(name)) return name;
  return node.fail(`${node.shown} governs no port`, 'write server/NAME or default/POLICY');
}
