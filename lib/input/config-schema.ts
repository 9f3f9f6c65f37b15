import { REFERENCED_KINDS, type CompletePart } from '../cluster/cluster-options';
import { AGES, type Ages } from '../cluster/object-order';
import { ALL_RULES } from '../findings/run-rules';
import { SEVERITIES, type Severity } from '../rules/rule';
import { DEFAULT_POLICIES } from '../linkerd/default-policy';

/** What `namespace-jail.yaml` can say, as written: everything is optional. */
export interface WrittenConfig {
  readonly linkerdNamespace?: string;
  readonly vizNamespace?: string;
  readonly trustDomain?: string;
  readonly clusterNetworks?: readonly string[];
  readonly podNetworks?: readonly string[];
  readonly nodeNetworks?: readonly string[];
  readonly probeNetworks?: readonly string[];
  readonly defaultInboundPolicy?: string;
  readonly opaquePorts?: string;
  readonly skipInboundPorts?: string;
  readonly skipOutboundPorts?: string;
  readonly skipSubnets?: string;
  readonly defaultNamespace?: string;
  readonly assumeAdmitted?: boolean;
  readonly ages?: Ages;
  readonly complete?: boolean | readonly CompletePart[];
  readonly inputs?: readonly string[];
  readonly exclude?: readonly string[];
  readonly namespaces?: Readonly<Record<string, { readonly workloads?: 'elsewhere' }>>;
  readonly suppressions?: readonly string[];
  readonly baseline?: readonly string[];
  readonly severities?: Readonly<Record<string, Severity>>;
}

/** A JSON schema with what a person needs to correct a value: a `title` in words, and an example. */
export interface ConfigSchema {
  readonly title?: string;
  readonly examples?: readonly string[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly items?: ConfigSchema;
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: ConfigSchema;
  readonly additionalProperties?: false | ConfigSchema;
}

const NAMESPACE: ConfigSchema = {
  title: 'the name of a namespace',
  examples: ['linkerd'],
  type: 'string',
  format: 'label',
};
const NETWORK: ConfigSchema = {
  title: 'a network',
  examples: ['10.0.0.0/8'],
  type: 'string',
  format: 'network',
};
const PORTS: ConfigSchema = { title: 'a list of ports in quotes', examples: ['"25,3306"'], type: 'string' };

function words(title: string, example: string): ConfigSchema {
  return { title, examples: [example], type: 'string', minLength: 1 };
}

function listOf(items: ConfigSchema, title: string): ConfigSchema {
  const [example = ''] = items.examples ?? [];
  return { title, examples: [`[${example}]`], type: 'array', items };
}

const NETWORKS = listOf(NETWORK, 'a list of networks');
const PART: ConfigSchema = {
  title: 'a mapping',
  examples: ['{ kinds: [MeshTLSAuthentication], namespaces: [shop] }'],
  type: 'object',
  additionalProperties: false,
  required: ['kinds'],
  properties: {
    kinds: listOf({ enum: REFERENCED_KINDS, examples: ['MeshTLSAuthentication'] }, 'a list of kinds'),
    namespaces: listOf(NAMESPACE, 'a list of namespaces'),
  },
};

/** What `namespace-jail.yaml` may say; `docs/config.md` explains the keys. */
export const CONFIG_SCHEMA: ConfigSchema = {
  title: 'a mapping',
  examples: ['trustDomain: cluster.local'],
  type: 'object',
  additionalProperties: false,
  properties: {
    linkerdNamespace: NAMESPACE,
    vizNamespace: NAMESPACE,
    trustDomain: {
      title: 'a lowercase DNS name',
      examples: ['cluster.local'],
      type: 'string',
      format: 'domain',
    },
    clusterNetworks: NETWORKS,
    podNetworks: NETWORKS,
    nodeNetworks: NETWORKS,
    probeNetworks: NETWORKS,
    defaultInboundPolicy: { enum: DEFAULT_POLICIES },
    opaquePorts: PORTS,
    skipInboundPorts: PORTS,
    skipOutboundPorts: PORTS,
    skipSubnets: { title: 'a list of networks in quotes', examples: ['"10.0.0.0/8"'], type: 'string' },
    defaultNamespace: NAMESPACE,
    assumeAdmitted: { title: 'true or false', examples: ['true'], type: 'boolean' },
    ages: { enum: AGES },
    complete: {
      title: 'true, or a list of kinds and namespaces',
      examples: ['[{ kinds: [MeshTLSAuthentication] }]'],
      type: ['boolean', 'array'],
      items: PART,
    },
    inputs: listOf(words('a file or folder', 'dist'), 'a list of files and folders'),
    exclude: listOf(words('a pattern', 'charts/**'), 'a list of patterns'),
    namespaces: {
      title: 'a mapping of namespaces',
      examples: ['{ shop: { workloads: elsewhere } }'],
      type: 'object',
      propertyNames: NAMESPACE,
      additionalProperties: {
        title: 'a mapping',
        examples: ['{ workloads: elsewhere }'],
        type: 'object',
        additionalProperties: false,
        properties: { workloads: { enum: ['elsewhere'] } },
      },
    },
    suppressions: listOf(words('a file', 'accepted.yaml'), 'a list of files'),
    baseline: listOf(words('a file', 'baseline.yaml'), 'a list of files'),
    severities: {
      title: 'a mapping of rules',
      examples: ['{ udp-port: info }'],
      type: 'object',
      propertyNames: {
        title: 'the id of a rule, as namespace-jail check --list-rules lists them',
        enum: ALL_RULES.flatMap(({ id, formerIds = [] }) => [id, ...formerIds]),
      },
      additionalProperties: { enum: SEVERITIES },
    },
  },
};
