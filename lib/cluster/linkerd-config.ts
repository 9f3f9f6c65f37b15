import * as yaml from 'js-yaml';
import { DEFAULT_CONFIG, type LinkerdConfig } from '../linkerd/config';
import { isDefaultPolicy } from '../linkerd/default-policy';
import { parseNetwork } from '../linkerd/network';
import { valueAt, isFields, asList, asText } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';

/**
 * The cluster-wide settings: what the caller says, else what the `linkerd-config` ConfigMap of the input says, else
 * Helm's defaults. Settings of the ConfigMap that cannot be read count as not given.
 */
export function resolveConfig(
  objects: readonly SourceObject[],
  options: Partial<LinkerdConfig>,
): LinkerdConfig {
  const given = Object.fromEntries(
    Object.keys(DEFAULT_CONFIG).flatMap((key) => {
      const value = options[key as keyof LinkerdConfig];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return { ...DEFAULT_CONFIG, ...installedConfig(objects), ...given };
}

/** Helm's values as an installed control plane keeps them. */
function installedConfig(objects: readonly SourceObject[]): Partial<LinkerdConfig> {
  const source = objects.find(
    ({ object }) =>
      object.kind === 'ConfigMap' && object.apiVersion === 'v1' && object.metadata.name === 'linkerd-config',
  );
  const values = parse(asText(valueAt(source?.object, 'data', 'values')) ?? '');
  if (source === undefined || !isFields(values)) return {};
  const config: { -readonly [K in keyof LinkerdConfig]?: LinkerdConfig[K] } = {};
  const linkerdNamespace = source.object.metadata.namespace;
  if (linkerdNamespace !== undefined) config.linkerdNamespace = linkerdNamespace;
  const trustDomain = nonEmpty(values.identityTrustDomain) ?? nonEmpty(values.clusterDomain);
  if (trustDomain !== undefined) config.trustDomain = trustDomain;
  const networks = cidrs((asText(values.clusterNetworks) ?? '').split(','));
  if (networks !== undefined && networks.length > 0) config.clusterNetworks = networks;
  const policy = valueAt(values, 'proxy', 'defaultInboundPolicy');
  if (isDefaultPolicy(policy)) config.defaultInboundPolicy = policy;
  const probes = valueAt(values, 'policyController', 'probeNetworks');
  const probeNetworks = Array.isArray(probes) ? cidrs(asList(probes)) : undefined;
  if (probeNetworks !== undefined) config.probeNetworks = probeNetworks;
  const lists = [
    ['opaquePorts', valueAt(values, 'proxy', 'opaquePorts')],
    ['skipInboundPorts', valueAt(values, 'proxyInit', 'ignoreInboundPorts')],
    ['skipOutboundPorts', valueAt(values, 'proxyInit', 'ignoreOutboundPorts')],
    ['skipSubnets', valueAt(values, 'proxyInit', 'skipSubnets')],
  ] as const;
  for (const [key, value] of lists) {
    if (typeof value === 'string' || typeof value === 'number') config[key] = String(value);
  }
  return config;
}

function parse(values: string): unknown {
  try {
    return yaml.load(values, { schema: yaml.JSON_SCHEMA });
  } catch {
    return undefined;
  }
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function cidrs(values: readonly unknown[]): string[] | undefined {
  const texts = values.map((value) => (typeof value === 'string' ? value.trim() : ''));
  return texts.every((cidr) => parseNetwork(cidr) !== undefined) ? texts : undefined;
}
