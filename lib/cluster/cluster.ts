import type { LinkerdConfig } from '../linkerd/config';
import type { SourceObject } from '../kubernetes/object';
import { admitAll, type RefusedObject } from './stored-objects';
import { DefaultAuthorizations } from './client-authorization';
import { resolveConfig, type ConfigRemark } from './linkerd-config';
import { indexPolicy, isPolicyObject, NO_POLICY, type NamespacePolicy } from './policy-index';
import { makerOf } from './makers';
import { Injector } from './pod';
import { isThereAlready } from './running';
import type { InboundSettings } from './inbound-annotations';
import type { ExposedPorts } from '../workloads/exposed-ports';
import { defaultPortPolicy, serverPolicy, type InboundPolicy } from './inbound-policy';
import type { Ages } from './object-order';
import type { PortVariant } from './port-variant';
import { claimPorts, type PortOwnership, type Server } from './server';
import { namespacesIn, type KnownNamespace } from './namespaces';
import { completeness, type ClusterOptions, type UnreadKind } from './cluster-options';
import { refusedIn, type FindRefused } from './refused-objects';
import { oldestOfAll } from './unknown';
import {
  expandWorkload,
  namespaceMeta,
  workloadKey,
  workloadsByKey,
  listedPodObjects,
  isWorkload,
  type NamespaceMeta,
  type Workload,
  type WorkloadId,
} from './workload';
import { missingKinds } from './missing-kinds';
import { groupOf, objectKey } from '../kubernetes/references';
import { groupBy, memoized } from '../basics/collections';

const NO_PATHS: ReadonlySet<string> = new Set();
const NO_PODS: readonly Workload[] = [];
const NO_META: NamespaceMeta = namespaceMeta({}, {});

/**
 * Manifests as a cluster would hold them: workloads after injection, and the policy for each of their ports.
 * Independent of the order of its objects; ports with equal policy share one `InboundPolicy`.
 */
export class Cluster {
  public readonly config: LinkerdConfig;
  /** The `linkerd-config` of the control plane, if it is in the input. */
  public readonly installed: SourceObject | undefined;
  /** What the input says of the configuration and does not count. */
  public readonly configRemarks: readonly ConfigRemark[];
  public readonly workloads: readonly Workload[];
  /** Objects that admission refuses; they count as absent. */
  public readonly refused: readonly RefusedObject[];
  /** What a reference leads to that admission refuses, and of which no other document was accepted. */
  public readonly refusedObject: FindRefused;
  /** Every object that counts, of any kind. */
  public readonly objects: readonly SourceObject[];
  /** Namespaces whose workloads are known to be elsewhere. */
  public readonly workloadsElsewhere: readonly string[];
  /** Kinds that the input should have and has not. */
  public readonly unread: readonly UnreadKind[];
  private readonly byKey: ReadonlyMap<string, Workload>;
  /** Namespace of objects that do not name one. */
  public readonly defaultNamespace: string;
  private readonly namespaces: ReadonlyMap<string, KnownNamespace>;
  private readonly policies: ReadonlyMap<string, NamespacePolicy>;
  private readonly pods: Injector;
  private readonly defaults: DefaultAuthorizations;
  private readonly claims = new Map<Workload, PortOwnership>();
  private readonly claimsBySurface = new Map<ExposedPorts, Map<string, PortOwnership>>();
  private readonly portPolicies = new Map<object, Map<string, InboundPolicy>>();
  private readonly traits = new Map<string, PortTraits>();
  private readonly services: ReadonlyMap<string, readonly SourceObject[]>;
  private readonly workloadsByNamespace: ReadonlyMap<string, readonly Workload[]>;
  private readonly ages: Ages;
  private readonly running: ReadonlyMap<string, readonly Workload[]>;
  private readonly madeBefore: ReadonlySet<Workload>;
  /** What the options say of unknowns. */
  public readonly settled: Pick<ClusterOptions, 'ages' | 'podNetworks' | 'nodeNetworks' | 'complete'>;
  private readonly certain = new Map<InboundPolicy, readonly PortVariant[]>();
  private readonly variants = new Map<readonly Server[], Map<string, readonly PortVariant[]>>();

