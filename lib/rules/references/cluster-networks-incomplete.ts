import { enumerate } from '../../basics/words';
import type { Cluster } from '../../cluster/cluster';
import { namespaceOf, objectsOf } from '../../cluster/inventory';
import { label } from '../../cluster/labels';
import { asList, asText, valueAt } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Path } from '../../kubernetes/path';
import { networksOf } from '../../linkerd/network-match';
import { isLinkerdNamespace } from '../../linkerd/own-namespaces';
import { NetworkSet } from '../../sets/network-set';
import type { Observation, Rule, Severity } from '../rule';

/** What `linkerd check` finds in a cluster that runs, and the nodes, which clients on the host's network come from. */
export const clusterNetworksIncomplete: Rule = {
  id: 'cluster-networks-incomplete',
  severity: 'error',
  title: "Linkerd's clusterNetworks lack addresses that the cluster uses.",
  check(cluster) {
    const known = NetworkSet.fromItems(networksOf(cluster.config.clusterNetworks));
    return USES.flatMap((use) => observe(cluster, known, use));
  },
};

interface Use {
  readonly what: string;
  readonly severity: Severity;
  readonly kind: string;
  /** Addresses and networks of an object, with their places. */
  readonly written: (source: SourceObject) => readonly (readonly [text: unknown, place: Path])[];
  readonly effect: string;
}

const NO_POLICY_FOR_IT =
  'the cluster-* default policies and ServerAuthorizations without networks refuse clients from there';
const NOT_MESHED =
  'proxies look up no address outside clusterNetworks, so calls to those go without mTLS and arrive without an identity';

const USES: readonly Use[] = [
  {
    what: 'the networks from which Nodes give addresses to pods',
    severity: 'warning',
    kind: 'Node',
    written: ({ object }) => listed(object, ['spec'], 'podCIDR', 'podCIDRs'),
    effect: `pods there are none of the cluster's: ${NO_POLICY_FOR_IT}, and ${NOT_MESHED}`,
  },
  {
    what: 'the addresses of pods',
    severity: 'error',
    kind: 'Pod',
    written: ({ object }) => {
      if (valueAt(object, 'spec', 'hostNetwork') === true) return [];
      const all = asList(valueAt(object, 'status', 'podIPs')).map(
        (entry, index) => [valueAt(entry, 'ip'), ['status', 'podIPs', index, 'ip']] as const,
      );
      return [[valueAt(object, 'status', 'podIP'), ['status', 'podIP']] as const, ...all];
    },
    effect: `they are none of the cluster's: ${NO_POLICY_FOR_IT}, and ${NOT_MESHED}`,
  },
  {
    what: 'the addresses of Services',
    severity: 'error',
    kind: 'Service',
    written: ({ object }) => listed(object, ['spec'], 'clusterIP', 'clusterIPs'),
    effect: NOT_MESHED,
  },
  {
    what: 'the addresses of Nodes',
    severity: 'warning',
    kind: 'Node',
    written: ({ object }) =>
      asList(valueAt(object, 'status', 'addresses')).flatMap((entry, index) =>
        valueAt(entry, 'type') === 'InternalIP'
          ? [[valueAt(entry, 'address'), ['status', 'addresses', index, 'address']] as const]
          : [],
      ),
    effect: `for pods on the host's network and the API server, ${NO_POLICY_FOR_IT}`,
  },
];

function listed(
  object: SourceObject['object'],
  path: readonly string[],
  one: string,
  many: string,
): (readonly [unknown, Path])[] {
  const all = asList(valueAt(object, ...path, many)).map(
    (text, index) => [text, [...path, many, index]] as const,
  );
  return [[valueAt(object, ...path, one), [...path, one]] as const, ...all];
}

function observe(cluster: Cluster, known: NetworkSet, use: Use): Observation[] {
  const found = objectsOf(cluster, '', use.kind).flatMap((source) => {
    const outside = use.written(source).find(([text]) => isOutside(known, text));
    return outside === undefined ? [] : [{ source, text: asText(outside[0]) ?? '', place: outside[1] }];
  });
  // Findings in Linkerd's own namespaces are not for their users.
  const first =
    found.find(({ source }) => !isLinkerdNamespace(namespaceOf(cluster, source) ?? '', cluster.config)) ??
    found[0];
  if (first === undefined) return [];
  const { clusterNetworks } = cluster.config;
  const examples = enumerate(
    found.map(({ source, text }) => `${text} of ${label(cluster, source)}`),
    4,
  );
  return [
    {
      object: first.source,
      path: first.place,
      severity: use.severity,
      text: `Linkerd's clusterNetworks (${enumerate(clusterNetworks)}) lack ${use.what} (${examples}): ${use.effect}.`,
      remedy: `add the networks that these are in to clusterNetworks in the values of Linkerd's chart, and restart the proxies; ${cluster.installed === undefined ? 'if the cluster has them already, give its linkerd-config or --cluster-networks: the settings used here are not those of linkerd-config' : 'if --cluster-networks or namespace-jail.yaml says otherwise, correct that too'}`,
    },
  ];
}

/** Whether an address or network is one, and not wholly inside. */
function isOutside(known: NetworkSet, text: unknown): boolean {
  const set = NetworkSet.fromItems(networksOf([asText(text) ?? '']));
  return !set.minus(known).isEmpty;
}
