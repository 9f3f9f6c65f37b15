import { asText, valueAt } from '../kubernetes/fields';
import { POLICY_GROUP } from '../kubernetes/kinds';
import type { KubeObject } from '../kubernetes/object';
import { complain, items, type AdmissionRule, type Complaint } from './rule';

/** What Linkerd's own HTTPRoute needs to be read at all; the schemas of its oldest versions ask for less. */
export const ROUTE_DECODING: readonly AdmissionRule[] = [
  {
    id: 'decode',
    kinds: [`${POLICY_GROUP}/HTTPRoute`],
    check: (object) => [
      ...items(valueAt(object.spec, 'parentRefs'), 'spec.parentRefs').flatMap(portComplaints),
      ...backendsOf(object).flatMap((backend) => [...nameComplaints(backend), ...portComplaints(backend)]),
    ],
  },
];

type Place = ReturnType<typeof items>[number];

function backendsOf({ spec }: KubeObject): Place[] {
  return items(valueAt(spec, 'rules'), 'spec.rules').flatMap(({ value, path }) =>
    items(valueAt(value, 'backendRefs'), `${path}.backendRefs`),
  );
}

function nameComplaints({ value, path }: Place): Complaint[] {
  if (asText(valueAt(value, 'name')) !== undefined) return [];
  return [complain(`${path}.name`, valueAt(value, 'name'), 'be there', 'name the Service')];
}

function portComplaints({ value, path }: Place): Complaint[] {
  const port = valueAt(value, 'port');
  if (typeof port !== 'number' || (port >= -(2 ** 31) && port < 2 ** 31)) return [];
  return [complain(`${path}.port`, port, 'be a number of 32 bits', 'write the number of a port')];
}
