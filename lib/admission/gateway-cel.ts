import { valueAt, isFields, asText } from '../kubernetes/fields';
import { GATEWAY_RULE_MEMBERS } from './gateway-rule-members';
import { complain, GRPC_ROUTES, items, STREAM_ROUTES, type AdmissionRule, type Complaint } from './rule';
import { GATEWAY_GROUP } from '../kubernetes/kinds';

/** Rules that the Gateway API states as CEL expressions in its CRDs (linkerd-policy 1.9); the API server applies them. */
export const GATEWAY_RULES: readonly AdmissionRule[] = [
  {
    id: 'schema',
    kinds: [`${GATEWAY_GROUP}/HTTPRoute`, ...GRPC_ROUTES, ...STREAM_ROUTES],
    check: ({ spec }) => parentComplaints(spec),
  },
  {
    id: 'schema',
    kinds: [`${GATEWAY_GROUP}/HTTPRoute`],
    check: ({ spec }) =>
      eachMatch(spec, (match, path) => pathComplaints(valueAt(match, 'path'), `${path}.path`)),
  },
  {
    id: 'schema',
    kinds: GRPC_ROUTES,
    check: ({ spec }) =>
      eachMatch(spec, (match, path) => methodComplaints(valueAt(match, 'method'), `${path}.method`)),
  },
  ...GATEWAY_RULE_MEMBERS,
];

function eachMatch(spec: unknown, check: (value: unknown, path: string) => Complaint[]): Complaint[] {
  return items(valueAt(spec, 'rules'), 'spec.rules').flatMap((rule) =>
    items(valueAt(rule.value, 'matches'), `${rule.path}.matches`).flatMap(({ value, path }) =>
      check(value, path),
    ),
  );
}

/** Two references to one parent must say which part of it each means, and both in the same way. */
function parentComplaints(spec: unknown): Complaint[] {
  const parents = items(valueAt(spec, 'parentRefs'), 'spec.parentRefs').map((parent) => {
    const { value } = parent;
    const key = ['group', 'kind', 'namespace', 'name'].map((name) => valueAt(value, name) ?? '');
    return {
      ...parent,
      key: JSON.stringify(key),
      section: valueAt(value, 'sectionName') ?? '',
      port: valueAt(value, 'port') ?? 0,
    };
  });
  return parents.flatMap(({ key, section, port, path }, i) => {
    const twin = parents.slice(0, i).find((other) => {
      if (other.key !== key) return false;
      const alike = (other.section === '') === (section === '') && (other.port === 0) === (port === 0);
      return !alike || (other.section === section && other.port === port);
    });
    if (twin === undefined) return [];
    const remedy = 'remove it, or set a different sectionName or a different port in both';
    return [{ field: path, message: `is the same parent as ${twin.path}`, remedy }];
  });
}

const PATH_CHARACTERS = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

function pathComplaints(match: unknown, path: string): Complaint[] {
  const value = asText(valueAt(match, 'value'));
  if (value === undefined || valueAt(match, 'type') === 'RegularExpression') return [];
  const forbidden = ['//', '/./', '/../', '%2f', '%2F', '#'].find((part) => value.includes(part));
  const ending = ['/..', '/.'].find((part) => value.endsWith(part));
  const complaints = [
    ...(value.startsWith('/') ? [] : [complain(`${path}.value`, value, 'start with "/"')]),
    ...(forbidden === undefined ? [] : [complain(`${path}.value`, value, `not contain "${forbidden}"`)]),
    ...(ending === undefined ? [] : [complain(`${path}.value`, value, `not end with "${ending}"`)]),
  ];
  if (complaints.length > 0 || PATH_CHARACTERS.test(value)) return complaints;
  return [complain(`${path}.value`, value, 'have only URL path characters, any others as %hh')];
}

const SERVICE = /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i;
const METHOD = /^[A-Za-z_][A-Za-z_0-9]*$/;

function methodComplaints(method: unknown, path: string): Complaint[] {
  if (!isFields(method)) return [];
  const service = asText(method.service);
  const name = asText(method.method);
  if (service === undefined && name === undefined) {
    return [complain(path, method, 'have a service or a method')];
  }
  if (method.type === 'RegularExpression') return [];
  return [
    ...(service === undefined || SERVICE.test(service)
      ? []
      : [complain(`${path}.service`, service, 'be a gRPC service name')]),
    ...(name === undefined || METHOD.test(name)
      ? []
      : [complain(`${path}.method`, name, 'be a gRPC method name')]),
  ];
}
