import { valueAt, isFields, asList, asText, inWords } from '../kubernetes/fields';
import { goDuration } from './go-duration';
import { complain, GRPC_ROUTES, items, STREAM_ROUTES, type AdmissionRule, type Complaint } from './rule';
import { GATEWAY_GROUP } from '../kubernetes/kinds';

const HTTP_ROUTE = `${GATEWAY_GROUP}/HTTPRoute`;

/** What the Gateway API's CEL expressions require of a rule's filters, backends and timeouts (linkerd-policy 1.9). */
export const GATEWAY_RULE_MEMBERS: readonly AdmissionRule[] = [
  {
    id: 'schema',
    kinds: [HTTP_ROUTE, ...GRPC_ROUTES],
    check: ({ spec }) => eachRule(spec, (rule, path) => filterLists(rule, path).flatMap(filterComplaints)),
  },
  { id: 'schema', kinds: [HTTP_ROUTE], check: ({ spec }) => eachRule(spec, redirectComplaints) },
  {
    id: 'schema',
    kinds: [HTTP_ROUTE, ...GRPC_ROUTES, ...STREAM_ROUTES],
    check: ({ spec }) => eachRule(spec, backendComplaints),
  },
  { id: 'schema', kinds: [HTTP_ROUTE], check: ({ spec }) => eachRule(spec, timeoutComplaints) },
  {
    id: 'schema',
    kinds: [HTTP_ROUTE, ...GRPC_ROUTES],
    check: ({ spec }) => eachRule(spec, sessionComplaints),
  },
];

function eachRule(spec: unknown, check: (rule: unknown, path: string) => Complaint[]): Complaint[] {
  return items(valueAt(spec, 'rules'), 'spec.rules').flatMap(({ value, path }) => check(value, path));
}

type Place = ReturnType<typeof items>[number];

/** The filters of a rule and those of each of its backends. */
function filterLists(rule: unknown, path: string): Place[] {
  const backends = items(valueAt(rule, 'backendRefs'), `${path}.backendRefs`);
  return [{ value: rule, path }, ...backends].map((owner) => ({
    value: valueAt(owner.value, 'filters'),
    path: `${owner.path}.filters`,
  }));
}

const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['RequestHeaderModifier', 'requestHeaderModifier'],
  ['ResponseHeaderModifier', 'responseHeaderModifier'],
  ['RequestMirror', 'requestMirror'],
  ['RequestRedirect', 'requestRedirect'],
  ['URLRewrite', 'urlRewrite'],
  ['ExtensionRef', 'extensionRef'],
]);

const REPEATABLE = ['RequestMirror', 'ExtensionRef'];

function filterComplaints({ value: filters, path }: Place): Complaint[] {
  const types = asList(filters).map((filter) => inWords(valueAt(filter, 'type')));
  const twice = types.find(
    (type, i) => types.indexOf(type) !== i && MEMBERS.has(type) && !REPEATABLE.includes(type),
  );
  const complaints = items(filters, path).flatMap((filter) => [
    ...memberComplaints(filter),
    ...replacementComplaints(filter, 'requestRedirect'),
    ...replacementComplaints(filter, 'urlRewrite'),
    ...portComplaints(
      valueAt(filter.value, 'requestMirror', 'backendRef'),
      `${filter.path}.requestMirror.backendRef`,
    ),
  ]);
  if (twice !== undefined) {
    complaints.push({ field: path, message: `has two filters of type ${twice}`, remedy: 'keep one' });
  }
  if (types.includes('RequestRedirect') && types.includes('URLRewrite')) {
    complaints.push({
      field: path,
      message: 'has RequestRedirect and URLRewrite, which are mutually exclusive',
      remedy: 'keep one of them',
    });
  }
  return complaints;
}

