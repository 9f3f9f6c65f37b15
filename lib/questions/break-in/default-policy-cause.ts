import type { Cluster } from '../../cluster/cluster';
import { makerIn } from '../../cluster/restart';
import type { Workload } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY, REQUIRE_IDENTITY_PORTS } from '../../linkerd/annotations';
import { isDefaultPolicy, type DefaultPolicy } from '../../linkerd/default-policy';
import type { SourceObject } from '../../kubernetes/object';
import { quote } from '../../basics/words';
import {
  annotationOf,
  namespaceAnnotation,
  ofMaker,
  sinceCreation,
  type FoundAnnotation,
} from './annotation-origin';

interface Words {
  readonly source: SourceObject;
  readonly because: string;
  readonly remedy: string;
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

function origin(cluster: Cluster, workload: Workload): Words {
  const { namespace, source } = workload;
  const changed = sinceCreation(cluster, workload, DEFAULT_INBOUND_POLICY);
  const ofPod = annotationOf(cluster, workload, DEFAULT_INBOUND_POLICY);
  const annotate = `annotate Namespace ${namespace} with ${DEFAULT_INBOUND_POLICY}: deny, and restart its pods`;
  if (changed !== undefined) {
    const has =
      ofPod === undefined
        ? "the cluster's default"
        : 'by an annotation that the pod has since it was created';
    const { today, restart } = changed;
    if (today === undefined) return { source, because: has, remedy: annotate };
    return {
      source,
      because: `${has}, because the pod was created before ${today.where} said ${today.value}: that reaches a pod only when it is created`,
      remedy: restart,
    };
  }
  const home = namespaceAnnotation(cluster, namespace, DEFAULT_INBOUND_POLICY);
  if (ofPod === undefined) return unannotated(cluster, workload, home, annotate);
  const maker = workload.kind === 'pod' ? makerIn(cluster, workload) : undefined;
  const own = maker === undefined ? ofPod : (ofMaker(cluster, maker, DEFAULT_INBOUND_POLICY) ?? ofPod);
  return {
    source: own.source,
    because: isDefaultPolicy(own.value)
      ? `${own.where} says ${own.value}`
      : `the cluster's default, because ${DEFAULT_INBOUND_POLICY}: ${quote(own.value)} on ${own.where} is not a valid policy`,
    remedy:
      own.source === home?.source
        ? annotate
        : `remove the annotation ${DEFAULT_INBOUND_POLICY} from ${own.where}`,
  };
}

function unannotated(
  cluster: Cluster,
  workload: Workload,
  home: FoundAnnotation | undefined,
  annotate: string,
): Words {
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
    remedy: annotate,
  };
}
