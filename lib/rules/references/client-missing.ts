import type { Cluster } from '../../cluster/cluster';
import { valueAt, asList, asText } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Observation, Rule } from '../rule';
import { objectsOf, workloadsIn } from '../../cluster/inventory';
import type { Path } from '../../kubernetes/path';
import { didYouMean, enumerate, nearest, quote } from '../../basics/words';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import { refersTo } from '../../kubernetes/references';

interface Reference {
  readonly source: SourceObject;
  readonly path: Path;
  readonly kind: 'ServiceAccount' | 'Namespace';
  readonly name: string;
  readonly namespace: string;
}

export const clientMissing: Rule = {
  id: 'client-missing',
  severity: 'warning',
  title: 'A policy admits a ServiceAccount or namespace that does not exist.',
  check(cluster) {
    const known = cluster.namespaceNames();
    return references(cluster).flatMap((reference): Observation[] => {
      const unknown = known.includes(reference.namespace)
        ? unknownAccount(cluster, reference)
        : unknownNamespace(reference, known);
      return unknown === undefined
        ? []
        : [{ object: reference.source, path: reference.path, ...unknown(label(cluster, reference.source)) }];
    });
  },
};

type Words = ((who: string) => { text: string; remedy: string }) | undefined;

/** Nothing is known about a namespace outside the input, so only a name that looks misspelt is reported. */
function unknownNamespace({ namespace }: Reference, known: readonly string[]): Words {
  const meant = nearest(namespace, known);
  if (meant === undefined || areSiblings(namespace, meant)) return undefined;
  return (who) => ({
    text: `${who} admits namespace ${quote(namespace)}, which is not in the input, but ${quote(meant)} is. If the name is wrong, it admits nobody.`,
    remedy: `correct the name if you mean ${quote(meant)}`,
  });
}

/** `team-a` and `team-b`, `shop1` and `shop2`: names that are alike on purpose. */
function areSiblings(a: string, b: string): boolean {
  const stem = (name: string): string => name.replace(/-[^-]*$/, '').replace(/\d+$/, '');
  return stem(a) === stem(b) && stem(a) !== a && stem(b) !== b;
}

function unknownAccount(cluster: Cluster, { kind, name, namespace }: Reference): Words {
  const accounts = new Set(workloadsIn(cluster, namespace).map(({ pod }) => pod.serviceAccount));
  for (const source of objectsOf(cluster, '', 'ServiceAccount')) {
    if (cluster.namespaceOf(source) === namespace) accounts.add(source.object.metadata.name);
  }
  if (kind === 'Namespace' || accounts.size === 0 || accounts.has(name) || name === 'default')
    return undefined;
  return (who) => ({
    text: `${who} admits ServiceAccount ${quote(name)} of namespace ${namespace}, but the namespace has no such account and no pod that uses it: this admits nobody.`,
    remedy: `name a ServiceAccount that exists (${enumerate([...accounts].sort())})${didYouMean(name, accounts)}`,
  });
}

function references(cluster: Cluster): Reference[] {
  return [
    ...fromRefs(cluster, 'AuthorizationPolicy', ['spec', 'requiredAuthenticationRefs']),
    ...fromRefs(cluster, 'MeshTLSAuthentication', ['spec', 'identityRefs']),
    ...objectsOf(cluster, POLICY_GROUP, 'ServerAuthorization').flatMap((source) => {
      const path = ['spec', 'client', 'meshTLS', 'serviceAccounts'];
      return asList(valueAt(source.object, ...path)).map((entry, index) =>
        account(cluster, source, [...path, index], entry),
      );
    }),
  ];
}

function fromRefs(cluster: Cluster, kind: string, path: readonly string[]): Reference[] {
  return objectsOf(cluster, POLICY_GROUP, kind).flatMap((source) =>
    asList(valueAt(source.object, ...path)).flatMap((entry, index): Reference[] => {
      const place = [...path, index];
      if (refersTo(entry, 'core', 'ServiceAccount')) return [account(cluster, source, place, entry)];
      if (!refersTo(entry, 'core', 'Namespace')) return [];
      const name = asText(valueAt(entry, 'name')) ?? '';
      return [{ source, path: place, kind: 'Namespace', name, namespace: name }];
    }),
  );
}

function account(cluster: Cluster, source: SourceObject, path: Path, entry: unknown): Reference {
  const namespace = asText(valueAt(entry, 'namespace')) ?? cluster.namespaceOf(source);
  return { source, path, kind: 'ServiceAccount', name: asText(valueAt(entry, 'name')) ?? '', namespace };
}
