import { isPortNumber } from '../../linkerd/ports';
import { valueAt, asList, asText } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import { objectsOf } from '../../cluster/inventory';
import { backendsAt, findService } from '../../cluster/services';
import type { OutsideClient, InitInput } from './outside-client';

/** The API server as a client of admission webhooks, conversion webhooks and aggregated APIs. */
export function apiServer({ cluster }: InitInput): OutsideClient[] {
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
    admissionsOf({ cluster }, source, service),
  );
}

function admissionsOf(
  { cluster }: Pick<InitInput, 'cluster'>,
  source: SourceObject,
  reference: unknown,
): OutsideClient[] {
  const name = asText(valueAt(reference, 'name'));
  const namespace = asText(valueAt(reference, 'namespace'));
  if (name === undefined || namespace === undefined) return [];
  const service = findService(cluster, namespace, name);
  if (service === undefined) return [];
  const port = valueAt(reference, 'port');
  const because = `${source.object.kind} ${source.object.metadata.name}`;
  return backendsAt(cluster, service, isPortNumber(port) ? port : 443).map(({ workload, number }) => ({
    workload,
    number,
    client: { kind: 'apiServer' as const },
    because,
    marks: [],
    evidence: { weight: 'webhook' as const, protocol: 'TLS' as const, from: because },
  }));
}
