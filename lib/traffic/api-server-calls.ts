import type { Cluster } from '../cluster/cluster';
import { objectsOf } from '../cluster/inventory';
import { backendsAt, findService } from '../cluster/services';
import type { Workload } from '../cluster/workload';
import { asList, asText, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { isPortNumber } from '../linkerd/ports';

/** A call by the API server: to an admission webhook, a conversion webhook or an aggregated API. */
export interface ApiServerCall {
  /** The object that makes it call. */
  readonly source: SourceObject;
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** The evidence, such as `APIService v1beta1.metrics.k8s.io`. */
  readonly because: string;
}

/** All ports that the input tells the API server to call. */
export function apiServerCalls(cluster: Cluster): ApiServerCall[] {
  const webhooks = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) =>
    objectsOf(cluster, 'admissionregistration.k8s.io', kind).flatMap((source) =>
      asList(source.object.webhooks).map((webhook) => ({
        source,
        service: valueAt(webhook, 'clientConfig', 'service'),
      })),
    ),
  );
  const conversions = objectsOf(cluster, 'apiextensions.k8s.io', 'CustomResourceDefinition').map(
    (source) => ({
      source,
      service: valueAt(source.object.spec, 'conversion', 'webhook', 'clientConfig', 'service'),
    }),
  );
  const apis = objectsOf(cluster, 'apiregistration.k8s.io', 'APIService').map((source) => ({
    source,
    service: valueAt(source.object.spec, 'service'),
  }));
  return [...webhooks, ...conversions, ...apis].flatMap(({ source, service }) =>
    callsTo(cluster, source, service),
  );
}

function callsTo(cluster: Cluster, source: SourceObject, reference: unknown): ApiServerCall[] {
  const name = asText(valueAt(reference, 'name'));
  const namespace = asText(valueAt(reference, 'namespace'));
  if (name === undefined || namespace === undefined) return [];
  const service = findService(cluster, namespace, name);
  if (service === undefined) return [];
  const port = valueAt(reference, 'port');
  const because = `${source.object.kind} ${source.object.metadata.name}`;
  return backendsAt(cluster, service, isPortNumber(port) ? port : 443).map(({ workload, number }) => ({
    source,
    workload,
    number,
    because,
  }));
}
