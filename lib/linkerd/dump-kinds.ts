/** A kind of object that answers depend on, by its API server names. */
export interface DumpKind {
  /** Plural, in lower case. */
  readonly resource: string;
  readonly kind: string;
  /** Empty for the core group. */
  readonly group: string;
  /** Whether who gets in is read from it; from the others, who is expected to call, and how a client is named. */
  readonly decides?: boolean;
}

/** A kind that a cluster may lack, in which case `kubectl get` fails for it. */
export interface OptionalKind extends DumpKind {
  readonly comesWith: string;
}

const GATEWAY = 'gateway.networking.k8s.io';
const MONITORING = 'monitoring.coreos.com';
const POLICY = 'policy.linkerd.io';

/** What to read from a cluster: every kind that affects an answer and exists in any cluster with Linkerd 2.14 or later. */
export const DUMP_KINDS: readonly DumpKind[] = [
  { resource: 'namespaces', kind: 'Namespace', group: '', decides: true },
  { resource: 'nodes', kind: 'Node', group: '' },
  { resource: 'serviceaccounts', kind: 'ServiceAccount', group: '' },
  { resource: 'services', kind: 'Service', group: '' },
  { resource: 'configmaps', kind: 'ConfigMap', group: '' },
  { resource: 'pods', kind: 'Pod', group: '', decides: true },
  { resource: 'replicationcontrollers', kind: 'ReplicationController', group: '', decides: true },
  { resource: 'deployments', kind: 'Deployment', group: 'apps', decides: true },
  { resource: 'statefulsets', kind: 'StatefulSet', group: 'apps', decides: true },
  { resource: 'daemonsets', kind: 'DaemonSet', group: 'apps', decides: true },
  { resource: 'replicasets', kind: 'ReplicaSet', group: 'apps', decides: true },
  { resource: 'jobs', kind: 'Job', group: 'batch', decides: true },
  { resource: 'cronjobs', kind: 'CronJob', group: 'batch', decides: true },
  { resource: 'servers', kind: 'Server', group: POLICY, decides: true },
  { resource: 'serverauthorizations', kind: 'ServerAuthorization', group: POLICY, decides: true },
  { resource: 'authorizationpolicies', kind: 'AuthorizationPolicy', group: POLICY, decides: true },
  { resource: 'meshtlsauthentications', kind: 'MeshTLSAuthentication', group: POLICY, decides: true },
  { resource: 'networkauthentications', kind: 'NetworkAuthentication', group: POLICY, decides: true },
  { resource: 'httproutes', kind: 'HTTPRoute', group: POLICY, decides: true },
  { resource: 'networkpolicies', kind: 'NetworkPolicy', group: 'networking.k8s.io' },
  { resource: 'ingresses', kind: 'Ingress', group: 'networking.k8s.io' },
  { resource: 'ingressclasses', kind: 'IngressClass', group: 'networking.k8s.io' },
  {
    resource: 'validatingwebhookconfigurations',
    kind: 'ValidatingWebhookConfiguration',
    group: 'admissionregistration.k8s.io',
  },
  {
    resource: 'mutatingwebhookconfigurations',
    kind: 'MutatingWebhookConfiguration',
    group: 'admissionregistration.k8s.io',
  },
  { resource: 'apiservices', kind: 'APIService', group: 'apiregistration.k8s.io' },
  { resource: 'customresourcedefinitions', kind: 'CustomResourceDefinition', group: 'apiextensions.k8s.io' },
];

/** Kinds that also affect answers, if the cluster has them. */
export const OPTIONAL_DUMP_KINDS: readonly OptionalKind[] = [
  {
    resource: 'externalworkloads',
    kind: 'ExternalWorkload',
    group: 'workload.linkerd.io',
    decides: true,
    comesWith: 'Linkerd 2.15',
  },
  {
    resource: 'httplocalratelimitpolicies',
    kind: 'HTTPLocalRateLimitPolicy',
    group: POLICY,
    comesWith: 'Linkerd 2.17',
  },
  { resource: 'egressnetworks', kind: 'EgressNetwork', group: POLICY, comesWith: 'Linkerd 2.17' },
  { resource: 'httproutes', kind: 'HTTPRoute', group: GATEWAY, decides: true, comesWith: 'the Gateway API' },
  { resource: 'grpcroutes', kind: 'GRPCRoute', group: GATEWAY, decides: true, comesWith: 'the Gateway API' },
  {
    resource: 'tlsroutes',
    kind: 'TLSRoute',
    group: GATEWAY,
    comesWith: 'the Gateway API, experimental channel',
  },
  {
    resource: 'tcproutes',
    kind: 'TCPRoute',
    group: GATEWAY,
    comesWith: 'the Gateway API, experimental channel',
  },
  {
    resource: 'prometheuses',
    kind: 'Prometheus',
    group: MONITORING,
    comesWith: 'the Prometheus Operator',
  },
  {
    resource: 'prometheusagents',
    kind: 'PrometheusAgent',
    group: MONITORING,
    comesWith: 'the Prometheus Operator 0.65',
  },
  {
    resource: 'servicemonitors',
    kind: 'ServiceMonitor',
    group: MONITORING,
    comesWith: 'the Prometheus Operator',
  },
  {
    resource: 'podmonitors',
    kind: 'PodMonitor',
    group: MONITORING,
    comesWith: 'the Prometheus Operator',
  },
  {
    resource: 'scrapeconfigs',
    kind: 'ScrapeConfig',
    group: MONITORING,
    comesWith: 'the Prometheus Operator 0.65',
  },
];

/** As kubectl takes it: `servers.policy.linkerd.io`. With the group, nobody else's kind matches the name. */
export function resourceName({ resource, group }: DumpKind): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** How to get everything that answers depend on from a cluster. */
export const KUBECTL_GET = kubectlGet();

/** The same with further kinds. */
export function kubectlGet(...more: readonly string[]): string {
  return `kubectl get ${['$(npx namespace-jail kinds)', ...more].join(',')} -A -o yaml`;
}
