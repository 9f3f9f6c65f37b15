import { parseNetwork } from '../linkerd/network';
import type { LabelExpression, LabelSelector } from '../kubernetes/selector';
import { valueAt, isFields, asList, asText } from '../kubernetes/fields';
import type { NetworkMatch } from '../linkerd/network-match';

/** A label selector, or `undefined` if the controller could not decode it (rule W4). */
export function decodeSelector(value: unknown): LabelSelector | undefined {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) return undefined;
  const labels = value.matchLabels ?? {};
  const expressions = value.matchExpressions ?? [];
  if (!isFields(labels) || !Array.isArray(expressions)) return undefined;
  if (Object.values(labels).some((label) => typeof label !== 'string')) return undefined;
  if (!expressions.every(isExpression)) return undefined;
  return { matchLabels: labels as Readonly<Record<string, string>>, matchExpressions: expressions };
}

/** Network items, or `undefined` if one of them cannot be read (rule W17). */
export function decodeNetworks(value: unknown): NetworkMatch[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const items: NetworkMatch[] = [];
  for (const item of value) {
    const network = parseNetwork(asText(valueAt(item, 'cidr')) ?? '');
    const except = asList(valueAt(item, 'except')).map((entry) => parseNetwork(asText(entry) ?? ''));
    if (network === undefined || !except.every((entry) => entry !== undefined)) return undefined;
    items.push({ network, except });
  }
  return items;
}

function isExpression(value: unknown): value is LabelExpression {
  if (!isFields(value) || typeof value.key !== 'string' || typeof value.operator !== 'string') return false;
  const { values } = value;
  return (
    values === undefined || (Array.isArray(values) && values.every((entry) => typeof entry === 'string'))
  );
}
