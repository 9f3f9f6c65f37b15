import { DEFAULT_POLICIES, isDefaultPolicy } from '../linkerd/default-policy';
import { isPortNumber } from '../linkerd/ports';
import { isProxyProtocol, PROXY_PROTOCOLS } from '../linkerd/protocol';
import { valueAt, asFields, isFields } from '../kubernetes/fields';
import { complain, items, type AdmissionRule, type Complaint } from './rule';
import { POLICY_GROUP } from '../kubernetes/kinds';

const SERVER = [`${POLICY_GROUP}/Server`];

/** Words of Kubernetes and of other meshes for bytes that no proxy looks into. */
const RAW_WORDS = ['tcp', 'raw', 'l4', 'binary'];

function protocolRemedy(written: unknown): string {
  if (typeof written === 'string' && RAW_WORDS.includes(written.toLowerCase()))
    return 'write opaque, which is any TCP that the proxy passes on without looking into it';
  return 'write it exactly like that; case matters';
}

export const SERVER_RULES: readonly AdmissionRule[] = [
  {
    id: 'W1',
    kinds: SERVER,
    check: ({ spec }) => {
      const protocol = valueAt(spec, 'proxyProtocol');
      if (protocol === undefined || isProxyProtocol(protocol)) return [];
      const names = PROXY_PROTOCOLS.join(', ');
      return [complain('spec.proxyProtocol', protocol, `be one of ${names}`, protocolRemedy(protocol))];
    },
  },
  {
    id: 'W2',
    kinds: SERVER,
    check: ({ spec }) => {
      const policy = valueAt(spec, 'accessPolicy');
      if (policy === undefined || isDefaultPolicy(policy)) return [];
      const names = DEFAULT_POLICIES.join(', ');
      return [
        complain(
          'spec.accessPolicy',
          policy,
          `be one of ${names}`,
          'write one of them, or leave it out for deny',
        ),
      ];
    },
  },
  {
    id: 'W3',
    kinds: SERVER,
    check: ({ spec }) => {
      const port = valueAt(spec, 'port');
      if (isPortNumber(port) || typeof port === 'string') return [];
      return [complain('spec.port', port, 'be a number from 1 to 65535, or the name of a container port')];
    },
  },
  {
    id: 'W4',
    kinds: [...SERVER, `${POLICY_GROUP}/ServerAuthorization`],
    check: ({ spec }) => [
      ...selectorComplaints(valueAt(spec, 'podSelector'), 'spec.podSelector'),
      ...selectorComplaints(valueAt(spec, 'externalWorkloadSelector'), 'spec.externalWorkloadSelector'),
      ...selectorComplaints(valueAt(spec, 'server', 'selector'), 'spec.server.selector'),
    ],
  },
];

function selectorComplaints(selector: unknown, path: string): Complaint[] {
  if (!isFields(selector)) return [];
  const labels = Object.entries(asFields(selector.matchLabels)).flatMap(([key, value]) => {
    if (typeof value === 'string') return [];
    return [complain(`${path}.matchLabels.${key}`, value, 'be a string', 'put it in quotes')];
  });
  const expressions = items(selector.matchExpressions, `${path}.matchExpressions`).flatMap(
    ({ value, path: place }) => {
      const values = valueAt(value, 'values') ?? [];
      if (Array.isArray(values) && values.every((entry) => typeof entry === 'string')) return [];
      return [complain(`${place}.values`, values, 'be a list of strings', 'put the values in quotes')];
    },
  );
  return [...labels, ...expressions];
}
