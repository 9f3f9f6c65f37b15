import type { Cluster } from './cluster';
import { isConfig } from './linkerd-config';
import { isPolicyObject } from './policy-index';
import { parentServers } from './route-decode';
import { isWorkload, kindName, listedPodObjects, workloadKey, type WorkloadId } from './workload';
import { asList, asText, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf } from '../kubernetes/references';
import { isLinkerdNamespace } from '../linkerd/own-namespaces';

/** What an answer is about. */
export interface Subject {
  /** Namespaces that were asked for. @default all but Linkerd's own */
  readonly namespaces?: readonly string[];
  /** Whether Linkerd's own namespaces count among all. @default false */
  readonly withLinkerd?: boolean;
  /** Workloads of them that were asked for. @default all */
  readonly workloads?: readonly WorkloadId[];
}

const ROUTES = ['HTTPRoute', 'GRPCRoute'];
const AUTHENTICATIONS = ['MeshTLSAuthentication', 'NetworkAuthentication'];
/** Kinds of Linkerd's that say nothing about who gets in. */
const NO_DOORS = ['EgressNetwork', 'HTTPLocalRateLimitPolicy'];

/**
 * Says of any object of the input, accepted or not, whether some reading of it could change an answer about the subject:
 * what has pods there, its Namespace, and the policy that is read for it.
 */
export class Relevance {
  private readonly authentications: ReadonlySet<string>;
  private readonly workloads: ReadonlySet<string> | undefined;

  public constructor(
    private readonly cluster: Cluster,
    private readonly subject: Subject,
  ) {
    this.authentications = this.readFromElsewhere();
    this.workloads = subject.workloads && new Set(subject.workloads.map(workloadKey));
  }

  public isAsked(namespace: string): boolean {
    const { namespaces = [], withLinkerd = false } = this.subject;
    return namespaces.length === 0
      ? withLinkerd || !isLinkerdNamespace(namespace, this.cluster.config)
      : namespaces.includes(namespace);
  }

  public isAskedWorkload(id: WorkloadId): boolean {
    return this.isAsked(id.namespace) && (this.workloads?.has(workloadKey(id)) ?? true);
  }

  public isRelevant(source: SourceObject): boolean {
    const { kind, apiVersion, metadata } = source.object;
    const group = groupOf(apiVersion);
    const namespace = this.cluster.namespaceOf(source);
    if (isPolicyObject(group, kind)) return this.isRelevantPolicy(source, group, namespace);
    if (kind === 'Namespace' && apiVersion === 'v1') return this.isAsked(metadata.name);
    if (isConfig(source)) return namespace === this.cluster.config.linkerdNamespace;
    if (isWorkload(source.object))
      return this.isAskedWorkload({ namespace, kind: kindName(group, kind), name: metadata.name });
    return this.isAsked(namespace) && listedPodObjects(source).length > 0;
  }

  private isRelevantPolicy(source: SourceObject, group: string, namespace: string): boolean {
    const { kind, metadata } = source.object;
    if (ROUTES.includes(kind)) return this.isRelevantRoute(source, namespace);
    if (group === POLICY_GROUP && NO_DOORS.includes(kind)) return false;
    return this.isAsked(namespace) || this.authentications.has(`${kind}/${namespace}/${metadata.name}`);
  }

  /** A route counts at the Servers that it names; what it names is not known if that cannot be read. */
  private isRelevantRoute(source: SourceObject, namespace: string): boolean {
    const parents = valueAt(source.object, 'spec', 'parentRefs');
    if (!Array.isArray(parents)) return this.isAsked(namespace);
    return parentServers(source, namespace).some((server) => this.isAsked(server.namespace));
  }

  /** Authentications that authorizations of the namespaces name, wherever they are. */
  private readFromElsewhere(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const source of this.cluster.objects) {
      const { kind, apiVersion } = source.object;
      if (kind !== 'AuthorizationPolicy' || groupOf(apiVersion) !== POLICY_GROUP) continue;
      const own = this.cluster.namespaceOf(source);
      if (!this.isAsked(own)) continue;
      for (const reference of asList(valueAt(source.object, 'spec', 'requiredAuthenticationRefs'))) {
        const namespace = asText(valueAt(reference, 'namespace')) ?? own;
        const name = asText(valueAt(reference, 'name')) ?? '';
        // Group and kind of a reference compare without case.
        const referred = asText(valueAt(reference, 'kind'))?.toLowerCase();
        const known = AUTHENTICATIONS.find((one) => one.toLowerCase() === referred);
        if (known !== undefined) found.add(`${known}/${namespace}/${name}`);
      }
    }
    return found;
  }
}
