import { backendsAt, findService } from '../cluster/services';
import type { Cluster } from '../cluster/cluster';
import { objectsOf } from '../cluster/inventory';
import type { Workload } from '../cluster/workload';
import { enumerate } from '../basics/words';
import { asList, asText, inWords, ownValue, valueAt } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import type { Path } from '../kubernetes/path';
import { parseAddress } from '../linkerd/network';
import { isPortNumber } from '../linkerd/ports';

/** What the API server asks of a workload: to admit objects, to convert them, or to serve an API of its own. */
export interface ApiServerCall {
  readonly kind: 'admission' | 'conversion' | 'api';
  readonly source: SourceObject;
  /** Where it names the Service. */
  readonly place: Path;
  readonly workload: Workload;
  /** The container port. */
  readonly number: number;
  /** The evidence, such as `APIService v1beta1.metrics.k8s.io`. */
  readonly because: string;
  /** The webhook's name, if there are several in an object. */
  readonly webhook?: string;
  /** What it is for, in words, such as `CREATE of pods`; empty if the object does not say. */
  readonly requests: string;
  /** What happens if it cannot be called. Only admission has a choice. */
  readonly failurePolicy: 'Fail' | 'Ignore';
}

/** All calls of webhooks, conversions and aggregated APIs that lead to workloads of the input. */
export function apiServerCalls(cluster: Cluster): ApiServerCall[] {
  return [
    ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) =>
      objectsOf(cluster, 'admissionregistration.k8s.io', kind).flatMap((source) =>
        asList(source.object.webhooks).flatMap((webhook, index) => {
          const name = asText(valueAt(webhook, 'name'));
          return callsOf(cluster, source, ['webhooks', index, 'clientConfig', 'service'], {
            kind: 'admission',
            ...(name === undefined ? {} : { webhook: name }),
            requests: admitted(webhook),
            failurePolicy: failurePolicyOf(source, webhook),
          });
        }),
      ),
    ),
    ...objectsOf(cluster, 'apiextensions.k8s.io', 'CustomResourceDefinition').flatMap((source) =>
      callsOf(cluster, source, ['spec', 'conversion', 'webhook', 'clientConfig', 'service'], {
        kind: 'conversion',
        requests: inWords(valueAt(source.object, 'spec', 'names', 'plural') ?? source.object.metadata.name),
        failurePolicy: 'Fail',
      }),
    ),
    ...objectsOf(cluster, 'apiregistration.k8s.io', 'APIService').flatMap((source) =>
      callsOf(cluster, source, ['spec', 'service'], {
        kind: 'api',
        requests: source.object.metadata.name,
        failurePolicy: 'Fail',
      }),
    ),
  ];
}

/** Addresses of the API server, where its nodes or pods are in the input. */
export function apiServerAddresses(cluster: Cluster): string[] {
  const nodes = objectsOf(cluster, '', 'Node')
    .filter(({ object }) => {
      const labels = object.metadata.labels ?? {};
      return ['control-plane', 'master'].some(
        (role) => ownValue(labels, `node-role.kubernetes.io/${role}`) !== undefined,
      );
    })
    .flatMap(({ object }) =>
      asList(valueAt(object, 'status', 'addresses'))
        .filter((entry) => valueAt(entry, 'type') === 'InternalIP')
        .map((entry) => valueAt(entry, 'address')),
    );
  const pods = objectsOf(cluster, '', 'Pod')
    .filter(
      ({ object }) =>
        object.metadata.namespace === 'kube-system' &&
        ownValue(object.metadata.labels ?? {}, 'component') === 'kube-apiserver',
    )
    .map(({ object }) => valueAt(object, 'status', 'hostIP'));
  return [...new Set([...nodes, ...pods])].filter(
    (address) => typeof address === 'string' && parseAddress(address) !== undefined,
  ) as string[];
}

/** `Fail` is the default of v1, `Ignore` that of v1beta1. */
function failurePolicyOf(source: SourceObject, webhook: unknown): 'Fail' | 'Ignore' {
  const usual = source.object.apiVersion.endsWith('/v1beta1') ? 'Ignore' : 'Fail';
  return (valueAt(webhook, 'failurePolicy') ?? usual) === 'Ignore' ? 'Ignore' : 'Fail';
}

/** The requests that a webhook is for, such as `CREATE and UPDATE of pods`. */
function admitted(webhook: unknown): string {
  const rules = asList(valueAt(webhook, 'rules')).map((rule) => {
    const words = (field: string): string =>
      enumerate(
        asList(valueAt(rule, field)).map((one) => (one === '*' ? `every ${SINGULAR[field]}` : inWords(one))),
        3,
      );
    return `${words('operations')} of ${words('resources')}`;
  });
  return enumerate(rules, 2);
}

const SINGULAR: Readonly<Record<string, string>> = { operations: 'operation', resources: 'resource' };

function callsOf(
  cluster: Cluster,
  source: SourceObject,
  place: Path,
  facts: Pick<ApiServerCall, 'kind' | 'webhook' | 'requests' | 'failurePolicy'>,
): ApiServerCall[] {
  const reference = place.reduce<unknown>(
    (value, step) => (typeof step === 'number' ? asList(value)[step] : valueAt(value, step)),
    source.object,
  );
  const name = asText(valueAt(reference, 'name'));
  const namespace = asText(valueAt(reference, 'namespace'));
  if (name === undefined || namespace === undefined) return [];
  const service = findService(cluster, namespace, name);
  if (service === undefined) return [];
  const port = valueAt(reference, 'port');
  return backendsAt(cluster, service, isPortNumber(port) ? port : 443).map(({ workload, number }) => ({
    ...facts,
    source,
    place,
    workload,
    number,
    because: `${source.object.kind} ${source.object.metadata.name}`,
  }));
}
