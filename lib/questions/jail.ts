import type { Cluster } from '../cluster/cluster';
import { workloadKey, type Workload } from '../cluster/workload';
import { workloadLabel } from '../cluster/labels';
import { compareText } from '../basics/collections';
import { enumerate } from '../basics/words';
import { namespaceSlip, slipWords, workloadSlip } from './misspelt-policy';
import { isLinkerdNamespace } from '../linkerd/own-namespaces';
import { DEFAULT_INBOUND_POLICY } from '../linkerd/annotations';
import { isJailMode } from '../linkerd/default-policy';
import { namespaceSuffix, parseIdentity } from '../linkerd/identity';
import { shortName, type SourceObject } from '../kubernetes/object';
import { IdentitySet } from '../sets/identity-set';
import { ownValue } from '../kubernetes/fields';
import { namespaceDefault } from '../cluster/inventory';

/** Why a namespace counts as a jail, the clearest reason first. */
export type JailEvidence =
  'annotation' | 'misspelt' | 'policy-objects' | 'cluster-default' | 'workload-annotation' | 'asked';

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
 * @param asked namespaces to treat as jails whatever they look like; if there are none, those of Linkerd's own charts are
 * left out
 */
export function findJails(cluster: Cluster, asked: readonly string[] = []): readonly Jail[] {
  const names =
    asked.length > 0
      ? [...new Set(asked)]
      : cluster.namespaceNames().filter((name) => !isLinkerdNamespace(name, cluster.config));
  return names.flatMap((namespace) => {
    const found =
      annotated(cluster, namespace) ??
      misspelt(cluster, namespace) ??
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

/** Spelt so that Linkerd does not read it, the annotation closes nothing; a jail was meant all the same. */
function misspelt(cluster: Cluster, namespace: string): Found | undefined {
  const slip = namespaceSlip(cluster, namespace);
  const source = cluster.namespaceObject(namespace);
  if (slip === undefined || source === undefined) return undefined;
  return { criterion: 'misspelt', because: `its Namespace has ${slipWords(slip)}`, source };
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
  const all = inOrder(judged(cluster, namespace));
  const isClosed = ({ pod }: Workload): boolean =>
    isJailMode(ownValue(pod.annotations, DEFAULT_INBOUND_POLICY));
  const closed = all.filter(isClosed);
  const slips = all.flatMap((workload) => {
    const slip = isClosed(workload) ? undefined : workloadSlip(workload);
    return slip === undefined ? [] : [{ workload, slip }];
  });
  const workloads = [...closed, ...slips.map(({ workload }) => workload)];
  const [first] = workloads;
  if (first === undefined) return undefined;
  const reasons = slips.map(
    ({ workload, slip }) => `the pods of ${workloadLabel(workload)} have ${slipWords(slip)}`,
  );
  if (closed.length > 0)
    reasons.unshift(
      `the pods of ${enumerate(closed.map(workloadLabel))} have ${DEFAULT_INBOUND_POLICY}: deny or audit`,
    );
  const criterion = closed.length > 0 ? 'workload-annotation' : 'misspelt';
  return { criterion, because: enumerate(reasons, 4), source: first.source, workloads };
}

function judged(cluster: Cluster, namespace: string): readonly Workload[] {
  return cluster
    .everyWorkloadIn(namespace)
    .filter((one) => !one.isMadeByInput || one.kind === 'pod' || cluster.isRunning(one));
}

/** Workloads by name, so that what is said of them does not depend on the order of the input. */
export function inOrder(workloads: readonly Workload[]): readonly Workload[] {
  return [...workloads].sort((a, b) => compareText(workloadKey(a), workloadKey(b)));
}

/** Namespaces of the input that are left to Linkerd's own charts unless somebody asks for them. */
export function leftToLinkerd(cluster: Cluster, asked: readonly string[]): readonly string[] {
  return cluster
    .namespaceNames()
    .filter((name) => isLinkerdNamespace(name, cluster.config) && !asked.includes(name));
}
