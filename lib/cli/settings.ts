import type { ClusterOptions } from '../cluster/cluster-options';
import type { Ages } from '../cluster/object-order';
import { findConfig, readConfig, type ConfigFile } from '../input/config-file';
import type { Severity } from '../rules/rule';
import type { Environment } from './environment';

/** The options that a file of settings can replace, and those that say which file. */
export interface SettingOptions {
  readonly linkerdNamespace?: string;
  readonly trustDomain?: string;
  readonly clusterNetworks?: readonly string[];
  readonly podNetworks?: readonly string[];
  readonly nodeNetworks?: readonly string[];
  readonly probeNetworks?: readonly string[];
  readonly defaultInboundPolicy?: string;
  readonly ages?: Ages;
  readonly complete?: boolean;
  readonly defaultNamespace?: string;
  readonly assumeAdmitted?: boolean;
  readonly exclude?: readonly string[];
  readonly suppressions?: readonly string[];
  readonly config?: string | false;
  /** A context of kubectl, whose cluster is read. */
  readonly context?: string;
  /** What the question is about. */
  readonly namespace?: readonly string[];
}

/** What holds for a run: options, and for what they leave open a file of settings. */
export interface Settings {
  readonly cluster: ClusterOptions;
  readonly exclude: readonly string[];
  readonly suppressions: readonly string[];
  /** Files of accepted ways in that the file of settings names. */
  readonly baseline: readonly string[];
  /** Files and folders to read where none is named. */
  readonly inputs: readonly string[];
  /** What rules of `check` count as here. */
  readonly severities: Readonly<Record<string, Severity>>;
  /** The file of settings, if there is one. */
  readonly file?: string;
}

/** Where settings are looked for: from a folder upwards, never above the home folder. */
type SettingsHome = Pick<Environment, 'cwd'> & Partial<Pick<Environment, 'env'>>;

/**
 * The settings of a run. An option beats the file of settings, whole lists too.
 *
 * @throws InputError if the file of settings cannot be read
 */
export function settingsOf(options: SettingOptions, io: SettingsHome): Settings {
  const config = configOf(options, io);
  return {
    cluster: clusterOptions(options, config),
    exclude: options.exclude ?? config.exclude ?? [],
    suppressions: options.suppressions ?? config.suppressions ?? [],
    baseline: config.baseline ?? [],
    inputs: config.inputs ?? [],
    severities: config.severities ?? {},
    ...defined({ file: config.file }),
  };
}

function configOf({ config }: SettingOptions, { cwd, env }: SettingsHome): Partial<ConfigFile> {
  const home = env?.HOME ?? env?.USERPROFILE;
  const file = config === false ? undefined : (config ?? findConfig(cwd, home === '' ? undefined : home));
  return file === undefined ? {} : readConfig(file, cwd);
}

function clusterOptions(options: SettingOptions, config: Partial<ConfigFile>): ClusterOptions {
  const { opaquePorts, skipInboundPorts, skipOutboundPorts, skipSubnets, vizNamespace } = config;
  const either = <K extends keyof SettingOptions & keyof ConfigFile>(
    key: K,
  ): SettingOptions[K] | ConfigFile[K] | undefined => options[key] ?? config[key];
  const complete = either('complete');
  const elsewhere = Object.entries(config.namespaces ?? {}).flatMap(([name, { workloads }]) =>
    workloads === 'elsewhere' ? [name] : [],
  );
  return defined({
    linkerdNamespace: either('linkerdNamespace'),
    trustDomain: either('trustDomain'),
    clusterNetworks: either('clusterNetworks'),
    podNetworks: either('podNetworks'),
    nodeNetworks: either('nodeNetworks'),
    probeNetworks: either('probeNetworks'),
    defaultInboundPolicy: either('defaultInboundPolicy'),
    ages: either('ages'),
    assumeAdmitted: either('assumeAdmitted'),
    namespace: either('defaultNamespace'),
    complete: complete === false ? undefined : complete,
    workloadsElsewhere: elsewhere.length === 0 ? undefined : elsewhere,
    opaquePorts,
    skipInboundPorts,
    skipOutboundPorts,
    skipSubnets,
    vizNamespace,
  });
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
