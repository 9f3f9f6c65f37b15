import type { Cluster } from '../cluster/cluster';
import { templateOf, type Workload } from '../cluster/workload';
import { valueAt, asList, asText, asTextMap } from '../kubernetes/fields';
import type { SourceObject } from '../kubernetes/object';
import { objectsOf } from '../cluster/inventory';
import { oncePer } from '../basics/collections';
import { allContainers } from '../workloads/containers';

/** A text in the configuration of a workload, and where it was found. */
export interface ConfiguredText {
  readonly text: string;
  /** `env API_URL`, `args`, `key app.yaml of ConfigMap settings`. */
  readonly where: string;
}

/** ConfigMaps by `namespace/name`. */
type ConfigMaps = ReadonlyMap<string, SourceObject>;

/** All configuration of a workload's containers: env, command, args and ConfigMaps. */
export function configuredTexts(cluster: Cluster, workload: Workload): ConfiguredText[] {
  if (workload.kind === 'externalworkload') return [];
  const { spec } = templateOf(workload.source);
  const maps = configMaps(cluster);
  const containers = allContainers(spec);
  return [
    ...containers.flatMap((container) => [
      ...environment(container).map(({ name, value }) => ({ text: value, where: `env ${name}` })),
      ...(['command', 'args'] as const).map((field) => ({
        text: expand(asList(valueAt(container, field)).filter(isText).join(' '), environment(container)),
        where: field,
      })),
    ]),
    ...configMapUses(spec).flatMap(({ name, keys }) =>
      dataOf(maps.get(`${workload.namespace}/${name}`), keys),
    ),
  ];
}

/** Names of the ConfigMaps that a workload uses. */
export function usedConfigMaps(workload: Workload): string[] {
  if (workload.kind === 'externalworkload') return [];
  return configMapUses(templateOf(workload.source).spec).map(({ name }) => name);
}

/** The data of a ConfigMap, or only some of its keys. */
export function dataOf(configMap: SourceObject | undefined, keys?: readonly string[]): ConfiguredText[] {
  if (configMap === undefined) return [];
  const { name } = configMap.object.metadata;
  return Object.entries(asTextMap(configMap.object.data))
    .filter(([key]) => keys?.includes(key) ?? true)
    .map(([key, value]) => ({ text: value, where: `key ${key} of ConfigMap ${name}` }));
}

const configMaps = oncePer(
  (cluster: Cluster): ConfigMaps =>
    new Map(
      objectsOf(cluster, '', 'ConfigMap').map((source) => [
        `${cluster.namespaceOf(source)}/${source.object.metadata.name}`,
        source,
      ]),
    ),
);

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Variables with a value; `$(NAME)` is expanded from the ones before. */
function environment(container: unknown): Variable[] {
  const variables: Variable[] = [];
  for (const entry of asList(valueAt(container, 'env'))) {
    const name = asText(valueAt(entry, 'name'));
    const value = asText(valueAt(entry, 'value'));
    if (name === undefined || value === undefined) continue;
    variables.push({ name, value: expand(value, variables) });
  }
  return variables;
}

/** Variables that double each other would grow without end, and no host name is this long. */
const LONGEST = 65_536;

function expand(value: string, variables: readonly Variable[]): string {
  const expanded = value.replace(
    /\$\(([A-Za-z_][-._A-Za-z0-9]*)\)/g,
    (whole, name) => variables.filter((variable) => variable.name === name).at(-1)?.value ?? whole,
  );
  return expanded.length > LONGEST ? value : expanded;
}

interface ConfigMapUse {
  readonly name: string;
  readonly keys?: readonly string[];
}

function configMapUses(spec: Readonly<Record<string, unknown>>): ConfigMapUse[] {
  const containers = allContainers(spec);
  const ofEnv = containers.flatMap((container) => [
    ...asList(valueAt(container, 'envFrom')).map((entry) => use(valueAt(entry, 'configMapRef', 'name'))),
    ...asList(valueAt(container, 'env')).map((entry) => {
      const key = asText(valueAt(entry, 'valueFrom', 'configMapKeyRef', 'key'));
      return use(
        valueAt(entry, 'valueFrom', 'configMapKeyRef', 'name'),
        key === undefined ? undefined : [key],
      );
    }),
  ]);
  const ofVolumes = asList(spec.volumes).flatMap((volume) => [
    volumeUse(valueAt(volume, 'configMap')),
    ...asList(valueAt(volume, 'projected', 'sources')).map((source) =>
      volumeUse(valueAt(source, 'configMap')),
    ),
  ]);
  return [...ofEnv, ...ofVolumes].filter((found) => found !== undefined);
}

function volumeUse(source: unknown): ConfigMapUse | undefined {
  const items = asList(valueAt(source, 'items'));
  const keys = items.map((item) => valueAt(item, 'key')).filter(isText);
  return use(valueAt(source, 'name'), items.length === 0 ? undefined : keys);
}

function use(name: unknown, keys?: readonly string[]): ConfigMapUse | undefined {
  return isText(name) ? { name, ...(keys === undefined ? {} : { keys }) } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
