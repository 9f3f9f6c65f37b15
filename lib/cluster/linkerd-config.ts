import * as yaml from 'js-yaml';
import { DEFAULT_CONFIG, type LinkerdConfig } from '../linkerd/config';
import { isDefaultPolicy } from '../linkerd/default-policy';
import { parseNetwork } from '../linkerd/network';
import { replacingEnv } from '../linkerd/proxy-image';
import { enumerate, quote } from '../basics/words';
import type { ProblemText } from '../basics/problem';
import { valueAt, isFields, asList, asText } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';

/** The cluster-wide settings, and what a reader should know about where they come from. */
export interface ResolvedConfig {
  readonly config: LinkerdConfig;
  /** The ConfigMap of the control plane, if it is in the input. */
  readonly installed?: SourceObject;
  readonly remarks: readonly ConfigRemark[];
}

/** Something about a `linkerd-config` that has no effect, or less than it seems to have. */
export interface ConfigRemark extends ProblemText {
  readonly source: SourceObject;
}

/**
 * The cluster-wide settings: those the caller gives, else those in the `linkerd-config` ConfigMap of the control plane's
 * namespace, else Helm's defaults. Unreadable settings in the ConfigMap count as not given. A ConfigMap of that name
 * elsewhere belongs to some team and does not count.
 */
export function resolveConfig(
  objects: readonly SourceObject[],
  options: Partial<LinkerdConfig>,
  namespaceOf: (source: SourceObject) => string,
): ResolvedConfig {
  const given = Object.fromEntries(
    Object.keys(DEFAULT_CONFIG).flatMap((key) => {
      const value = options[key as keyof LinkerdConfig];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const { linkerdNamespace } = { ...DEFAULT_CONFIG, ...given };
  const candidates = objects.filter(isConfig);
  const installed = candidates.find((source) => namespaceOf(source) === linkerdNamespace);
  const found = installed === undefined ? {} : installedConfig(installed);
  const foreign = candidates
    .filter((source) => source !== installed)
    .map((source) => ignored(source, namespaceOf(source), linkerdNamespace));
  return {
    config: { ...DEFAULT_CONFIG, ...found, ...given },
    ...(installed === undefined ? {} : { installed }),
    remarks: [...foreign, ...(installed === undefined ? [] : contradictions(installed, found, given))],
  };
}

/** Why the rules of this tool may not be those of the cluster that a `linkerd-config` describes, if they may not. */
export function doubtOfConfig(source: SourceObject): ConfigDoubt | undefined {
  const values = parse(asText(valueAt(source.object, 'data', 'values')) ?? '');
  if (!isFields(values)) {
    const because = "its values cannot be read, so the settings are taken to be Helm's defaults";
    return { cause: 'unread', because };
  }
  const env = ['additionalEnv', 'experimentalEnv'].flatMap((key) =>
    replacingEnv(valueAt(values, 'proxy', key)),
  );
  if (env.length === 0) return undefined;
  const because = `it gives every proxy ${enumerate(env, 4)}, so policy may be enforced otherwise than its other settings say`;
  return { cause: 'proxy-replaced', because };
}

export interface ConfigDoubt {
  readonly cause: 'unread' | 'proxy-replaced';
  readonly because: string;
}

export function isConfig({ object }: SourceObject): boolean {
  return (
    object.kind === 'ConfigMap' && object.apiVersion === 'v1' && object.metadata.name === 'linkerd-config'
  );
}

function ignored(source: SourceObject, namespace: string, linkerdNamespace: string): ConfigRemark {
  return {
    source,
    message: `ConfigMap ${namespace}/linkerd-config is ignored: Linkerd's control plane is in namespace ${linkerdNamespace}, and only its settings count`,
    remedy: `if the control plane is in ${namespace}, say so by --linkerd-namespace ${namespace}`,
  };
}

/** What the caller says against what the cluster was installed with: the caller's word counts. */
function contradictions(
  source: SourceObject,
  found: Partial<LinkerdConfig>,
  given: Partial<LinkerdConfig>,
): ConfigRemark[] {
  return (Object.keys(given) as (keyof LinkerdConfig)[]).flatMap((key) => {
    const [asked, installed] = [given[key], found[key]];
    if (installed === undefined || String(asked) === String(installed)) return [];
    return [
      {
        source,
        message: `${key} ${quote(asked)}, from an option or namespace-jail.yaml, is used instead of ${quote(installed)}, which linkerd-config says`,
        remedy:
          'remove the setting to go by linkerd-config, or check that these are the manifests of the cluster you mean',
      },
    ];
  });
}

/** Helm's values as an installed control plane keeps them, in its ConfigMap. */
export function installedConfig({ object }: SourceObject): Partial<LinkerdConfig> {
  const values = parse(asText(valueAt(object, 'data', 'values')) ?? '');
  if (!isFields(values)) return {};
  const config: { -readonly [K in keyof LinkerdConfig]?: LinkerdConfig[K] } = {};
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
