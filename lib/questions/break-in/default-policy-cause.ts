import type { Cluster } from '../../cluster/cluster';
import { makerIn, restartOf } from '../../cluster/restart';
import { workloadLabel } from '../../cluster/labels';
import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY, REQUIRE_IDENTITY_PORTS } from '../../linkerd/annotations';
import { isDefaultPolicy, type DefaultPolicy } from '../../linkerd/default-policy';
import type { SourceObject } from '../../kubernetes/object';
import { quote } from '../../basics/words';
import { annotationOf, isRunning, namespaceAnnotation, type FoundAnnotation } from './annotation-origin';

interface Words {
  readonly source: SourceObject;
  readonly because: string;
  readonly remedy: string;
}

interface Origin extends Words {
  /** What made it so, with the object to look at. */
  readonly because: string;
}

/** Why a port without a Server has the default policy that it has, and how to close it. */
export function defaultPolicyWords(cluster: Cluster, workload: Workload, policy: DefaultPolicy): Words {
  const { source, because, remedy } = origin(cluster, workload);
  const upgraded =
    policy === workload.pod.settings.policy ? '' : `, and ${REQUIRE_IDENTITY_PORTS} names the port`;
  return {
    source,
    because: `no Server covers the port, so the pod's default policy decides: ${policy}, ${because}${upgraded}`,
    remedy,
  };
}

function origin(cluster: Cluster, workload: Workload): Origin {
  const own = fromMaker(cluster, workload) ?? annotationOf(cluster, workload, DEFAULT_INBOUND_POLICY);
  const home = namespaceAnnotation(cluster, workload.namespace, DEFAULT_INBOUND_POLICY);
  const isOwn = own === undefined || own.source === workload.source;
  if (isRunning(workload) && isOwn && home !== undefined && own?.value !== home.value)
    return older(cluster, workload, own, home);
  const { namespace } = workload;
  if (own === undefined) return unannotated(cluster, workload, home);
  const remedy =
    own.source === home?.source
      ? `annotate Namespace ${namespace} with ${DEFAULT_INBOUND_POLICY}: deny, and restart its pods`
      : `remove the annotation ${DEFAULT_INBOUND_POLICY} from ${own.where}`;
  const because = isDefaultPolicy(own.value)
    ? `${own.where} says ${own.value}`
    : `the cluster's default, because ${DEFAULT_INBOUND_POLICY}: ${quote(own.value)} on ${own.where} is not a valid policy`;
  return { source: own.source, because, remedy };
}

/** What a running pod has from the template of the workload that made it, which will give it to the next pod too. */
function fromMaker(cluster: Cluster, workload: Workload): FoundAnnotation | undefined {
  const maker = isRunning(workload) ? makerIn(cluster, workload) : undefined;
  if (maker === undefined) return undefined;
  const ofTemplate = annotationOf(cluster, maker, DEFAULT_INBOUND_POLICY);
  const ofPod = annotationOf(cluster, workload, DEFAULT_INBOUND_POLICY);
  if (ofTemplate?.source !== maker.source || ofTemplate.value !== ofPod?.value) return undefined;
  return { ...ofTemplate, where: `the pod template of ${workloadLabel(maker)}` };
}

/** A Namespace's annotation reaches a pod when it is created, and never after. */
function older(
  cluster: Cluster,
  workload: Workload,
  own: FoundAnnotation | undefined,
  home: FoundAnnotation,
): Origin {
  const has = own === undefined ? "the cluster's default" : `which the pod has as its own annotation`;
  return {
    source: workload.source,
    because: `${has}, because the pod was created before ${home.where} said ${home.value}: its annotations reach a pod only when it is created`,
    remedy: restartOf(cluster, workload),
  };
}

function unannotated(cluster: Cluster, workload: Workload, home: FoundAnnotation | undefined): Origin {
  const { namespace, source } = workload;
  if (home !== undefined)
    return {
      source,
      because: `the cluster's default: the pod template already has the proxy, so the injector leaves it alone, and ${home.where}'s ${DEFAULT_INBOUND_POLICY}: ${home.value} does not reach it`,
      remedy: `annotate the pod template with ${DEFAULT_INBOUND_POLICY}: deny, or take the proxy out of it and have Linkerd inject its own`,
    };
  return {
    source: cluster.namespaceObject(namespace) ?? source,
    because: `the cluster's default, because neither the Namespace nor the pod template has ${DEFAULT_INBOUND_POLICY}`,
    remedy: `annotate Namespace ${namespace} with ${DEFAULT_INBOUND_POLICY}: deny, and restart its pods`,
  };
}
