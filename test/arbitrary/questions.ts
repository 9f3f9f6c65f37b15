import fc from 'fast-check';
import type { Cluster } from '../../lib/cluster/cluster';
import { portClasses } from '../../lib/cluster/port-classes';
import type { KubeObject } from '../../lib/kubernetes/object';
import { formatAddress, isLoopback, lastAddress, parseNetwork } from '../../lib/linkerd/network';
import type { ProxyClient } from '../../lib/linkerd/client';
import type { Target } from '../../lib/verdict/decide';
import { RAW_CONNECTION, type HttpRequest, type Traffic } from '../../lib/verdict/request';

/** Who asks for what, near the conditions of some objects: just inside them, and just outside. */
export interface Question {
  readonly target: Target;
  readonly client: ProxyClient & { readonly ip: string };
  readonly traffic: Traffic;
}

const oneOf = <T>(all: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...new Set(all));

/** Questions about the workloads of clusters that were made of these objects. */
export function questionsNear(
  clusters: readonly Cluster[],
  objects: readonly KubeObject[],
): fc.Arbitrary<Question> | undefined {
  const targets = clusters.flatMap(targetsOf);
  if (targets.length === 0) return undefined;
  return fc.record({
    target: oneOf(targets),
    client: clientNear(objects),
    traffic: fc.oneof(
      { weight: 1, arbitrary: fc.constant(RAW_CONNECTION) },
      {
        weight: 5,
        arbitrary: requestNear(objects).map((request) => ({ kind: 'request', request }) as const),
      },
    ),
  });
}

/** The first and last port of each class but the proxy's own, of the workloads that are no other's pods. */
function targetsOf(cluster: Cluster): readonly Target[] {
  return cluster.workloads
    .filter(({ isMadeByInput }) => !isMadeByInput)
    .flatMap((workload) => {
      const { namespace, kind, name, pod } = workload;
      const ports = portClasses(cluster, workload).flatMap(({ ranges }) => ranges.flat());
      // Those that somebody declares come more often.
      const declared = pod.ports.map(({ number }) => number);
      return [...ports, ...declared]
        .filter((port) => port !== pod.proxyPorts.inbound)
        .map((port) => ({ namespace, kind, name, port }));
    });
}

function clientNear(objects: readonly KubeObject[]): fc.Arbitrary<ProxyClient & { readonly ip: string }> {
  const ip = oneOf(['8.8.8.8', 'fd00::7', '10.9.9.9', ...addressesNear(objects)]);
  return fc.oneof(
    { weight: 1, arbitrary: fc.record({ ip, tls: oneOf(['none', 'unauthenticated-tls'] as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ip,
        tls: fc.constant('mesh' as const),
        identity: oneOf(identitiesNear(objects)),
      }),
    },
  );
}

/** The ends of each network that the objects name, and the addresses beside them. */
function addressesNear(objects: readonly KubeObject[]): readonly string[] {
  const networks = textsIn(objects)
    .flatMap((text) => text.split(/,\s*/))
    .flatMap((text) => parseNetwork(text) ?? []);
  return networks
    .flatMap(({ family, first, last }) =>
      [first - 1n, first, last, last + 1n].map((value) => ({ family, value })),
    )
    .filter(({ family, value }) => value >= 0n && value <= lastAddress(family))
    .filter((address) => !isLoopback(address))
    .map(formatAddress);
}

const MESH = 'serviceaccount.identity.linkerd.cluster.local';

/** Each identity that the objects name, those below it and above it, and those that only look like it. */
function identitiesNear(objects: readonly KubeObject[]): readonly string[] {
  const named = ['nobody', `x.y.${MESH}`, `a.shop.${MESH}`, `b.shop.${MESH}`, `a.auth.${MESH}`];
  const texts = textsIn(objects).filter((text) =>
    /^(\*|spiffe:\/\/.*|[-*a-z0-9]+(\.[-a-z0-9]+)+)$/.test(text),
  );
  const near = texts.flatMap((text) => {
    if (text.startsWith('spiffe://')) return [text, `${text}x`, `${text}/x`];
    const name = text.replace(/^\*\.?/, '');
    if (name === '') return ['spiffe://corp/c'];
    return [name, `x.${name}`, `x.y.${name}`, `x${name}`, name.split('.').slice(1).join('.')];
  });
  return [...named, ...near].filter((name) => name !== '');
}

interface MatchParts {
  readonly path?: { readonly value?: string };
  readonly method?: string | { readonly service?: string; readonly method?: string };
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly queryParams?: readonly { readonly name: string; readonly value: string }[];
}

interface RouteParts {
  readonly hostnames?: readonly string[];
  readonly rules?: readonly { readonly matches?: readonly MatchParts[] }[];
}

/** Requests that meet a match of a route, or all but a condition of it, or what is next to it. */
function requestNear(objects: readonly KubeObject[]): fc.Arbitrary<HttpRequest> {
  const routes = objects
    .filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute')
    .map(({ spec }) => (spec ?? {}) as RouteParts);
  const matches = [{}, ...routes.flatMap(({ rules = [] }) => rules.flatMap(({ matches: all = [] }) => all))];
  const hosts = routes.flatMap(({ hostnames = [] }) => hostnames).flatMap(hostsNear);
  return fc
    .record({
      match: oneOf<MatchParts>(matches),
      other: oneOf<MatchParts>(matches),
      host: fc.option(oneOf(['elsewhere', ...hosts]), { nil: undefined }),
      tail: oneOf(['', '', '', '/', '/x', 'x', '/a']),
      cut: oneOf([0, 0, 0, 0, 1, 2]),
      method: fc.option(oneOf(['GET', 'POST', 'PUT', 'DELETE']), { nil: undefined }),
      without: fc.nat(5),
    })
    .map(({ match, other, host, tail, cut, method, without }) => {
      const whole = pathOf(match) + tail;
      const path = whole.slice(0, Math.max(1, whole.length - cut));
      const kept = <T>(all: readonly T[] = []): readonly T[] => all.filter((_, i) => i !== without);
      const headers: Record<string, string[]> = host === undefined ? {} : { host: [host] };
      for (const { name, value } of [...kept(match.headers), ...(without === 1 ? (other.headers ?? []) : [])])
        (headers[name] ??= []).push(value);
      const query = [...kept(match.queryParams), ...(without === 2 ? (other.queryParams ?? []) : [])];
      const parameters = new URLSearchParams(
        query.map(({ name, value }): [string, string] => [name, value]),
      ).toString();
      const own =
        typeof match.method === 'string' ? match.method : match.method === undefined ? 'GET' : 'POST';
      return {
        method: method ?? own,
        path: parameters === '' ? path : `${path}?${parameters}`,
        headers,
      };
    });
}

function pathOf({ path, method }: MatchParts): string {
  if (typeof method !== 'object') return path?.value ?? '/healthz';
  return `/${method.service ?? 'other'}/${method.method ?? 'Other'}`;
}

function hostsNear(pattern: string): readonly string[] {
  const name = pattern.replace(/^\*\./, '');
  return [name, `x.${name}`, `x.y.${name}`, `x${name}`, `${name}.`, name.toUpperCase()];
}

/** Every string in them. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
