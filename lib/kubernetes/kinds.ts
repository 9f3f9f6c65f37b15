/** API groups, as in `apiVersion`; the core group has no name. */
export const CORE_GROUP = '';
export const NETWORKING_GROUP = 'networking.k8s.io';
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
export const POLICY_GROUP = 'policy.linkerd.io';
export const WORKLOAD_GROUP = 'workload.linkerd.io';

/** Whether objects of a group decide who gets in. */
export function isPolicyGroup(group: string): boolean {
  return group === POLICY_GROUP || group === GATEWAY_GROUP;
}

/** Where a kind keeps its pod template. */
export interface PodTemplateHome {
  readonly group: string;
  /** Empty for a Pod, which is its own template. */
  readonly path: readonly string[];
}

const TEMPLATE = ['spec', 'template'];

/** Kubernetes' own kinds that run pods. */
export const POD_TEMPLATES: ReadonlyMap<string, PodTemplateHome> = new Map<string, PodTemplateHome>([
  ['Pod', { group: CORE_GROUP, path: [] }],
  ['ReplicationController', { group: CORE_GROUP, path: TEMPLATE }],
  ['Deployment', { group: 'apps', path: TEMPLATE }],
  ['StatefulSet', { group: 'apps', path: TEMPLATE }],
  ['DaemonSet', { group: 'apps', path: TEMPLATE }],
  ['ReplicaSet', { group: 'apps', path: TEMPLATE }],
  ['Job', { group: 'batch', path: TEMPLATE }],
  ['CronJob', { group: 'batch', path: ['spec', 'jobTemplate', ...TEMPLATE] }],
]);

const NO_PATH: readonly string[] = [];

/** Where a kind keeps its pod template: at the top for a Pod, and for kinds without a template. */
export function podTemplatePath(kind: string): readonly string[] {
  return POD_TEMPLATES.get(kind)?.path ?? NO_PATH;
}

/** Cluster-scoped kinds that this tool encounters. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'APIService',
  // What stands for a whole kind, where it should have been read.
  'Kind',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'StorageClass',
  'IngressClass',
  'GatewayClass',
  'PriorityClass',
]);

export function isClusterScoped(kind: string): boolean {
  return CLUSTER_SCOPED.has(kind);
}
