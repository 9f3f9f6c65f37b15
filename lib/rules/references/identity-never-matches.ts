import type { LinkerdConfig } from '../../linkerd/config';
import { canMatch, isSpiffe, workloadIdentity, type IdentityMatch } from '../../linkerd/identity';
import { writtenIdentities } from '../effective-policies';
import type { Rule } from '../rule';
import { everyWorkload } from '../../cluster/inventory';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';

export const identityNeverMatches: Rule = {
  id: 'identity-never-matches',
  severity: 'warning',
  title: 'An identity matches no workload in this mesh.',
  check(cluster) {
    const { config } = cluster;
    const externals = new Set(everyWorkload(cluster).map(({ identity }) => identity));
    return writtenIdentities(cluster).flatMap(({ source, path, text, pattern }) => {
      if (isSpiffe(text) || externals.has(text) || isPossible(pattern, config)) return [];
      // What a wildcard ends with may be the end of another mesh's trust domain.
      const isSuffix = pattern.kind === 'suffix' && canMatch(pattern);
      const isIdentity = isSuffix || text.includes('serviceaccount.identity.') || text.endsWith('.identity');
      const ours = workloadIdentity('SERVICEACCOUNT', 'NAMESPACE', config);
      return [
        {
          object: source,
          path,
          severity: isIdentity ? 'warning' : 'error',
          text: isIdentity
            ? `${label(cluster, source)} admits ${quote(text)}, an identity of another mesh: identities here end with ${quote(ours.slice(ours.indexOf('serviceaccount')))}. It matches no workload in this cluster.`
            : `${label(cluster, source)} admits ${quote(text)}, which does not have the form of a mesh identity, so it matches nobody.`,
          remedy: isIdentity
            ? 'nothing, if you mean clients of that cluster; otherwise correct it, or set --linkerd-namespace and --trust-domain to the values of your control plane'
            : `write ${quote(ours)} or, better, an identityRef of kind ServiceAccount`,
        },
      ];
    });
  },
};

/** Whether any ServiceAccount of this mesh could have a matching identity. */
function isPossible(pattern: IdentityMatch, config: LinkerdConfig): boolean {
  const labels = pattern.kind === 'exact' ? pattern.name.split('.') : pattern.labels;
  const base = workloadIdentity('', '', config).slice(2).split('.');
  const shared = Math.min(labels.length, base.length);
  const fits = labels.slice(-shared).join('.') === base.slice(-shared).join('.') || labels.length === 0;
  return fits && (pattern.kind === 'suffix' || labels.length >= base.length + 2);
}
