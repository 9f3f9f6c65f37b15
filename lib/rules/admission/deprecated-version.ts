import { writtenForm } from '../../cluster/stored-objects';
import type { Rule, Severity } from '../rule';
import { objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import { GATEWAY_GROUP, POLICY_GROUP, WORKLOAD_GROUP } from '../../kubernetes/kinds';

interface Deprecation {
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
  readonly use: string;
  readonly severity: Severity;
}

const DEPRECATIONS: readonly Deprecation[] = [
  {
    group: POLICY_GROUP,
    kind: 'Server',
    versions: ['v1alpha1', 'v1beta1'],
    use: 'v1beta3',
    severity: 'warning',
  },
  { group: POLICY_GROUP, kind: 'Server', versions: ['v1beta2'], use: 'v1beta3', severity: 'info' },
  {
    group: POLICY_GROUP,
    kind: 'ServerAuthorization',
    versions: ['v1alpha1'],
    use: 'v1beta1',
    severity: 'warning',
  },
  {
    group: POLICY_GROUP,
    kind: 'HTTPRoute',
    versions: ['v1alpha1', 'v1beta1', 'v1beta2'],
    use: 'v1beta3',
    severity: 'warning',
  },
  { group: GATEWAY_GROUP, kind: 'GRPCRoute', versions: ['v1alpha2'], use: 'v1', severity: 'warning' },
  {
    group: WORKLOAD_GROUP,
    kind: 'ExternalWorkload',
    versions: ['v1alpha1'],
    use: 'v1beta1',
    severity: 'info',
  },
];

export const deprecatedVersion: Rule = {
  id: 'deprecated-version',
  severity: 'warning',
  title: 'An object uses an old API version.',
  check(cluster) {
    return DEPRECATIONS.flatMap(({ group, kind, versions, use, severity }) =>
      objectsOf(cluster, group, kind)
        .filter((source) => versions.includes(writtenForm(source).apiVersion.slice(group.length + 1)))
        .map((source) => ({
          object: source,
          path: ['apiVersion'],
          severity,
          text: `${label(cluster, source)} uses ${writtenForm(source).apiVersion}; ${kind === 'Server' ? 'that version has no accessPolicy, so it cannot audit' : 'that version exists only for old manifests'}.`,
          remedy: `write apiVersion: ${group}/${use}`,
        })),
    );
  },
};
