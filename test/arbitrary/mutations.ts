import fc from 'fast-check';
import type { KubeObject } from '../../lib/kubernetes/object';
import { DEFAULT_POLICIES } from '../../lib/linkerd/default-policy';
import { CIDRS, IDENTITIES } from './cluster';

/** Small changes of one object, such as people make. */

type Json = Record<string, unknown>;

/** A number below `count`, at random. */
type Pick = (count: number) => number;

/** Changes a copy of an object in place; false where it has nothing to change. */
type Mutation = (object: Json, pick: Pick) => boolean;

function child(of: unknown, ...path: readonly string[]): Json | undefined {
  let at: unknown = of;
  for (const key of path) at = (at as Json | undefined)?.[key];
  return typeof at === 'object' && at !== null ? (at as Json) : undefined;
}

function list(of: unknown, ...path: readonly string[]): Json[] {
  const found = child(of, ...path);
  return Array.isArray(found) ? (found as Json[]) : [];
}

function chosen<T>(all: readonly T[], pick: Pick): T | undefined {
  return all[pick(Math.max(1, all.length))];
}

/** Sets a field to one of the values, or removes it where that is `undefined`; false if it has that value already. */
function set(at: Json | undefined, key: string, values: readonly unknown[], pick: Pick): boolean {
  if (at === undefined) return false;
  const value = chosen(values, pick);
  if (JSON.stringify(at[key]) === JSON.stringify(value)) return false;
  if (value === undefined) delete at[key];
  else at[key] = value;
  return true;
}

function drop(from: unknown[], pick: Pick): boolean {
  if (from.length === 0) return false;
  from.splice(pick(from.length), 1);
  return true;
}

function ofKind(kinds: string | readonly string[], mutation: Mutation): Mutation {
  return (object, pick) => [kinds].flat().includes(object.kind as string) && mutation(object, pick);
}

const ROUTES = ['HTTPRoute', 'GRPCRoute'];

function someMatch(object: Json, pick: Pick): Json | undefined {
  return chosen(
    list(object, 'spec', 'rules').flatMap((rule) => list(rule, 'matches')),
    pick,
  );
}

