import type { Cluster } from '../../cluster/cluster';
import type { Workload } from '../../cluster/workload';
import {
  isSpiffe,
  namespaceSuffix,
  parseIdentity,
  parseWorkloadIdentity,
  type IdentityMatch,
} from '../../linkerd/identity';
import { ClientSet, ClientIdentities } from '../../sets/client-set';
import { IdentitySet } from '../../sets/identity-set';
import { NetworkSet } from '../../sets/network-set';
import { inPlainWords } from '../../sets/plain-words';
import { append, compareText, foldHalves, memoized } from '../../basics/collections';
import type { ClientPlaces, NamedClients } from './named-clients';
import type { Reaching } from './reach';

/** Clients that a map treats as one. */
export interface ClientClass {
  readonly kind:
    | 'namespace'
    | 'accounts'
    | 'machine'
    | 'identity'
    | 'network'
    | 'other-namespaces'
    | 'tls'
    | 'unmeshed'
    | 'outside';
  readonly label: string;
  /** Absent for clients that belong to no namespace of the manifests. */
  readonly namespace?: string;
  readonly clients: ClientSet;
  /** The workloads in the manifests that are such clients. */
  readonly workloads: readonly Workload[];
}

/** One of the smallest classes. */
export interface ClientAtom extends ClientClass, Reaching {
  /** Whether it is all that is left of its namespace. */
  readonly isRest?: boolean;
}

/**
 * The smallest classes of clients worth a name: each ServiceAccount in use or named by a policy, the rest of its
 * namespace, every other identity and network that a policy names, and who is left: any other namespace, unmeshed pods,
 * and clients outside the cluster.
 */
export function smallestClientClasses(
  cluster: Cluster,
  named: NamedClients,
  places: ClientPlaces,
): readonly ClientAtom[] {
  const { pods, inside, outside } = places;
  const live = cluster.workloads.filter(({ isMadeByInput }) => !isMadeByInput);
  const used = new Set(live.map(({ identity }) => identity));
  const accounts = new Accounts(cluster, live, named.identities);
  const strangers = named.identities.filter(
    (pattern) =>
      accounts.placeOf(pattern) === undefined && !(pattern.kind === 'exact' && used.has(pattern.name)),
  );
  const plain = ClientIdentities.ofTls('none');
  const unmeshed = live.filter(({ identity }) => identity === undefined);
  const atoms: ClientAtom[] = [
    ...accounts.atoms(pods),
    ...machines(live),
    ...foreign(accounts, strangers),
    ...networks(cluster, named),
    {
      kind: 'other-namespaces',
      label: accounts.areAllWhole ? 'any other namespace (meshed)' : 'any other ServiceAccount (meshed)',
      clients: identified(accounts.home.minus(accounts.known), pods),
      workloads: [],
    },
    ...(named.hasAnonymousTls ? [anonymousTls()] : []),
    {
      kind: 'unmeshed',
      label: 'unmeshed in the cluster',
      clients: ClientSet.of(plain, inside),
      workloads: unmeshed,
    },
    { kind: 'outside', label: 'outside the cluster', clients: ClientSet.of(plain, outside), workloads: [] },
  ];
  // No client can have some of the names.
  return atoms.filter(({ clients }) => !clients.isEmpty);
}

/** The ServiceAccounts of this mesh that are in use or that policies name, by namespace. */
class Accounts {
  /** All identities of this mesh. */
  public readonly home: IdentitySet;
  public readonly homeSuffix: string;
  private readonly namespaces = new Map<string, Map<string, Workload[]>>();
  /** Namespaces of which all ServiceAccounts have a row. */
  private readonly whole = new Set<string>();

  public constructor(
    private readonly cluster: Cluster,
    workloads: readonly Workload[],
    identities: readonly IdentityMatch[],
  ) {
    const { linkerdNamespace, trustDomain } = cluster.config;
    this.homeSuffix = `serviceaccount.identity.${linkerdNamespace}.${trustDomain}`;
    this.home = IdentitySet.of(parseIdentity(`*.${this.homeSuffix}`));
    for (const workload of workloads) {
      const { identity, namespace } = workload;
      if (identity === undefined || isSpiffe(identity)) continue;
      this.whole.add(namespace);
      append(this.accountsOf(namespace), identity, workload);
    }
    for (const pattern of identities) {
      const found = this.placeOf(pattern);
      if (found === undefined) continue;
      const known = this.accountsOf(found.namespace);
      if (found.account === '*') this.whole.add(found.namespace);
      else memoized(known, patternText(pattern), () => []);
    }
  }

  public get areAllWhole(): boolean {
    return [...this.namespaces.keys()].every((namespace) => this.whole.has(namespace));
  }

  /** All that have an atom. */
  public get known(): IdentitySet {
    const known = [...this.namespaces].map(([namespace, accounts]) =>
      this.whole.has(namespace) ? this.identitiesOf(namespace) : exactly([...accounts.keys()]),
    );
    return foldHalves(known, (a, b) => a.or(b), IdentitySet.NONE);
  }

