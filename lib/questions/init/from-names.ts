import type { Cluster } from '../../cluster/cluster';
import { objectsOf } from '../../cluster/inventory';
import { backendsOf, type Backend } from '../../cluster/services';
import { valueAt } from '../../kubernetes/fields';
import type { OutsideClient, InitInput } from './outside-client';

const WEBHOOK = /(^|-)(webhooks?|admission)(-|$)/i;
const AGGREGATED =
  /(^|-)(apiserver|metrics-api|metrics-server|custom-metrics|external-metrics)(-|$)|^prometheus-adapter$/i;

/**
 * Ports that the API server may call, by the names of Services and ports, where the manifests have none of the objects
 * that would tell: whoever closes one by mistake stops everybody from creating Pods, or Ingresses.
 */
export function possiblyApiServer({ cluster, workloads }: InitInput): OutsideClient[] {
  if (cluster.settled.complete === true) return [];
  const looks = [
    ...(hasWebhooks(cluster) ? [] : [{ pattern: WEBHOOK, what: 'a webhook', kind: 'webhook configuration' }]),
    ...(objectsOf(cluster, 'apiregistration.k8s.io', 'APIService').length > 0
      ? []
      : [{ pattern: AGGREGATED, what: 'an aggregated API', kind: 'APIService' }]),
  ];
  const namespaces = new Set(workloads.map(({ namespace }) => namespace));
  const backends = [...namespaces].flatMap((namespace) =>
    cluster.servicesIn(namespace).flatMap((service) => calledAsNamed(backendsOf(cluster, service))),
  );
  return looks.flatMap(({ pattern, what, kind }) => {
    const question = {
      text: `judging by its name it is for ${what}, and no ${kind} is in the manifests: if the API server calls it, let in the control plane`,
      client: "Client.network('192.0.2.0/24')",
    };
    const behind = backends
      .filter(({ words }) => words.some((word) => pattern.test(word)))
      .map(({ backend: { workload, number, service } }) => ({
        workload,
        number,
        because: `Service ${service.object.metadata.name}`,
      }));
    const seen = new Set(
      behind.map(
        ({ workload, number }) => `${workload.namespace}/${workload.kind}/${workload.name}:${number}`,
      ),
    );
    const declared = workloads.flatMap((workload) =>
      [...workload.pod.portNames].flatMap(([name, numbers]) =>
        pattern.test(name)
          ? [...numbers].map((number) => ({ workload, number, because: `port ${name}` }))
          : [],
      ),
    );
    return [
      ...behind,
      ...declared.filter(
        ({ workload, number }) =>
          !seen.has(`${workload.namespace}/${workload.kind}/${workload.name}:${number}`),
      ),
    ].map((one) => ({ ...one, marks: [], question }));
  });
}

function hasWebhooks(cluster: Cluster): boolean {
  const group = 'admissionregistration.k8s.io';
  return (
    objectsOf(cluster, group, 'ValidatingWebhookConfiguration').length > 0 ||
    objectsOf(cluster, group, 'MutatingWebhookConfiguration').length > 0 ||
    objectsOf(cluster, 'apiextensions.k8s.io', 'CustomResourceDefinition').some(
      ({ object }) => valueAt(object.spec, 'conversion', 'webhook') !== undefined,
    )
  );
}

/** The ports of a Service with the words that may name them: its own name only for port 443, or its only port. */
function calledAsNamed(backends: readonly Backend[]): { backend: Backend; words: readonly string[] }[] {
  const ports = new Set(backends.map(({ servicePort }) => servicePort.number));
  return backends.map((backend) => {
    const { service, servicePort, workload, number } = backend;
    const names = [...workload.pod.portNames].flatMap(([name, numbers]) =>
      numbers.has(number) ? [name] : [],
    );
    const ofService = ports.size === 1 || servicePort.number === 443 ? [service.object.metadata.name] : [];
    return {
      backend,
      words: [...ofService, ...names, ...(servicePort.name === undefined ? [] : [servicePort.name])],
    };
  });
}
