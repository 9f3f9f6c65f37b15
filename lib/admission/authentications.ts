import { identityProblem } from '../linkerd/identity';
import { networkProblems, type NetworkProblem } from '../linkerd/network';
import { valueAt, asList, asText } from '../kubernetes/fields';
import type { KubeObject } from '../kubernetes/object';
import { complain, items, type AdmissionRule, type Complaint } from './rule';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { referent, refersTo } from '../kubernetes/references';

const MESH = [`${POLICY_GROUP}/MeshTLSAuthentication`];
const NETWORK = `${POLICY_GROUP}/NetworkAuthentication`;
const EGRESS = `${POLICY_GROUP}/EgressNetwork`;
const WITH_NETWORKS = [NETWORK, `${POLICY_GROUP}/ServerAuthorization`, EGRESS];

export const AUTHENTICATION_RULES: readonly AdmissionRule[] = [
  {
    id: 'W12',
    kinds: MESH,
    check: ({ spec }) =>
      items(valueAt(spec, 'identities'), 'spec.identities').flatMap(({ value, path }) => {
        const problem = identityProblem(asText(value) ?? '');
        return problem === undefined ? [] : [complain(path, value, problem)];
      }),
  },
  {
    id: 'W13',
    kinds: MESH,
    check: ({ spec }) =>
      identityRefs(spec).flatMap(({ value, path }) => {
        if (refersTo(value, 'core', 'ServiceAccount') || refersTo(value, 'core', 'Namespace')) return [];
        return [complain(path, referent(value), 'be core/ServiceAccount or core/Namespace')];
      }),
  },
  {
    id: 'W14',
    kinds: MESH,
    check: ({ spec }) =>
      identityRefs(spec).flatMap(({ value, path }) => {
        const namespace = valueAt(value, 'namespace') ?? undefined;
        if (!refersTo(value, 'core', 'Namespace') || namespace === undefined) return [];
        return [complain(`${path}.namespace`, namespace, 'be absent for a Namespace', 'remove it')];
      }),
  },
  {
    id: 'W15',
    kinds: MESH,
    check: ({ spec }) =>
      identityRefs(spec).flatMap(({ value, path }) => {
        if (typeof valueAt(value, 'name') === 'string') return [];
        const remedy = 'name one; for all ServiceAccounts of a namespace, refer to the Namespace';
        return [complain(`${path}.name`, valueAt(value, 'name'), 'be set', remedy)];
      }),
  },
  {
    id: 'W16',
    kinds: [NETWORK],
    check: ({ spec }) => emptyNetworks(spec),
  },
  networkRule('W17', 'unreadable'),
  networkRule('W18', 'excludes-all'),
  networkRule('W19', 'outside'),
  {
    id: 'W20',
    kinds: [EGRESS],
    check: ({ spec }) => emptyNetworks(spec),
  },
];

function identityRefs(spec: unknown): ReturnType<typeof items> {
  return items(valueAt(spec, 'identityRefs'), 'spec.identityRefs');
}

function emptyNetworks(spec: unknown): Complaint[] {
  const networks = valueAt(spec, 'networks');
  if (!Array.isArray(networks) || networks.length > 0) return [];
  return [
    complain('spec.networks', networks, 'have at least one network', 'name one, such as cidr: 10.0.0.0/8'),
  ];
}

function networkRule(id: string, kind: NetworkProblem['kind']): AdmissionRule {
  return { id, kinds: WITH_NETWORKS, check: (object) => networkComplaints(object, kind) };
}

function networkComplaints({ kind, spec }: KubeObject, wanted: NetworkProblem['kind']): Complaint[] {
  const path = kind === 'ServerAuthorization' ? 'spec.client.networks' : 'spec.networks';
  const networks =
    kind === 'ServerAuthorization' ? valueAt(spec, 'client', 'networks') : valueAt(spec, 'networks');
  return items(networks, path).flatMap(({ value, path: place }) => {
    const cidr = asText(valueAt(value, 'cidr')) ?? '';
    const except = asList(valueAt(value, 'except')).map((entry) => asText(entry) ?? '');
    return networkProblems({ cidr, except })
      .filter((problem) => problem.kind === wanted)
      .map(({ text }) => ({
        field: place,
        message: text,
        remedy: 'write an address, or a range such as 10.0.0.0/8 with smaller exceptions inside it',
      }));
  });
}