  private constructor(sources: readonly SourceObject[], options: ClusterOptions) {
    this.defaultNamespace = options.namespace ?? 'default';
    this.workloadsElsewhere = options.workloadsElsewhere ?? [];
    const { objects, refused } = admitAll(sources, options.assumeAdmitted ?? false, this.defaultNamespace);
    this.objects = objects;
    this.refused = refused;
    const { config, installed, remarks } = resolveConfig(objects, options, (source) =>
      this.namespaceOf(source),
    );
    this.config = config;
    this.installed = installed;
    this.configRemarks = remarks;
    this.defaults = new DefaultAuthorizations(this.config);
    this.namespaces = namespacesIn(objects);
    const namespaceOf = (source: SourceObject): string => this.namespaceOf(source);
    this.refusedObject = refusedIn(refused, namespaceOf);
    const policyObjects = objects.filter(({ object }) =>
      isPolicyObject(groupOf(object.apiVersion), object.kind),
    );
    this.ages = options.ages ?? 'unknown';
    this.settled = options;
    this.policies = indexPolicy(policyObjects, {
      namespaceOf,
      config: this.config,
      ages: this.ages,
      isComplete: completeness(options.complete ?? []),
      refused: this.refusedObject,
    });
    this.pods = new Injector(this.config);
    const workloads = new Map<string, Workload>();
    const expand = (source: SourceObject): Workload => this.wouldBe(source);
    // A pod of its own counts before one that another object lists.
    for (const source of objects) {
      for (const workload of listedPodObjects(source).map(expand))
        workloads.set(workloadKey(workload), workload);
    }
    for (const source of objects) {
      if (!isWorkload(source.object)) continue;
      const workload = expand(source);
      workloads.set(workloadKey(workload), workload);
    }
    const running: (readonly [maker: string, made: Workload])[] = [];
    this.workloads = [...workloads.values()].map((workload) => {
      const maker = makerOf(workload, (kind, name) =>
        workloads.get(workloadKey({ namespace: workload.namespace, kind, name })),
      );
      if (maker === undefined) return workload;
      const judged = { ...workload, isMadeByInput: true };
      if (isThereAlready(judged, maker)) running.push([workloadKey(maker), judged]);
      return judged;
    });
    this.running = new Map(
      [...groupBy(running, ([maker]) => maker)].map(([maker, some]) => [maker, some.map(([, made]) => made)]),
    );
    this.madeBefore = new Set(running.map(([, made]) => made));
    this.services = groupBy(objects.filter(isService), namespaceOf);
    this.workloadsByNamespace = groupBy(this.workloads, ({ namespace }) => namespace);
    this.byKey = workloadsByKey(this.workloads);
    this.unread =
      options.unread ??
      missingKinds({
        sources,
        namespaceOf,
        linkerdNamespace: config.linkerdNamespace,
        hasConfig: installed !== undefined,
        isMeshed: this.workloads.some(({ injection }) => injection.meshed),
        options,
      });
  }

  /** Builds the cluster from these objects; a later object replaces an earlier one with the same name. */
  public static fromObjects(sources: readonly SourceObject[], options: ClusterOptions = {}): Cluster {
    return new Cluster(sources, options);
  }

  public workload(id: WorkloadId): Workload | undefined {
    return this.byKey.get(workloadKey(id));
  }

  /** What an object that runs pods would be in this cluster, whether or not it is one of its objects. */
  public wouldBe(source: SourceObject): Workload {
    const namespace = this.namespaceOf(source);
    const meta = this.namespaceMeta(namespace);
    return expandWorkload(source, namespace, meta, this.config, this.pods);
  }

  /** The namespace of an object; the default one for objects that do not name one. */
  public namespaceOf({ object }: SourceObject): string {
    return object.metadata.namespace ?? this.defaultNamespace;
  }

  /** A key that identifies an object within this cluster. */
  public keyOf(source: SourceObject): string {
    return objectKey(source.object, this.namespaceOf(source));
  }

  /** A namespace's own object, if it is in the input. */
  public namespaceObject(name: string): SourceObject | undefined {
    return this.namespaces.get(name)?.source;
  }

  /** Whether the input has the Namespace object; if not, it is assumed to have no labels or annotations. */
  public hasNamespace(name: string): boolean {
    return this.namespaces.has(name);
  }

  public namespaceMeta(name: string): NamespaceMeta {
    return this.namespaces.get(name)?.meta ?? NO_META;
  }

  public policyOf(namespace: string): NamespacePolicy {
    return this.policies.get(namespace) ?? NO_POLICY;
  }

  /** Namespaces with a Namespace object, a workload or policy, sorted. */
  public namespaceNames(): string[] {
    const names = [
      ...this.namespaces.keys(),
      ...this.policies.keys(),
      ...this.workloads.map(({ namespace }) => namespace),
    ];
    return [...new Set(names)].sort();
  }

  /** Workloads in a namespace, including those made by other workloads. */
  public everyWorkloadIn(namespace: string): readonly Workload[] {
    return this.workloadsByNamespace.get(namespace) ?? [];
  }

