import { compileRegex } from '../linkerd/regex';
import { valueAt, isFields, asText, inWords } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { goDuration } from './go-duration';
import { complain, GRPC_ROUTES, HTTP_ROUTES, items, type AdmissionRule, type Complaint } from './rule';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf } from '../kubernetes/references';

/** Matches and filters of HTTPRoutes and GRPCRoutes. */
export const ROUTE_RULES: readonly AdmissionRule[] = [
  {
    id: 'W23',
    kinds: HTTP_ROUTES,
    check: (object) =>
      matchesOf(object).flatMap(({ value, path }) => [
        ...pathComplaints(valueAt(value, 'path'), `${path}.path`),
        ...valueComplaints(valueAt(value, 'headers'), `${path}.headers`, true),
        ...valueComplaints(valueAt(value, 'queryParams'), `${path}.queryParams`, false),
      ]),
  },
  {
    id: 'W24',
    kinds: HTTP_ROUTES,
    check: (object) =>
      filtersOf(object)
        .map(decodedFilter(object))
        .flatMap(({ value, path }) => [
          ...redirectComplaints(valueAt(value, 'requestRedirect'), `${path}.requestRedirect`),
          ...modifierComplaints(value, path),
        ]),
  },
  {
    id: 'W25',
    kinds: [`${POLICY_GROUP}/HTTPRoute`],
    check: (object) =>
      filtersOf(object).flatMap(({ value, path }) => {
        const type = asText(valueAt(value, 'type')) ?? '';
        const member = memberOf(type);
        if (isFields(valueAt(value, member))) return [];
        return [
          complain(`${path}.${member}`, undefined, `be set for a filter of type ${type}`, `add ${member}`),
        ];
      }),
  },
  {
    id: 'W26',
    kinds: [`${POLICY_GROUP}/HTTPRoute`],
    check: (object) =>
      rulesOf(object).flatMap(({ value, path }) =>
        timeoutComplaints(valueAt(value, 'timeouts'), `${path}.timeouts`),
      ),
  },
  {
    id: 'W30',
    kinds: GRPC_ROUTES,
    check: (object) => [
      ...matchesOf(object).flatMap(({ value, path }) => [
        ...(valueAt(value, 'method', 'type') === 'RegularExpression'
          ? [
              complain(
                `${path}.method.type`,
                'RegularExpression',
                'be Exact; Linkerd does not match methods by pattern',
              ),
            ]
          : []),
        ...valueComplaints(valueAt(value, 'headers'), `${path}.headers`, true),
      ]),
      ...filtersOf(object).flatMap(({ value, path }) => modifierComplaints(value, path)),
    ],
  },
];

type Place = ReturnType<typeof items>[number];

function rulesOf({ spec }: KubeObject): Place[] {
  return items(valueAt(spec, 'rules'), 'spec.rules');
}

function matchesOf(object: KubeObject): Place[] {
  return rulesOf(object).flatMap(({ value, path }) => items(valueAt(value, 'matches'), `${path}.matches`));
}

function filtersOf(object: KubeObject): Place[] {
  return rulesOf(object).flatMap(({ value, path }) => items(valueAt(value, 'filters'), `${path}.filters`));
}

/** What Linkerd decodes of a filter: in its own HTTPRoute only the member that `type` names. */
function decodedFilter({ apiVersion }: KubeObject): (filter: Place) => Place {
  if (groupOf(apiVersion) !== POLICY_GROUP) return (filter) => filter;
  return ({ value, path }) => {
    const member = memberOf(asText(valueAt(value, 'type')) ?? '');
    return { value: { [member]: valueAt(value, member) }, path };
  };
}

/** The member of a filter that its type names. */
function memberOf(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}

function pathComplaints(match: unknown, path: string): Complaint[] {
  const value = asText(valueAt(match, 'value'));
  if (value === undefined) return [];
  if (valueAt(match, 'type') === 'RegularExpression') return regexComplaints(value, `${path}.value`);
  return value.startsWith('/') ? [] : [complain(`${path}.value`, value, 'start with "/"')];
}

