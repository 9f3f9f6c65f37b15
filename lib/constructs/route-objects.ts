import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { Client } from './client';
import type { Declaration } from './declaration';
import { cellsOf, MATCHES_OF_A_RULE, limitedRouteName, type LimitedPlan } from './limited-plans';
import { clientName, slug } from './object-names';
import { manifestOf, type Manifest, type NamespaceSettings } from './planned-object';
import { ProxyProtocol } from './proxy-protocol';
import type { PlannedMatch } from './route-cells';
import type { AuthorizationPlan } from './authorization-plan';
import type { ServerPlan } from './server-plan';

/** A route of a port, and whom it admits besides those that the port admits. */
export interface PlannedRoute {
  readonly manifest: Manifest;
  readonly admitted: readonly { readonly name: string; readonly rule: AuthorizationPlan }[];
}

/**
 * The routes of a port that admits some clients to some requests. As soon as a Server has a route, Linkerd drops the routes
 * that it generates (linkerd-policy 6.1): so there is one for the rest of the port, which the port's own clients may use as
 * before, and one for the paths of its probes.
 */
export function routesOf(
  entry: ServerPlan,
  settings: NamespaceSettings,
  probePaths: readonly string[],
): PlannedRoute[] {
  const isGrpc = entry.protocol === ProxyProtocol.GRPC;
  const paths = isGrpc || settings.probeNetworks?.length === 0 ? [] : probePaths;
  const first = entry.limited[0]?.declarations[0] as Declaration;
  const probes = probePlan(entry, settings, first);
  const plans = [...entry.limited, probes];
  const routes = cellsOf(entry.limited, paths).cells.map((cells): PlannedRoute => {
    const name = limitedRouteName(cells, entry.limited, entry.name);
    const rules = cells.rules.flatMap((index) => (plans[index] as LimitedPlan).rules);
    const isAlone = cells.rules.length === 1;
    const admitted = rules.map((rule) => ({
      name: isAlone ? rule.name : slug(`${name}-${clientName(rule.client, settings.namespace)}`),
      rule,
    }));
    return { manifest: route(name, entry, settings, cells.matches), admitted: unique(admitted) };
  });
  return [...routes, { manifest: route(`${entry.name}-rest`, entry, settings, undefined), admitted: [] }];
}

/** Whom Linkerd itself lets probe: by plain HTTP, without an identity, from the mesh's probe networks. */
function probePlan(
  { name }: ServerPlan,
  { probeNetworks }: NamespaceSettings,
  declaration: Declaration,
): LimitedPlan {
  const client =
    probeNetworks === undefined
      ? Client.everyone()
      : probeNetworks.reduce((everyone, network) => everyone.from(network), Client.everyone());
  const rule = { name: `${name}-probes`, client, isNamed: false, declaration };
  return {
    name: rule.name,
    requests: { paths: [], methods: [] },
    rules: [rule],
    declarations: [declaration],
  };
}

/** A client that two exceptions name is admitted once. */
function unique(admitted: PlannedRoute['admitted']): PlannedRoute['admitted'] {
  return [...new Map(admitted.map((one) => [one.name, one])).values()];
}

function route(
  name: string,
  entry: ServerPlan,
  { namespace, routeApi }: NamespaceSettings,
  matches: readonly PlannedMatch[] | undefined,
): Manifest {
  const parentRefs = [{ group: POLICY_GROUP, kind: 'Server', name: entry.name }];
  if (entry.protocol === ProxyProtocol.GRPC) {
    // Without matches a rule takes every request, and there is no default
    const rules = matches === undefined ? [{}] : rulesOf(matches.map(grpcMatch));
    const gvk = { apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'GRPCRoute' };
    return manifestOf(gvk, name, namespace, { parentRefs, rules });
  }
  const apiVersion = routeApi === POLICY_GROUP ? `${POLICY_GROUP}/v1beta3` : `${GATEWAY_GROUP}/v1`;
  const every = [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }];
  const rules = matches === undefined ? every : rulesOf(matches.map(httpMatch));
  return manifestOf({ apiVersion, kind: 'HTTPRoute' }, name, namespace, { parentRefs, rules });
}

function rulesOf<Match>(matches: readonly Match[]): { matches: Match[] }[] {
  const rules: { matches: Match[] }[] = [];
  for (let at = 0; at < matches.length; at += MATCHES_OF_A_RULE) {
    rules.push({ matches: matches.slice(at, at + MATCHES_OF_A_RULE) });
  }
  return rules;
}

function httpMatch({ path, method }: PlannedMatch): object {
  return { path: { type: path.type, value: path.value }, ...(method === undefined ? {} : { method }) };
}

function grpcMatch({ path }: PlannedMatch): object {
  const [, service = '', method = ''] = path.value.split('/');
  return { method: { type: 'Exact', service, ...(path.type === 'Exact' ? { method } : {}) } };
}