  /** Whether another workload of the input has made this one, and its pods run as they were created. */
  public isRunning(workload: Workload): boolean {
    return this.madeBefore.has(workload);
  }

  /** Pods in the input, and makers of pods, that a workload of the input has made, and that run as they were created. */
  public runningPods(workload: WorkloadId): readonly Workload[] {
    if (this.running.size === 0) return NO_PODS;
    return this.running.get(workloadKey(workload)) ?? NO_PODS;
  }

  public servicesIn(namespace: string): readonly SourceObject[] {
    return this.services.get(namespace) ?? [];
  }

  /** Which Servers own which ports of a workload (linkerd-policy 3.5). */
  public portOwnership(workload: Workload): PortOwnership {
    return memoized(this.claims, workload, (one) => this.sharedClaims(one));
  }

  /** The policy for a port of a meshed workload, declared or not. */
  public inboundPolicy(workload: Workload, port: number): InboundPolicy {
    const probePaths = workload.pod.probes.get(port) ?? NO_PATHS;
    const server = this.portOwnership(workload).owners.get(port);
    if (server !== undefined) return this.policyBy(server, probePaths);
    const { settings } = workload.pod;
    const { uncertain } = this.policyOf(workload.namespace);
    const traits = this.traitsOf(
      settings,
      settings.opaque.has(port),
      settings.requireIdentity.has(port),
      uncertain.length === 0 ? '' : workload.namespace,
    );
    return this.shared(traits, probePaths, () =>
      defaultPortPolicy(settings.policy, traits, probePaths, this.defaults, uncertain),
    );
  }

  /**
   * The policies that a port may have, as far as the files leave open which Server owns it: the first one is that of
   * `inboundPolicy`.
   */
  public policyVariants(workload: Workload, port: number): readonly PortVariant[] {
    const candidates = this.portOwnership(workload).candidates.get(port);
    if (candidates === undefined) {
      const own = this.inboundPolicy(workload, port);
      return memoized(this.certain, own, (policy) => [{ policy, when: [] }]);
    }
    const probePaths = workload.pod.probes.get(port) ?? NO_PATHS;
    const byProbes = memoized(this.variants, candidates, () => new Map<string, readonly PortVariant[]>());
    return memoized(byProbes, probesKey(probePaths), () => {
      const conditions = oldestOfAll(candidates.map(({ source }) => source));
      return candidates.map((server, i) => {
        const condition = conditions[i];
        return {
          policy: this.policyBy(server, probePaths),
          when: condition === undefined ? [] : [condition],
        };
      });
    });
  }

  private policyBy(server: Server, probePaths: ReadonlySet<string>): InboundPolicy {
    return this.shared(server, probePaths, () =>
      serverPolicy(server, this.policyOf(server.namespace), probePaths, this.defaults),
    );
  }

  /** Workloads of one namespace with equal surfaces, selected by the same Servers, have equal claims. */
  private sharedClaims({ namespace, kind, pod }: Workload): PortOwnership {
    const kinds = kind === 'externalworkload' ? 'external-workloads' : 'pods';
    const { servers } = this.policyOf(namespace);
    const selecting = servers.filter((server) => server.selects === kinds && server.matches(pod.labels));
    const key = `${namespace}\n${selecting.map(({ name }) => name).join()}`;
    const bySelection = memoized(this.claimsBySurface, pod.surface, () => new Map<string, PortOwnership>());
    return memoized(bySelection, key, () => claimPorts(selecting, pod, this.ages));
  }

  private traitsOf(
    settings: InboundSettings,
    opaque: boolean,
    requireIdentity: boolean,
    namespace: string,
  ): PortTraits {
    const key = `${settings.policy}/${opaque}/${requireIdentity}/${namespace}`;
    return memoized(this.traits, key, () => ({ opaque, requireIdentity }));
  }

  /** Ports with the same governor and the same probe paths share one policy. */
  private shared(
    governor: object,
    probePaths: ReadonlySet<string>,
    make: () => InboundPolicy,
  ): InboundPolicy {
    const byProbes = memoized(this.portPolicies, governor, () => new Map<string, InboundPolicy>());
    return memoized(byProbes, probesKey(probePaths), make);
  }
}

interface PortTraits {
  readonly opaque: boolean;
  readonly requireIdentity: boolean;
}

function probesKey(probePaths: ReadonlySet<string>): string {
  return probePaths.size === 0 ? '' : [...probePaths].sort().join('\n');
}

function isService({ object }: SourceObject): boolean {
  return object.kind === 'Service' && object.apiVersion === 'v1';
}
