import { valueAt, asList, asText } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { outboundAnnotationComplaints } from './outbound-annotations';
import { complain, GRPC_ROUTES, HTTP_ROUTES, items, STREAM_ROUTES, type AdmissionRule } from './rule';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf, refersTo } from '../kubernetes/references';

/** The references of routes. */
export const ROUTE_REFERENCE_RULES: readonly AdmissionRule[] = [
  {
    id: 'W27',
    kinds: [...HTTP_ROUTES, ...GRPC_ROUTES, ...STREAM_ROUTES],
    check: (object) =>
      items(isDecodable(object) ? valueAt(object.spec, 'parentRefs') : [], 'spec.parentRefs').flatMap(
        ({ value, path }) => {
          if (
            !refersTo(value, POLICY_GROUP, 'EgressNetwork') ||
            (valueAt(value, 'port') ?? undefined) !== undefined
          )
            return [];
          return [
            complain(
              `${path}.port`,
              undefined,
              'be set for an EgressNetwork',
              'give the port of the traffic',
            ),
          ];
        },
      ),
  },
  {
    id: 'W28',
    kinds: [...HTTP_ROUTES, ...GRPC_ROUTES],
    check: (object) => (isOutbound(object) ? outboundAnnotationComplaints(object) : []),
  },
  {
    id: 'W29',
    kinds: [`${GATEWAY_GROUP}/HTTPRoute`, ...GRPC_ROUTES],
    check: ({ spec }) =>
      items(valueAt(spec, 'rules'), 'spec.rules').flatMap((rule) =>
        items(valueAt(rule.value, 'backendRefs'), `${rule.path}.backendRefs`).flatMap(({ value, path }) => {
          const port = valueAt(value, 'port') ?? 0;
          if (!isService(value) || port !== 0) return [];
          return [complain(`${path}.port`, valueAt(value, 'port'), 'be set for a Service, and not 0')];
        }),
      ),
  },
  {
    id: 'W31',
    kinds: STREAM_ROUTES,
    check: (object) => {
      const count = asList(valueAt(object.spec, 'rules')).length;
      if (count === 1 || !isDecodable(object)) return [];
      return [
        {
          field: 'spec.rules',
          message: `has ${count} rules; it must have exactly one`,
          remedy: 'write a route for each',
        },
      ];
    },
  },
];

/** Whether the webhook can decode a route. A TLSRoute or TCPRoute that it cannot is admitted unchecked. */
function isDecodable({ apiVersion, kind, spec }: KubeObject): boolean {
  if (!STREAM_ROUTES.includes(`${groupOf(apiVersion)}/${kind}`)) return true;
  if (kind === 'TLSRoute' && !Array.isArray(valueAt(spec, 'hostnames'))) return false;
  return asList(valueAt(spec, 'rules')).every((rule) => Array.isArray(valueAt(rule, 'backendRefs')));
}

function isOutbound({ spec }: KubeObject): boolean {
  return asList(valueAt(spec, 'parentRefs')).some(
    (parent) => refersTo(parent, 'core', 'Service') || refersTo(parent, POLICY_GROUP, 'EgressNetwork'),
  );
}

/** Unlike other references, this one is case-sensitive. */
function isService(reference: unknown): boolean {
  const group = asText(valueAt(reference, 'group')) ?? '';
  return (
    (group === '' || group === 'core') && (asText(valueAt(reference, 'kind')) ?? 'Service') === 'Service'
  );
}
