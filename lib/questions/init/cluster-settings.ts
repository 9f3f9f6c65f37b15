import { dump } from 'js-yaml';
import type { Cluster } from '../../cluster/cluster';
import { objectsOf } from '../../cluster/inventory';
import { installedConfig } from '../../cluster/linkerd-config';
import { asList, valueAt } from '../../kubernetes/fields';
import { DNS_LABEL } from '../../linkerd/identity';
import { networksOf } from '../../linkerd/network-match';
import { NetworkSet } from '../../sets/network-set';
import { nodeAddresses } from '../../traffic/node-networks';
import { groupBy } from '../../basics/collections';

/** A setting that other commands should have too, under its key in `namespace-jail.yaml`. */
export interface FoundSetting {
  readonly key: string;
  readonly value: unknown;
  /** Where it comes from. */
  readonly because: string;
}

/** The settings of the cluster that the manifests show, and those that were given, which count before them. */
export function clusterSettings(cluster: Cluster, given: readonly FoundSetting[]): FoundSetting[] {
  const keys = new Set(given.map(({ key }) => key));
  const found = [...networksOfNodes(cluster), ...settingsOfLinkerd(cluster)];
  return [...given, ...found.filter(({ key }) => !keys.has(key))];
}

function networksOfNodes(cluster: Cluster): FoundSetting[] {
  const nodes = objectsOf(cluster, '', 'Node');
  const pods = nodes.flatMap(({ object }) => [
    valueAt(object, 'spec', 'podCIDR'),
    ...asList(valueAt(object, 'spec', 'podCIDRs')),
  ]);
  const count = nodes.length === 1 ? '1 Node' : `${nodes.length} Nodes`;
  return [
    { key: 'podNetworks', value: united(pods), because: `spec.podCIDRs of ${count}` },
    { key: 'nodeNetworks', value: united(nodeAddresses(cluster)), because: `addresses of ${count}` },
  ].filter(({ value }) => value.length > 0);
}

/** The fewest networks, in one order. */
function united(cidrs: readonly unknown[]): string[] {
  const texts = cidrs.filter((cidr): cidr is string => typeof cidr === 'string');
  return NetworkSet.fromItems(networksOf(texts)).cidrs();
}

function settingsOfLinkerd(cluster: Cluster): FoundSetting[] {
  const { installed } = cluster;
  if (installed === undefined) return [];
  const { file, line } = installed.origin;
  const because = `ConfigMap ${cluster.namespaceOf(installed)}/linkerd-config (${file}:${line})`;
  return Object.entries(installedConfig(installed))
    .filter(([key, value]) => key !== 'trustDomain' || isDomain(value))
    .map(([key, value]) => ({ key, value, because }));
}

function isDomain(value: unknown): boolean {
  return typeof value === 'string' && value.split('.').every((part) => DNS_LABEL.test(part));
}

const HEADER = `# What namespace-jail init found out about the cluster. Every namespace-jail command in this folder and below it reads
# it, so that a pipeline without the cluster has it too; an option overrides what is written here.
`;

/** The text of `namespace-jail.yaml` with these settings. */
export function settingsText(settings: readonly FoundSetting[]): string {
  const parts = [...groupBy(settings, ({ because }) => because)].map(([because, group]) => {
    const source = `# From ${because.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
    return `${source}\n${group.map(({ key, value }) => settingText(key, value)).join('')}`;
  });
  return `${HEADER}\n${parts.join('\n')}`;
}

function settingText(key: string, value: unknown): string {
  const short = dump({ [key]: value }, { flowLevel: 1, lineWidth: -1 });
  return short.length > 110 ? dump({ [key]: value }, { lineWidth: -1 }) : short;
}
