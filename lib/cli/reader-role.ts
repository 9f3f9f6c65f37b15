import { DUMP_KINDS, OPTIONAL_DUMP_KINDS, type DumpKind } from '../linkerd/dump-kinds';

const NAME = 'namespace-jail-reader';

/**
 * The rights that reading a cluster with `--context` takes, as manifests: to get and list the kinds that are read, and of
 * ConfigMaps the control plane's settings alone. Discovery is everybody's.
 */
export function readerRole(): string[] {
  const kinds = [...DUMP_KINDS, ...OPTIONAL_DUMP_KINDS].filter((kind) => !isConfigMaps(kind));
  const groups = [...new Set(kinds.map(({ group }) => group))];
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  name: ${NAME}`,
    'rules:',
    ...groups.flatMap((group) => [
      `  - apiGroups: ['${group}']`,
      '    resources:',
      ...kinds.filter((kind) => kind.group === group).map(({ resource }) => `      - ${resource}`),
      '    verbs: [get, list]',
    ]),
    '  # The settings of the control plane; no other ConfigMap, and no Secret.',
    "  - apiGroups: ['']",
    '    resources: [configmaps]',
    '    resourceNames: [linkerd-config]',
    '    verbs: [get]',
    '---',
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRoleBinding',
    'metadata:',
    `  name: ${NAME}`,
    'roleRef:',
    '  apiGroup: rbac.authorization.k8s.io',
    '  kind: ClusterRole',
    `  name: ${NAME}`,
    'subjects:',
    '  # Put here who may read, such as a ServiceAccount of your pipelines.',
    '  - apiGroup: rbac.authorization.k8s.io',
    '    kind: Group',
    `    name: ${NAME}s`,
  ];
}

function isConfigMaps({ group, resource }: DumpKind): boolean {
  return group === '' && resource === 'configmaps';
}
