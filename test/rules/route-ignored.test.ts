import { routeIgnored } from '../../lib/rules/routes/route-ignored';
import { unchecked } from '../helpers/manifests';

/** Where `route-ignored` points, for a route of namespace shop. */
function pointsAt(kind: string, parent: string, rule: string): unknown {
  const cluster = unchecked(`
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { namespace: shop, name: read }
spec:
  parentRefs: [{ group: policy.linkerd.io, kind: Server, ${parent} }]
  rules: [${rule}]`);
  return routeIgnored.check(cluster).map(({ path }) => path);
}

it.each([
  [
    'its parent, whatever the Server is called',
    'HTTPRoute',
    'name: filter-match, port: 80',
    '{}',
    'parentRefs',
  ],
  [
    'its rules, for a filter',
    'HTTPRoute',
    'name: api',
    '{ filters: [{ type: URLRewrite, urlRewrite: { hostname: x } }] }',
    'rules',
  ],
  [
    'its rules, for a match',
    'GRPCRoute',
    'name: api',
    '{ matches: [{ method: { type: RegularExpression, service: a } }] }',
    'rules',
  ],
])('a route that Linkerd ignores is pointed at by %s', (_, kind, parent, rule, field) => {
  expect(pointsAt(kind, parent, rule)).toEqual([['spec', field]]);
});
