import { JSON_SCHEMA, load } from 'js-yaml';
import { asText, isFields, valueAt, type Fields } from '../kubernetes/fields';

/** What is read of Helm's values that a control plane keeps in `linkerd-config`; the rest of them is text. */
const READ_VALUES: readonly (readonly string[])[] = [
  ['identityTrustDomain'],
  ['clusterDomain'],
  ['clusterNetworks'],
  ['policyController', 'probeNetworks'],
  ['proxy', 'defaultInboundPolicy'],
  ['proxy', 'opaquePorts'],
  ['proxy', 'ports'],
  ['proxyInit', 'ignoreInboundPorts'],
  ['proxyInit', 'ignoreOutboundPorts'],
  ['proxyInit', 'skipSubnets'],
];

/** A text of `linkerd-config` that is read, and the path of its value within Helm's values. */
export interface ReadValue {
  readonly path: readonly string[];
  readonly text: string;
}

/**
 * The texts among the values of a `linkerd-config` ConfigMap that are read. Values that are no YAML come as one text: a
 * template that stands there unquoted makes all of them unreadable.
 */
export function readConfigValues(object: Fields): ReadValue[] {
  if (valueAt(object, 'apiVersion') !== 'v1' || valueAt(object, 'kind') !== 'ConfigMap') return [];
  if (valueAt(object, 'metadata', 'name') !== 'linkerd-config') return [];
  const text = asText(valueAt(object, 'data', 'values'));
  if (text === undefined) return [];
  let values: unknown;
  try {
    values = load(text, { schema: JSON_SCHEMA });
  } catch {
    return [{ path: [], text }];
  }
  return READ_VALUES.flatMap((path) =>
    textsIn(valueAt(values, ...path)).map((value): ReadValue => ({ path, text: value })),
  );
}

/** All texts of a value, keys among them: unquoted, `{{ x }}` is a mapping. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => [
    key === '[object Object]' ? '{{ … }}' : key,
    ...textsIn(below),
  ]);
}