  public atoms(pods: NetworkSet): ClientAtom[] {
    return [...this.namespaces]
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([namespace, accounts]) => {
        const end = namespaceSuffix(namespace, this.cluster.config);
        const own = [...accounts].sort(([a], [b]) => compareText(a, b));
        const atoms = own.map(([identity, workloads]): ClientAtom => {
          const label = `${namespace}/${identity.slice(0, -end.length - 1)}`;
          const clients = identified(exactly([identity]), pods);
          return { kind: 'accounts', label, namespace, clients, workloads, identity };
        });
        if (!this.whole.has(namespace)) return atoms;
        const rest = this.identitiesOf(namespace).minus(exactly([...accounts.keys()]));
        const label = `other ServiceAccounts of ${namespace}`;
        const clients = identified(rest, pods);
        return [...atoms, { kind: 'accounts', label, namespace, clients, workloads: [], isRest: true }];
      });
  }

  /** The namespace that a name or wildcard is about, if it is one of this mesh. */
  public placeOf(pattern: IdentityMatch): { namespace: string; account: string } | undefined {
    const parsed = parseWorkloadIdentity(patternText(pattern));
    return parsed !== undefined && `serviceaccount.identity.${parsed.mesh}` === this.homeSuffix
      ? parsed
      : undefined;
  }

  private accountsOf(namespace: string): Map<string, Workload[]> {
    return memoized(this.namespaces, namespace, () => new Map<string, Workload[]>());
  }

  private identitiesOf(namespace: string): IdentitySet {
    return IdentitySet.of(parseIdentity(`*.${namespaceSuffix(namespace, this.cluster.config)}`));
  }
}

/** Workloads outside the cluster. */
function machines(workloads: readonly Workload[]): ClientAtom[] {
  return workloads.flatMap((workload) => {
    const { identity, namespace } = workload;
    if (identity === undefined || !isSpiffe(identity)) return [];
    const clients = identified(exactly([identity]), NetworkSet.ALL);
    return [{ kind: 'machine', label: identity, namespace, clients, workloads: [workload], identity }];
  });
}

/** Identities that policies name and that are no ServiceAccounts of this mesh: their clients may be anywhere. */
function foreign(accounts: Accounts, strangers: readonly IdentityMatch[]): ClientAtom[] {
  const names = strangers.flatMap((pattern) => (pattern.kind === 'exact' ? [pattern.name] : []));
  const suffixes = new Set(
    strangers.flatMap((pattern) => (pattern.kind === 'suffix' ? [pattern.labels.join('.')] : [])),
  );
  const below = new Map<string, IdentitySet[]>();
  const notice = (name: string, set: IdentitySet): void => {
    for (const above of endingsOf(name)) if (suffixes.has(above)) append(below, above, set);
  };
  for (const suffix of suffixes) notice(suffix, wildcard(suffix));
  for (const name of names) if (!isSpiffe(name)) notice(name, exactly([name]));
  notice(accounts.homeSuffix, accounts.home);
  const wild = [...suffixes].flatMap((suffix): ClientAtom[] => {
    const inner = below.get(suffix) ?? [];
    const rest = wildcard(suffix).minus(
      foldHalves([...inner, accounts.home], (a, b) => a.or(b), accounts.home),
    );
    if (suffix === '' || rest.isEmpty) return [];
    const label = inner.length === 0 ? `*.${suffix}` : `other *.${suffix}`;
    return [{ kind: 'identity', label, clients: identified(rest, NetworkSet.ALL), workloads: [] }];
  });
  const exact = names.map((identity): ClientAtom => {
    const clients = identified(exactly([identity]), NetworkSet.ALL);
    return { kind: 'identity', label: identity, clients, workloads: [], identity };
  });
  return [...exact, ...wild];
}

/** `b.c` and `c` of `a.b.c`. */
function endingsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}

function networks(cluster: Cluster, named: NamedClients): ClientAtom[] {
  const { from } = inPlainWords(cluster.config);
  return named.networks.map(({ who, networks: where }) => ({
    kind: 'network',
    label: `${who === 'anyone' ? '' : 'meshed in '}network ${from(where)}${isExample(where) ? ' (reserved for documentation)' : ''}`,
    clients:
      who === 'anyone'
        ? ClientSet.of(ClientIdentities.ofTls('none'), where)
        : identified(IdentitySet.of(parseIdentity('*')), where),
    workloads: [],
  }));
}

function isExample(where: NetworkSet): boolean {
  return where.minus(NetworkSet.DOCUMENTATION).isEmpty;
}

function anonymousTls(): ClientAtom {
  const clients = ClientSet.of(
    ClientIdentities.ofTls('unauthenticated-tls'),
    NetworkSet.ALL.minus(NetworkSet.LOOPBACK),
  );
  return { kind: 'tls', label: 'TLS clients without an identity', clients, workloads: [] };
}

function exactly(names: readonly string[]): IdentitySet {
  return IdentitySet.fromPatterns(names.map((name) => ({ kind: 'exact', name })));
}

function wildcard(suffix: string): IdentitySet {
  return IdentitySet.of({ kind: 'suffix', labels: suffix === '' ? [] : suffix.split('.') });
}

function patternText(pattern: IdentityMatch): string {
  return pattern.kind === 'exact' ? pattern.name : `*.${pattern.labels.join('.')}`;
}

function identified(identities: IdentitySet, where: NetworkSet): ClientSet {
  return ClientSet.of(new ClientIdentities(false, false, identities), where);
}
