import type { Cluster } from '../cluster/cluster';
import type { Workload } from '../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { isJailMode } from '../linkerd/default-policy';
import { namespaceSuffix, parseIdentity } from '../linkerd/identity';
import { shortName, type SourceObject } from '../kubernetes/object';
import { IdentitySet } from '../sets/identity-set';
import { ownValue } from '../kubernetes/fields';
import { namespaceDefault } from '../cluster/inventory';

/** Why a namespace counts as a jail, the clearest reason first. */
export type JailEvidence =
  'annotation' | 'policy-objects' | 'cluster-default' | 'workload-annotation' | 'asked';

/** A namespace that is meant to be closed. */
export interface Jail {
  readonly namespace: string;
  readonly criterion: JailEvidence;
  /** The criterion as a sentence. */
  readonly because: string;
  /** The object the criterion was found on. */
  readonly source?: SourceObject;
  /** The workloads whose ports are judged. Workloads created by others in the input are left out, except pods. */
  readonly workloads: readonly Workload[];
  /** The identities of the namespace: the jail's residents. */
  readonly residents: IdentitySet;
}

/**
 * The jails of a cluster: namespaces whose default is deny (or audit, on the way there), and namespaces with policy
 * objects that let in selected clients. Those are pointless while everything is open, so the annotation must be missing.
 *
 * @param asked namespaces to treat as jails whatever they look like
 */
export function findJails(cluster: Cluster, asked: readonly string[] = []): readonly Jail[] {
  const names = asked.length > 0 ? asked : cluster.namespaceNames();
  return names.flatMap((namespace) => {
    const found =
      annotated(cluster, namespace) ??
      withPolicy(cluster, namespace) ??
      closedCluster(cluster, namespace) ??
      closedWorkloads(cluster, namespace) ??
      (asked.includes(namespace) ? ASKED : undefined);
    if (found === undefined) return [];
    // Whoever asks for a namespace asks for all of it.
    const workloads = (asked.includes(namespace) ? undefined : found.workloads) ?? judged(cluster, namespace);
    const residents = IdentitySet.of(parseIdentity(`*.${namespaceSuffix(namespace, cluster.config)}`));
    return [{ ...found, namespace, workloads, residents }];
  });
}

type Found = Omit<Jail, 'namespace' | 'workloads' | 'residents'> & Partial<Pick<Jail, 'workloads'>>;

const ASKED: Found = { criterion: 'asked', because: 'you named it' };

function annotated(cluster: Cluster, namespace: string): Found | undefined {
  const value = namespaceDefault(cluster, namespace);
  if (!isJailMode(value)) return undefined;
  const source = cluster.namespaceObject(namespace);
  const because = `its Namespace has ${DEFAULT_INBOUND_POLICY}: ${value}`;
  return { criterion: 'annotation', because, ...(source === undefined ? {} : { source }) };
}

function withPolicy(cluster: Cluster, namespace: string): Found | undefined {
  const { servers, authorizationPolicies, serverAuthorizations } = cluster.policyOf(namespace);
  const objects = [servers, authorizationPolicies, serverAuthorizations].flat();
  const source = objects[0]?.source;
  if (source === undefined) return undefined;
  const count =
    objects.length === 1
      ? ''
      : `, and ${objects.length - 1} more such object${objects.length === 2 ? '' : 's'}`;
  const because = `it has its own policy (${shortName(source.object)}${count}), though its Namespace does not say deny`;
  return { criterion: 'policy-objects', because, source };
}

function closedCluster(cluster: Cluster, namespace: string): Found | undefined {
  const { defaultInboundPolicy } = cluster.config;
  const own = namespaceDefault(cluster, namespace);
  if (!isJailMode(defaultInboundPolicy) || own !== undefined) return undefined;
  if (judged(cluster, namespace).length === 0) return undefined;
  const because = `the cluster's default inbound policy is ${defaultInboundPolicy}`;
  return { criterion: 'cluster-default', because };
}

function closedWorkloads(cluster: Cluster, namespace: string): Found | undefined {
  const workloads = judged(cluster, namespace).filter(({ pod }) =>
    isJailMode(ownValue(pod.annotations, DEFAULT_INBOUND_POLICY)),
  );
  const [first] = workloads;
  if (first === undefined) return undefined;
  const names = workloads.map(({ kind, name }) => `${kind}/${name}`).join(', ');
  const because = `the pods of ${names} have ${DEFAULT_INBOUND_POLICY}: deny or audit`;
  return { criterion: 'workload-annotation', because, source: first.source, workloads };
}

function judged(cluster: Cluster, namespace: string): readonly Workload[] {
  return cluster
    .everyWorkloadIn(namespace)
    .filter((workload) => !workload.isMadeByInput || workload.kind === 'pod');
}