function valueComplaints(matches: unknown, path: string, areHeaders: boolean): Complaint[] {
  return items(matches, path).flatMap(({ value: match, path: place }) => {
    const value = asText(valueAt(match, 'value')) ?? '';
    const name = areHeaders ? nameComplaints(valueAt(match, 'name'), `${place}.name`) : [];
    if (valueAt(match, 'type') === 'RegularExpression')
      return [...name, ...regexComplaints(value, `${place}.value`)];
    return areHeaders ? [...name, ...headerValueComplaints(value, `${place}.value`)] : name;
  });
}

function regexComplaints(pattern: string, path: string): Complaint[] {
  const regex = compileRegex(pattern);
  if (regex.ok) return [];
  return [
    {
      field: path,
      message: regex.problem,
      remedy: "write it in the syntax of Rust's regex crate: no look-around, no back-references",
    },
  ];
}

function redirectComplaints(redirect: unknown, path: string): Complaint[] {
  const target = valueAt(redirect, 'path');
  const status = valueAt(redirect, 'statusCode');
  const isStatus = status === undefined || (typeof status === 'number' && status >= 100 && status <= 999);
  const complaints = isStatus ? [] : [complain(`${path}.statusCode`, status, 'be an HTTP status')];
  if (!isFields(target)) return complaints;
  // The webhook reads whichever is present; that it must be the one for the type is the Gateway API's own rule.
  const member = ['replaceFullPath', 'replacePrefixMatch'].find(
    (name) => asText(valueAt(target, name)) !== undefined,
  );
  if (member === undefined) {
    return [...complaints, complain(`${path}.path`, target, 'have replaceFullPath or replacePrefixMatch')];
  }
  const value = asText(target[member]) ?? '';
  return value.startsWith('/')
    ? complaints
    : [...complaints, complain(`${path}.path.${member}`, value, 'start with "/"')];
}

function modifierComplaints(filter: unknown, path: string): Complaint[] {
  return ['requestHeaderModifier', 'responseHeaderModifier'].flatMap((member) => {
    const modifier = valueAt(filter, member);
    const place = `${path}.${member}`;
    const changed = ['set', 'add'].flatMap((verb) =>
      items(valueAt(modifier, verb), `${place}.${verb}`).flatMap(({ value, path: item }) => [
        ...nameComplaints(valueAt(value, 'name'), `${item}.name`),
        ...headerValueComplaints(asText(valueAt(value, 'value')) ?? '', `${item}.value`),
      ]),
    );
    const removed = items(valueAt(modifier, 'remove'), `${place}.remove`).flatMap(({ value, path: item }) =>
      nameComplaints(value, item),
    );
    return [...changed, ...removed];
  });
}

/** A header name is an HTTP token. */
function nameComplaints(name: unknown, path: string): Complaint[] {
  if (typeof name === 'string' && /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name)) return [];
  return [complain(path, name, 'be a header name: letters, digits and dashes')];
}

function headerValueComplaints(value: string, path: string): Complaint[] {
  if (/^[\t\x20-\x7e\u0080-\uffff]*$/.test(value)) return [];
  return [complain(path, value, 'be a header value without control characters')];
}

function timeoutComplaints(timeouts: unknown, path: string): Complaint[] {
  const complaints: Complaint[] = [];
  const read = (member: string): number | undefined => {
    const value = asText(valueAt(timeouts, member));
    if (value === undefined) return undefined;
    const duration = goDuration(value);
    if (duration === undefined)
      complaints.push(complain(`${path}.${member}`, value, 'be a duration such as 10s or 1m30s'));
    return duration;
  };
  const request = read('request');
  const backendRequest = read('backendRequest');
  // A request timeout of 0 means none, but the webhook compares it anyway.
  if (request !== undefined && backendRequest !== undefined && backendRequest > request) {
    const longest = inWords(valueAt(timeouts, 'request'));
    complaints.push(
      complain(
        `${path}.backendRequest`,
        valueAt(timeouts, 'backendRequest'),
        `be at most the request timeout, ${longest}`,
      ),
    );
  }
  return complaints;
}
