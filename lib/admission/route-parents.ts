import { at, list, text } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { outboundAnnotationComplaints } from './outbound-annotations';
import {
  complain,
  GATEWAY,
  GRPC_ROUTES,
  HTTP_ROUTES,
  items,
  POLICY,
  refersTo,
  STREAM_ROUTES,
  type AdmissionRule,
} from './rule';

/** What routes refer to. */
export const ROUTE_REFERENCE_RULES: readonly AdmissionRule[] = [
  {
    id: 'W27',
    kinds: [...HTTP_ROUTES, ...GRPC_ROUTES, ...STREAM_ROUTES],
    check: ({ spec }) =>
      items(at(spec, 'parentRefs'), 'spec.parentRefs').flatMap(({ value, path }) => {
        if (!refersTo(value, POLICY, 'EgressNetwork') || (at(value, 'port') ?? undefined) !== undefined)
          return [];
        return [
          complain(
            `${path}.port`,
            undefined,
            'be there for an EgressNetwork',
            'name the port of the traffic',
          ),
        ];
      }),
  },
  {
    id: 'W28',
    kinds: [...HTTP_ROUTES, ...GRPC_ROUTES],
    check: (object) => (isOutbound(object) ? outboundAnnotationComplaints(object) : []),
  },
  {
    id: 'W29',
    kinds: [`${GATEWAY}/HTTPRoute`, ...GRPC_ROUTES],
    check: ({ spec }) =>
      items(at(spec, 'rules'), 'spec.rules').flatMap((rule) =>
        items(at(rule.value, 'backendRefs'), `${rule.path}.backendRefs`).flatMap(({ value, path }) => {
          const port = at(value, 'port') ?? 0;
          if (!isService(value) || port !== 0) return [];
          return [complain(`${path}.port`, at(value, 'port'), 'be there for a Service, and not 0')];
        }),
      ),
  },
  {
    id: 'W31',
    kinds: STREAM_ROUTES,
    check: ({ spec }) => {
      const count = list(at(spec, 'rules')).length;
      if (count === 1) return [];
      return [
        {
          field: 'spec.rules',
          message: `has ${count} rules; it must have exactly one`,
          remedy: 'write one route for each',
        },
      ];
    },
  },
];

function isOutbound({ spec }: KubeObject): boolean {
  return list(at(spec, 'parentRefs')).some(
    (parent) => refersTo(parent, 'core', 'Service') || refersTo(parent, POLICY, 'EgressNetwork'),
  );
}

/** Here, unlike in other references, upper and lower case differ. */
function isService(reference: unknown): boolean {
  const group = text(at(reference, 'group')) ?? '';
  return (group === '' || group === 'core') && (text(at(reference, 'kind')) ?? 'Service') === 'Service';
}
