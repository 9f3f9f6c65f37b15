import type { Cluster } from '../cluster/cluster';
import type { Workload } from '../cluster/workload';
import { valueAt, asText } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf } from '../cluster/inventory';
import { backendsOf, findService, serviceOf, type Backend } from '../cluster/services';
import { hostsIn, type HostName } from './service-hosts';
import { configuredTexts, dataOf, usedConfigMaps, type ConfiguredText } from './container-texts';
import { workloadLabel } from '../cluster/labels';

/** A workload that is configured to call a Service. */
export interface ConfiguredCall {
  readonly caller: Workload;
  /** The ports behind the Service that the call may reach. */
  readonly backends: readonly Backend[];
  readonly service: SourceObject;
  /** Whether the text names the port. */
  readonly isPortKnown: boolean;
  /** The evidence, such as `env API_URL of deployment/web`. */
  readonly because: string;
}

/** A Service that is mentioned somewhere, but not in a way that reveals a call. */
export interface UnresolvedMention {
  /** The Service mentioned. */
  readonly namespace: string;
  readonly service: string;
  /** Who mentions it, and why no call follows. */
  readonly text: string;
}

/** Who calls what, as far as the manifests show. */
export interface ConfiguredCalls {
  readonly calls: readonly ConfiguredCall[];
  /** Mentions of Services that lead to no workload in the input, or occur only in unused ConfigMaps. */
  readonly loose: readonly UnresolvedMention[];
}

/** Searches the configuration of workloads, and unused ConfigMaps, for names of Services. */
export function configuredCalls(cluster: Cluster, workloads: readonly Workload[]): ConfiguredCalls {
  const calls = new Map<string, ConfiguredCall>();
  const loose = new Map<string, UnresolvedMention>();
  for (const caller of workloads) {
    for (const configured of configuredTexts(cluster, caller)) {
      const because = `${configured.where} of ${workloadLabel(caller)}`;
      for (const host of hostsIn(configured.text)) {
        const service = calledService(cluster, caller.namespace, host);
        if (service !== undefined) {
          const call = callTo(cluster, caller, service, host, because);
          if (call.backends.length > 0) add(calls, call);
          else if (cluster.namespaceOf(service) !== caller.namespace) {
            const text = `${because} in namespace ${caller.namespace} names it, but no workload in the manifests is behind it`;
            addLoose(loose, { ...host, namespace: cluster.namespaceOf(service) }, text);
          }
        } else if (host.isExplicit) {
          const text = `${because} in namespace ${caller.namespace} names a Service that is not in the manifests`;
          addLoose(loose, host, text);
        }
      }
    }
  }
  for (const { namespace, configMap } of idleConfigMaps(cluster, workloads)) {
    for (const configured of dataOf(configMap)) {
      idleMentions(cluster, namespace, configured).forEach(([host, text]) => addLoose(loose, host, text));
    }
  }
  return { calls: [...calls.values()], loose: [...loose.values()] };
}

function idleMentions(cluster: Cluster, namespace: string, configured: ConfiguredText): [HostName, string][] {
  return hostsIn(configured.text)
    .filter((host) => host.namespace !== undefined && host.namespace !== namespace)
    .filter((host) => host.isExplicit || calledService(cluster, namespace, host) !== undefined)
    .map((host) => [
      host,
      `${configured.where} in namespace ${namespace} names it, but no workload in the manifests uses that ConfigMap`,
    ]);
}

function idleConfigMaps(
  cluster: Cluster,
  workloads: readonly Workload[],
): { namespace: string; configMap: SourceObject }[] {
  const used = new Set(
    workloads.flatMap((workload) => usedConfigMaps(workload).map((name) => `${workload.namespace}/${name}`)),
  );
  return objectsOf(cluster, '', 'ConfigMap')
    .map((configMap) => ({ namespace: cluster.namespaceOf(configMap), configMap }))
    .filter(({ namespace, configMap }) => !used.has(`${namespace}/${configMap.object.metadata.name}`));
}

/** The Service a host refers to, following an ExternalName Service to its target. */
function calledService(cluster: Cluster, own: string, host: HostName): SourceObject | undefined {
  const service = findService(cluster, host.namespace ?? own, host.service);
  if (service === undefined || valueAt(service.object, 'spec', 'type') !== 'ExternalName') return service;
  const [alias] = hostsIn(asText(valueAt(service.object, 'spec', 'externalName')) ?? '');
  return alias?.namespace === undefined ? undefined : findService(cluster, alias.namespace, alias.service);
}

function callTo(
  cluster: Cluster,
  caller: Workload,
  service: SourceObject,
  { port, isPortWritten }: HostName,
  because: string,
): ConfiguredCall {
  const all = backendsOf(cluster, service);
  // A headless Service does not translate ports: clients dial the container's own
  const direct =
    isPortWritten && serviceOf(service).isHeadless ? all.filter(({ number }) => number === port) : [];
  const meant =
    direct.length > 0 || port === undefined
      ? direct
      : all.filter(({ servicePort }) => servicePort.number === port);
  const isPortKnown = meant.length > 0;
  return { caller, service, backends: isPortKnown ? meant : all, isPortKnown, because };
}

function add(calls: Map<string, ConfiguredCall>, call: ConfiguredCall): void {
  const { namespace, kind, name } = call.caller;
  const ports = call.backends.map(({ workload, number }) => `${workload.kind}/${workload.name}:${number}`);
  const { metadata } = call.service.object;
  const key = [namespace, kind, name, metadata.namespace, metadata.name, ...ports].join('\n');
  if (!calls.has(key)) calls.set(key, call);
}

function addLoose(
  loose: Map<string, UnresolvedMention>,
  { namespace, service }: HostName,
  text: string,
): void {
  if (namespace === undefined) return;
  loose.set(`${namespace}/${service}: ${text}`, { namespace, service, text });
}
