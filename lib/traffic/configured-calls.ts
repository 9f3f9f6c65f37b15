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
  /** Ports behind the Service that the call may go to. */
  readonly backends: readonly Backend[];
  readonly service: SourceObject;
  /** Whether the text says which port. */
  readonly isPortKnown: boolean;
  /** What says so, such as `env API_URL of deployment/web`. */
  readonly because: string;
}

/** A Service that is named by something that leads to no call that could be allowed. */
export interface UnresolvedMention {
  /** The Service that is named. */
  readonly namespace: string;
  readonly service: string;
  /** What names it and why that leads to nothing. */
  readonly text: string;
}

/** Who calls whom, as far as the manifests say it. */
export interface ConfiguredCalls {
  readonly calls: readonly ConfiguredCall[];
  /** Services that are named and lead to nothing in the input, and ConfigMaps that name one and that nobody uses. */
  readonly loose: readonly UnresolvedMention[];
}

/** Reads the texts of workloads, and of ConfigMaps that nobody uses, for the Services that they name. */
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
            const text = `${because} in namespace ${caller.namespace} names it, and it leads to no workload of the manifests`;
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
      `${configured.where} in namespace ${namespace} names it, and no workload of the manifests uses that ConfigMap`,
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

/** The Service that a host means; an ExternalName Service stands for the one that it names. */
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
  const meant = port === undefined ? [] : all.filter(({ servicePort }) => servicePort.number === port);
  // A headless Service translates no ports: what is dialled is the container's own
  const direct =
    isPortWritten && meant.length === 0 && serviceOf(service).isHeadless
      ? all.filter(({ number }) => number === port)
      : meant;
  const isPortKnown = direct.length > 0;
  return { caller, service, backends: isPortKnown ? direct : all, isPortKnown, because };
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
