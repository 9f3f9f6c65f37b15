import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { isSpiffe, namespaceSuffix, type IdentityMatch } from '../../linkerd/identity';
import { valueAt, asList, inWords } from '../../kubernetes/fields';
import { writtenIdentities, type WrittenIdentity } from '../effective-policies';
import type { Rule } from '../rule';
import { everyWorkload, objectsOf } from '../../cluster/inventory';
import { enumerate, quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import { refersTo } from '../../kubernetes/references';

export const wildcardMissesSpiffe: Rule = {
  id: 'wildcard-misses-spiffe',
  severity: 'warning',
  title: 'A wildcard identity seems to admit ExternalWorkloads but does not.',
  check(cluster) {
    const externals = everyWorkload(cluster).filter(
      ({ kind, identity }) => kind === 'externalworkload' && isSpiffe(identity ?? ''),
    );
    if (externals.length === 0) return [];
    const entries = [...writtenIdentities(cluster), ...namespaceRefs(cluster)];
    const exact = new Set(entries.map(({ source, text }) => `${label(cluster, source)} ${text}`));
    return entries.flatMap(({ source, path, text, pattern }) => {
      const missed = externals
        .filter((external) => looksCovered(cluster, pattern, external))
        .filter(({ identity }) => !exact.has(`${label(cluster, source)} ${identity}`));
      const [first] = missed;
      if (first === undefined) return [];
      return [
        {
          object: source,
          path,
          text: `${label(cluster, source)} admits ${quote(text)}, which does not include ${enumerate(missed.map(({ name }) => `externalworkload/${name}`))}: wildcards and namespaces never match a SPIFFE id such as ${quote(first.identity)}.`,
          remedy: `add the exact identity to an authentication: identities: [${quote(first.identity)}]; nothing, if the machine should stay out`,
        },
      ];
    });
  },
};

function looksCovered(cluster: Cluster, pattern: IdentityMatch, { namespace }: Workload): boolean {
  if (pattern.kind === 'exact') return false;
  return namespaceSuffix(namespace, cluster.config).endsWith(pattern.labels.join('.'));
}

function namespaceRefs(cluster: Cluster): WrittenIdentity[] {
  return objectsOf(cluster, POLICY_GROUP, 'MeshTLSAuthentication').flatMap((source) =>
    asList(valueAt(source.object, 'spec', 'identityRefs')).flatMap((entry, index): WrittenIdentity[] => {
      if (!refersTo(entry, 'core', 'Namespace')) return [];
      const name = inWords(valueAt(entry, 'name'));
      const labels = namespaceSuffix(name, cluster.config).split('.');
      const path = ['spec', 'identityRefs', index];
      return [{ source, path, text: `Namespace ${name}`, pattern: { kind: 'suffix', labels } }];
    }),
  );
}
