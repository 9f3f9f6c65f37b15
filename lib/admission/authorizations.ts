import { valueAt, asList } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { complain, items, type AdmissionRule, type Complaint } from './rule';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { referent, refersTo } from '../kubernetes/references';

const AUTHORIZATION_POLICY = [`${POLICY_GROUP}/AuthorizationPolicy`];
const SERVER_AUTHORIZATION = [`${POLICY_GROUP}/ServerAuthorization`];

const TARGETS = [
  [POLICY_GROUP, 'Server'],
  ['core', 'Namespace'],
  [POLICY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'GRPCRoute'],
] as const;

const AUTHENTICATIONS = [
  [POLICY_GROUP, 'MeshTLSAuthentication'],
  [POLICY_GROUP, 'NetworkAuthentication'],
  ['core', 'ServiceAccount'],
] as const;

const REFS = 'spec.requiredAuthenticationRefs';

export const AUTHORIZATION_RULES: readonly AdmissionRule[] = [
  {
    id: 'W5',
    kinds: AUTHORIZATION_POLICY,
    check: ({ spec, metadata }) => {
      const target = valueAt(spec, 'targetRef');
      const own = metadata.namespace ?? 'default';
      const name = valueAt(target, 'name');
      if (!refersTo(target, 'core', 'Namespace') || name === own) return [];
      const remedy = 'a policy cannot open another namespace; create it there';
      return [complain('spec.targetRef.name', name, `be the policy's own namespace, ${own}`, remedy)];
    },
  },
  {
    id: 'W6',
    kinds: AUTHORIZATION_POLICY,
    check: ({ spec }) => {
      const target = valueAt(spec, 'targetRef');
      if (TARGETS.some(([group, kind]) => refersTo(target, group, kind))) return [];
      const names = TARGETS.map((parts) => parts.join('/')).join(', ');
      const remedy = groupRemedy(target, TARGETS) ?? "target the port's Server (with its group) instead";
      return [complain('spec.targetRef', referent(target), `be one of ${names}`, remedy)];
    },
  },
  { id: 'W7', kinds: AUTHORIZATION_POLICY, check: (object) => atMostOne(object, 'MeshTLSAuthentication') },
  { id: 'W8', kinds: AUTHORIZATION_POLICY, check: (object) => atMostOne(object, 'ServiceAccount') },
  {
    id: 'W9',
    kinds: AUTHORIZATION_POLICY,
    check: (object) => {
      const both = ['MeshTLSAuthentication', 'ServiceAccount'].every((kind) => countOf(object, kind) > 0);
      if (!both) return [];
      const message = 'has a MeshTLSAuthentication and a ServiceAccount, which are mutually exclusive';
      return [{ field: REFS, message, remedy: 'name the ServiceAccount in the MeshTLSAuthentication' }];
    },
  },
  { id: 'W10', kinds: AUTHORIZATION_POLICY, check: (object) => atMostOne(object, 'NetworkAuthentication') },
  {
    id: 'W11',
    kinds: AUTHORIZATION_POLICY,
    check: ({ spec }) =>
      items(valueAt(spec, 'requiredAuthenticationRefs'), REFS).flatMap(({ value, path }) => {
        if (AUTHENTICATIONS.some(([group, kind]) => refersTo(value, group, kind))) return [];
        const names = AUTHENTICATIONS.map((parts) => parts.join('/')).join(', ');
        return [complain(path, referent(value), `be one of ${names}`, groupRemedy(value, AUTHENTICATIONS))];
      }),
  },
  {
    id: 'W21',
    kinds: SERVER_AUTHORIZATION,
    check: ({ spec }) => {
      const client = valueAt(spec, 'client');
      if (
        valueAt(client, 'unauthenticated') !== true ||
        (valueAt(client, 'meshTLS') ?? undefined) === undefined
      )
        return [];
      const message = 'has meshTLS and unauthenticated: true, which are mutually exclusive';
      return [
        {
          field: 'spec.client',
          message,
          remedy: 'remove meshTLS to let everybody in, or unauthenticated to require TLS',
        },
      ];
    },
  },
  {
    id: 'W22',
    kinds: SERVER_AUTHORIZATION,
    check: ({ spec }) => {
      const tls = valueAt(spec, 'client', 'meshTLS');
      const names = [...asList(valueAt(tls, 'identities')), ...asList(valueAt(tls, 'serviceAccounts'))];
      if (valueAt(tls, 'unauthenticatedTLS') !== true || names.length === 0) return [];
      const message =
        'has unauthenticatedTLS: true and identities or serviceAccounts, which are mutually exclusive';
      return [
        { field: 'spec.client.meshTLS', message, remedy: 'remove unauthenticatedTLS to require an identity' },
      ];
    },
  },
];

/** What to do about a reference of which only the group is wrong, which without one is that of the core kinds. */
function groupRemedy(
  reference: unknown,
  allowed: readonly (readonly [group: string, kind: string])[],
): string | undefined {
  const kind = valueAt(reference, 'kind');
  const groups = allowed.filter((one) => one[1] === kind).map(([group]) => group);
  if (groups.length === 0) return undefined;
  if (groups.includes('core')) return 'leave out its group';
  return `write group: ${groups.join(', or group: ')}`;
}

function countOf({ spec }: KubeObject, kind: string): number {
  const group = kind === 'ServiceAccount' ? 'core' : POLICY_GROUP;
  return asList(valueAt(spec, 'requiredAuthenticationRefs')).filter((reference) =>
    refersTo(reference, group, kind),
  ).length;
}

function atMostOne(object: KubeObject, kind: string): Complaint[] {
  const count = countOf(object, kind);
  if (count <= 1) return [];
  const remedy =
    kind === 'NetworkAuthentication'
      ? 'put the networks into one NetworkAuthentication'
      : 'put the identities into one MeshTLSAuthentication, or write a policy for each';
  return [{ field: REFS, message: `has ${count} references to a ${kind}; it must have at most one`, remedy }];
}
