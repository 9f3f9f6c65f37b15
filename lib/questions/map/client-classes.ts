import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import { isSpiffe, namespaceSuffix, parseIdentity } from '../../linkerd/identity';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { networksOf } from '../../linkerd/network-match';
import { append, compareText, memoized } from '../../basics/collections';

/** Clients that a map treats as one. */
export interface ClientClass {
  readonly kind: 'namespace' | 'accounts' | 'machine' | 'other-namespaces' | 'unmeshed' | 'outside';
  readonly label: string;
  /** Absent for clients that belong to no namespace of the manifests. */
  readonly namespace?: string;
  readonly clients: ClientSet;
  /** The workloads in the manifests that are such clients. */
  readonly workloads: readonly Workload[];
}

/**
 * The smallest classes of clients worth a name: each ServiceAccount in use, the rest of its namespace, and clients that
 * are in no manifest: any other namespace, unmeshed pods, and clients outside the cluster. Clients with an identity are
 * assumed to be in the cluster's networks.
 */
export function smallestClientClasses(cluster: Cluster): readonly ClientClass[] {
  const inside = clusterNetworks(cluster);
  const meshed = new Map<string, Map<string, Workload[]>>();
  const [unmeshed, machines]: Workload[][] = [[], []];
  for (const workload of cluster.workloads) {
    if (workload.isMadeByInput) continue;
    const { identity, namespace } = workload;
    if (identity === undefined) unmeshed?.push(workload);
    else if (isSpiffe(identity)) machines?.push(workload);
    else {
      append(
        memoized(meshed, namespace, () => new Map<string, Workload[]>()),
        identity,
        workload,
      );
    }
  }
  const atoms: ClientClass[] = [];
  let known = IdentitySet.NONE;
  for (const [namespace, accounts] of [...meshed].sort(([a], [b]) => compareText(a, b))) {
    const whole = IdentitySet.of(parseIdentity(`*.${namespaceSuffix(namespace, cluster.config)}`));
    let rest = whole;
    for (const [identity, workloads] of [...accounts].sort(([a], [b]) => compareText(a, b))) {
      const one = IdentitySet.of({ kind: 'exact', name: identity });
      rest = rest.minus(one);
      const label = `${namespace}/${identity.split('.')[0] ?? identity}`;
      atoms.push({ kind: 'accounts', label, namespace, clients: identified(one, inside), workloads });
    }
    const label = `other ServiceAccounts of ${namespace}`;
    atoms.push({ kind: 'accounts', label, namespace, clients: identified(rest, inside), workloads: [] });
    known = known.or(whole);
  }
  for (const workload of machines ?? []) {
    const identity = workload.identity ?? '';
    const clients = identified(IdentitySet.of({ kind: 'exact', name: identity }), NetworkSet.ALL);
    const { namespace } = workload;
    atoms.push({ kind: 'machine', label: identity, namespace, clients, workloads: [workload] });
  }
  const { linkerdNamespace, trustDomain } = cluster.config;
  const home = `*.serviceaccount.identity.${linkerdNamespace}.${trustDomain}`;
  const others = IdentitySet.of(parseIdentity(home)).minus(known);
  const plain = ClientIdentities.ofTls('none');
  return [
    ...atoms,
    {
      kind: 'other-namespaces',
      label: 'any other namespace (meshed)',
      clients: identified(others, inside),
      workloads: [],
    },
    {
      kind: 'unmeshed',
      label: 'unmeshed in the cluster',
      clients: ClientSet.of(plain, inside),
      workloads: unmeshed ?? [],
    },
    {
      kind: 'outside',
      label: 'outside the cluster',
      clients: ClientSet.of(plain, NetworkSet.ALL.minus(clusterOnly(cluster)).minus(NetworkSet.LOOPBACK)),
      workloads: [],
    },
  ];
}

function identified(identities: IdentitySet, networks: NetworkSet): ClientSet {
  return ClientSet.of(new ClientIdentities(false, false, identities), networks);
}

function clusterOnly({ config }: Cluster): NetworkSet {
  return NetworkSet.fromItems(networksOf(config.clusterNetworks));
}

/** If the cluster's networks are unknown, its pods may be anywhere. */
function clusterNetworks(cluster: Cluster): NetworkSet {
  const networks = clusterOnly(cluster);
  return networks.isEmpty ? NetworkSet.ALL : networks;
}