/** The namespaced annotations that decide, of a pod's template, a pod or a Namespace. */
function annotationsOf(object: Json): Json | undefined {
  return (
    child(object, 'spec', 'template', 'metadata', 'annotations') ?? child(object, 'metadata', 'annotations')
  );
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'drops a match': ofKind(ROUTES, (object, pick) => {
    const rule = chosen(list(object, 'spec', 'rules'), pick);
    return drop(list(rule, 'matches'), pick);
  }),
  'drops a rule': ofKind(ROUTES, (object, pick) => drop(list(object, 'spec', 'rules'), pick)),
  'widens or narrows a path': ofKind(ROUTES, (object, pick) =>
    set(child(someMatch(object, pick), 'path'), 'type', ['Exact', 'PathPrefix'], pick),
  ),
  'takes another path': ofKind(ROUTES, (object, pick) =>
    set(someMatch(object, pick), 'path', [undefined, { type: 'PathPrefix', value: '/api' }], pick),
  ),
  'takes another method': ofKind('HTTPRoute', (object, pick) =>
    set(someMatch(object, pick), 'method', [undefined, 'GET', 'POST'], pick),
  ),
  'asks for no header': ofKind(ROUTES, (object, pick) =>
    drop(list(someMatch(object, pick), 'headers'), pick),
  ),
  'asks for no parameter': ofKind(ROUTES, (object, pick) =>
    drop(list(someMatch(object, pick), 'queryParams'), pick),
  ),
  'asks for a header': ofKind(ROUTES, (object, pick) =>
    set(someMatch(object, pick), 'headers', [[{ name: 'x', value: '1' }], [{ name: 'Y', value: '2' }]], pick),
  ),
  'drops a host': ofKind(ROUTES, (object, pick) => drop(list(object, 'spec', 'hostnames'), pick)),
  'takes another host': ofKind(ROUTES, (object, pick) =>
    set(child(object, 'spec'), 'hostnames', [['*.example'], ['a.example'], []], pick),
  ),
  'is of another age': ofKind([...ROUTES, 'Server'], (object, pick) =>
    set(child(object, 'metadata'), 'creationTimestamp', [undefined, '2023-01-01T00:00:00Z'], pick),
  ),
  'has another name': ofKind([...ROUTES, 'Server', 'NetworkAuthentication'], (object, pick) =>
    set(child(object, 'metadata'), 'name', ['a', 'b', 'c'], pick),
  ),
  'admits another identity': ofKind('MeshTLSAuthentication', (object, pick) => {
    const identities = list(object, 'spec', 'identities') as unknown as string[];
    if (identities.length === 0) return false;
    identities[pick(identities.length)] = chosen(['*', '*.example', ...IDENTITIES], pick) ?? '*';
    return true;
  }),
  'admits another account': ofKind('MeshTLSAuthentication', (object, pick) =>
    set(chosen(list(object, 'spec', 'identityRefs'), pick), 'name', ['a', 'b', 'shop', 'auth'], pick),
  ),
  'has another hole': ofKind('NetworkAuthentication', (object, pick) =>
    set(
      chosen(list(object, 'spec', 'networks'), pick),
      'except',
      [undefined, ['10.1.0.0/16'], ['10.1.2.3'], ['10.128.0.0/9', '10.1.2.0/30']],
      pick,
    ),
  ),
  'admits another network': ofKind('NetworkAuthentication', (object, pick) =>
    set(chosen(list(object, 'spec', 'networks'), pick), 'cidr', [...CIDRS, '10.1.0.0/15'], pick),
  ),
  'has another mode': ofKind('Server', (object, pick) =>
    set(child(object, 'spec'), 'accessPolicy', [undefined, 'deny', 'audit', ...DEFAULT_POLICIES], pick),
  ),
  'selects others': ofKind('Server', (object, pick) =>
    set(child(object, 'spec'), 'podSelector', [{}, { matchLabels: { app: 'web' } }], pick),
  ),
  'is of another port': ofKind('Server', (object, pick) =>
    set(child(object, 'spec'), 'port', [8080, 'http', 9090], pick),
  ),
  'speaks another protocol': ofKind('Server', (object, pick) =>
    set(child(object, 'spec'), 'proxyProtocol', [undefined, 'HTTP/1', 'gRPC', 'opaque', 'TLS'], pick),
  ),
  'has another default': ofKind(['Namespace', 'Deployment', 'Pod'], (object, pick) =>
    set(
      annotationsOf(object),
      'config.linkerd.io/default-inbound-policy',
      [undefined, 'deny', 'audit', ...DEFAULT_POLICIES],
      pick,
    ),
  ),
  'has other ports past the proxy': ofKind(['Namespace', 'Deployment', 'Pod'], (object, pick) =>
    set(
      annotationsOf(object),
      'config.linkerd.io/skip-inbound-ports',
      [undefined, '8080', '9000-9095'],
      pick,
    ),
  ),
  'has other opaque ports': ofKind(['Namespace', 'Deployment', 'Pod'], (object, pick) =>
    set(annotationsOf(object), 'config.linkerd.io/opaque-ports', [undefined, '8080', '9000-9095'], pick),
  ),
  'has other networks past the proxy': ofKind(['Namespace', 'Deployment', 'Pod'], (object, pick) =>
    set(
      annotationsOf(object),
      'config.linkerd.io/skip-subnets',
      [undefined, '10.1.0.0/16', '10.1.2.0/30'],
      pick,
    ),
  ),
  'is in the mesh or not': ofKind(['Namespace', 'Deployment', 'Pod'], (object, pick) =>
    set(annotationsOf(object), 'linkerd.io/inject', ['enabled', 'disabled'], pick),
  ),
  'asks for less': ofKind('AuthorizationPolicy', (object, pick) =>
    drop(list(object, 'spec', 'requiredAuthenticationRefs'), pick),
  ),
  'is about something else': ofKind('AuthorizationPolicy', (object, pick) =>
    set(child(object, 'spec', 'targetRef'), 'name', ['a', 'b', 'c'], pick),
  ),
  'admits whom it did not': ofKind('ServerAuthorization', (object, pick) =>
    set(
      child(object, 'spec'),
      'client',
      [
        { unauthenticated: true },
        { meshTLS: { unauthenticatedTLS: true } },
        { meshTLS: { identities: ['*'] } },
      ],
      pick,
    ),
  ),
};

/** What was changed, and how. */
export interface Mutated {
  readonly objects: KubeObject[];
  readonly what: string;
}

/** A cluster with one to three small changes, or as many as it has room for. */
export function mutated(objects: readonly KubeObject[]): fc.Arbitrary<Mutated> {
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom(...Object.keys(MUTATIONS)),
      fc.nat(),
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  return steps.map((all) => {
    let [now, done] = [[...objects], [] as string[]];
    for (const [name, where, numbers] of all) {
      if (done.length === 2) break;
      const mutation = MUTATIONS[name];
      if (mutation === undefined) continue;
      let at = 0;
      const pick: Pick = (count) => (numbers[at++ % numbers.length] ?? 0) % count;
      for (let i = 0; i < now.length; i += 1) {
        const index = (where + i) % now.length;
        const copy = JSON.parse(JSON.stringify(now[index])) as Json;
        if (!mutation(copy, pick)) continue;
        now = now.map((one, j) => (j === index ? (copy as unknown as KubeObject) : one));
        done = [...done, `${String(copy.kind)} ${String(child(copy, 'metadata')?.name)} ${name}`];
        break;
      }
    }
    return { objects: now, what: done.join(', ') };
  });
}
