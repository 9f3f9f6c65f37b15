import { at, isFields, list, text } from '../fields';
import { complain, GATEWAY, GRPC_ROUTES, items, type AdmissionRule, type Complaint } from './rule';

/** Rules that the Gateway API states as expressions in its CRDs (linkerd-policy 1.9); the API server applies them. */
export const GATEWAY_RULES: readonly AdmissionRule[] = [
  {
    id: 'schema',
    kinds: [`${GATEWAY}/HTTPRoute`, ...GRPC_ROUTES],
    check: ({ spec }) => parentComplaints(spec),
  },
  {
    id: 'schema',
    kinds: [`${GATEWAY}/HTTPRoute`],
    check: ({ spec }) =>
      each(spec, 'matches', (match, path) => pathComplaints(at(match, 'path'), `${path}.path`)),
  },
  {
    id: 'schema',
    kinds: [`${GATEWAY}/HTTPRoute`, ...GRPC_ROUTES],
    check: ({ spec }) => [...each(spec, 'filters', memberComplaints), ...repeatedFilters(spec)],
  },
  { id: 'schema', kinds: [`${GATEWAY}/HTTPRoute`], check: ({ spec }) => redirectComplaints(spec) },
  {
    id: 'schema',
    kinds: GRPC_ROUTES,
    check: ({ spec }) =>
      each(spec, 'matches', (match, path) => methodComplaints(at(match, 'method'), `${path}.method`)),
  },
];

function each(
  spec: unknown,
  member: string,
  check: (value: unknown, path: string) => Complaint[],
): Complaint[] {
  return items(at(spec, 'rules'), 'spec.rules').flatMap((rule) =>
    items(at(rule.value, member), `${rule.path}.${member}`).flatMap(({ value, path }) => check(value, path)),
  );
}

/** Two references to one parent must tell which part of it each means. */
function parentComplaints(spec: unknown): Complaint[] {
  const parents = items(at(spec, 'parentRefs'), 'spec.parentRefs');
  const identity = (value: unknown): string =>
    JSON.stringify(['group', 'kind', 'namespace', 'name'].map((key) => at(value, key) ?? ''));
  const part = (value: unknown): string =>
    JSON.stringify([at(value, 'sectionName') ?? '', at(value, 'port') ?? 0]);
  return parents.flatMap(({ value, path }, i) => {
    const twin = parents.slice(0, i).find((other) => identity(other.value) === identity(value));
    if (twin === undefined) return [];
    const bothTell = [value, twin.value].every((ref) => part(ref) !== part({}));
    if (bothTell && part(value) !== part(twin.value)) return [];
    const remedy = 'remove it, or set a different sectionName or port in both';
    return [{ field: path, message: `is the same parent as ${twin.path}`, remedy }];
  });
}

const PATH_CHARACTERS = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/;

function pathComplaints(match: unknown, path: string): Complaint[] {
  const value = text(at(match, 'value'));
  if (value === undefined || at(match, 'type') === 'RegularExpression') return [];
  const forbidden = ['//', '/./', '/../', '%2f', '%2F', '#'].find((part) => value.includes(part));
  const ending = ['/..', '/.'].find((part) => value.endsWith(part));
  const complaints = [
    ...(value.startsWith('/') ? [] : [complain(`${path}.value`, value, 'start with "/"')]),
    ...(forbidden === undefined ? [] : [complain(`${path}.value`, value, `not contain "${forbidden}"`)]),
    ...(ending === undefined ? [] : [complain(`${path}.value`, value, `not end with "${ending}"`)]),
  ];
  if (complaints.length > 0 || PATH_CHARACTERS.test(value)) return complaints;
  return [complain(`${path}.value`, value, 'have characters of a URL path only, others as %hh')];
}

const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['RequestHeaderModifier', 'requestHeaderModifier'],
  ['ResponseHeaderModifier', 'responseHeaderModifier'],
  ['RequestMirror', 'requestMirror'],
  ['RequestRedirect', 'requestRedirect'],
  ['URLRewrite', 'urlRewrite'],
  ['ExtensionRef', 'extensionRef'],
]);

/** A filter has the member of its type and no other. */
function memberComplaints(filter: unknown, path: string): Complaint[] {
  const own = MEMBERS.get(text(at(filter, 'type')) ?? '');
  return [...MEMBERS].flatMap(([type, member]) => {
    const isThere = isFields(at(filter, member));
    if (member === own)
      return isThere ? [] : [complain(`${path}.${member}`, undefined, `be there for type ${type}`)];
    return isThere
      ? [complain(`${path}.${member}`, at(filter, member), `be absent but for type ${type}`)]
      : [];
  });
}

function repeatedFilters(spec: unknown): Complaint[] {
  return items(at(spec, 'rules'), 'spec.rules').flatMap(({ value: rule, path }) => {
    const types = list(at(rule, 'filters')).map((filter) => String(at(filter, 'type')));
    const repeatable = ['RequestMirror', 'ExtensionRef'];
    const twice = types.find((type, i) => types.indexOf(type) !== i && !repeatable.includes(type));
    return twice === undefined
      ? []
      : [{ field: `${path}.filters`, message: `has two filters of type ${twice}`, remedy: 'keep one' }];
  });
}

function redirectComplaints(spec: unknown): Complaint[] {
  return items(at(spec, 'rules'), 'spec.rules').flatMap(({ value: rule, path }) => {
    const filters = list(at(rule, 'filters'));
    const has = (type: string): boolean => filters.some((filter) => at(filter, 'type') === type);
    const complaints: Complaint[] = [];
    if (has('RequestRedirect') && has('URLRewrite')) {
      complaints.push({
        field: `${path}.filters`,
        message: 'has RequestRedirect and URLRewrite',
        remedy: 'keep one of them',
      });
    }
    if (has('RequestRedirect') && list(at(rule, 'backendRefs')).length > 0) {
      complaints.push({
        field: `${path}.backendRefs`,
        message: 'is there beside a RequestRedirect',
        remedy: 'remove them',
      });
    }
    const replacesPrefix = filters.some((filter) =>
      ['requestRedirect', 'urlRewrite'].some(
        (member) => at(filter, member, 'path', 'type') === 'ReplacePrefixMatch',
      ),
    );
    const [match, ...others] = list(at(rule, 'matches'));
    if (replacesPrefix && (others.length > 0 || at(match, 'path', 'type') !== 'PathPrefix')) {
      const message = 'must have exactly one match, of type PathPrefix, when a filter replaces the prefix';
      complaints.push({ field: `${path}.matches`, message, remedy: 'match one prefix' });
    }
    return complaints;
  });
}

const SERVICE = /^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i;
const METHOD = /^[A-Za-z_][A-Za-z_0-9]*$/;

function methodComplaints(method: unknown, path: string): Complaint[] {
  if (!isFields(method)) return [];
  const service = text(method.service);
  const name = text(method.method);
  if (service === undefined && name === undefined) {
    return [complain(path, method, 'have a service or a method')];
  }
  if (method.type === 'RegularExpression') return [];
  return [
    ...(service === undefined || SERVICE.test(service)
      ? []
      : [complain(`${path}.service`, service, 'be a gRPC service')]),
    ...(name === undefined || METHOD.test(name)
      ? []
      : [complain(`${path}.method`, name, 'be a gRPC method')]),
  ];
}