/** A filter has the member for its type and no other. */
function memberComplaints({ value: filter, path }: Place): Complaint[] {
  const own = MEMBERS.get(asText(valueAt(filter, 'type')) ?? '');
  return [...MEMBERS].flatMap(([type, member]) => {
    const isThere = isFields(valueAt(filter, member));
    if (isThere === (member === own)) return [];
    const must = isThere ? `be absent unless the type is ${type}` : `be set for type ${type}`;
    return [complain(`${path}.${member}`, valueAt(filter, member), must)];
  });
}

/** A path has the replacement for its type and no other. */
function replacementComplaints({ value: filter, path }: Place, member: string): Complaint[] {
  const target = valueAt(filter, member, 'path');
  if (!isFields(target)) return [];
  return ['ReplaceFullPath', 'ReplacePrefixMatch'].flatMap((type) => {
    const field = type.charAt(0).toLowerCase() + type.slice(1);
    const isThere = valueAt(target, field) !== undefined;
    if (isThere === (valueAt(target, 'type') === type)) return [];
    const must = isThere ? `be absent unless the type is ${type}` : `be set for type ${type}`;
    return [complain(`${path}.${member}.path.${field}`, valueAt(target, field), must)];
  });
}

function redirectComplaints(rule: unknown, path: string): Complaint[] {
  const complaints: Complaint[] = [];
  const redirects = asList(valueAt(rule, 'filters')).some((filter) =>
    isFields(valueAt(filter, 'requestRedirect')),
  );
  if (redirects && asList(valueAt(rule, 'backendRefs')).length > 0) {
    complaints.push({
      field: `${path}.backendRefs`,
      message: 'must be absent when there is a RequestRedirect, which answers without a backend',
      remedy: 'remove them',
    });
  }
  const replacesPrefix = filterLists(rule, path).some(({ value: filters }) =>
    asList(filters).some((filter) =>
      ['requestRedirect', 'urlRewrite'].some(
        (member) => valueAt(filter, member, 'path', 'type') === 'ReplacePrefixMatch',
      ),
    ),
  );
  const [match, ...others] = asList(valueAt(rule, 'matches'));
  if (replacesPrefix && (others.length > 0 || valueAt(match, 'path', 'type') !== 'PathPrefix')) {
    const message = 'must have exactly one match, of type PathPrefix, when a filter replaces the prefix';
    complaints.push({ field: `${path}.matches`, message, remedy: 'match exactly one prefix' });
  }
  return complaints;
}

function backendComplaints(rule: unknown, path: string): Complaint[] {
  return items(valueAt(rule, 'backendRefs'), `${path}.backendRefs`).flatMap((backend) =>
    portComplaints(backend.value, backend.path),
  );
}

/** A reference to a Service must give its port. */
function portComplaints(reference: unknown, path: string): Complaint[] {
  const isService = valueAt(reference, 'group') === '' && valueAt(reference, 'kind') === 'Service';
  if (!isService || valueAt(reference, 'port') !== undefined) return [];
  return [complain(`${path}.port`, undefined, 'be set for a Service', "give the Service's port")];
}

function timeoutComplaints(rule: unknown, path: string): Complaint[] {
  const timeouts = valueAt(rule, 'timeouts');
  const request = goDuration(asText(valueAt(timeouts, 'request')) ?? '');
  const backendRequest = goDuration(asText(valueAt(timeouts, 'backendRequest')) ?? '');
  if (request === undefined || backendRequest === undefined) return [];
  if (request === 0 || backendRequest <= request) return [];
  const most = `be at most the request timeout, ${inWords(valueAt(timeouts, 'request'))}`;
  return [complain(`${path}.timeouts.backendRequest`, valueAt(timeouts, 'backendRequest'), most)];
}

function sessionComplaints(rule: unknown, path: string): Complaint[] {
  const session = valueAt(rule, 'sessionPersistence');
  if (valueAt(session, 'cookieConfig', 'lifetimeType') !== 'Permanent') return [];
  if (valueAt(session, 'absoluteTimeout') !== undefined) return [];
  const field = `${path}.sessionPersistence.absoluteTimeout`;
  return [complain(field, undefined, 'be set for a cookie whose lifetimeType is Permanent')];
}
