import { CORE_SCHEMA, load, Type } from 'js-yaml';
import type { ClusterOptions } from '../../cluster/cluster-options';
import { AGES } from '../../cluster/object-order';
import { DEFAULT_POLICIES } from '../../linkerd/default-policy';
import { parseNetwork } from '../../linkerd/network';
import { aliasFault } from '../../manifests/yaml-anchors';
import { valueAt, isFields } from '../../kubernetes/fields';
import { type KubeObject, type SourceObject } from '../../kubernetes/object';
import { fromObjects } from '../../manifests/parse';
import { syntaxFault } from '../../manifests/yaml-syntax-errors';
import { SuiteNode, SuiteText, type SuiteMap } from './node';
import { parseQuery } from './parse-query';
import type { AdmissionCase, ManifestPath, Query, ReachabilityCase, Suite, SuiteCase } from './suite';
import { InputError } from '../../basics/problem';

/** A suite whose manifests are still partly file names. */
export type WrittenSuite = Suite<SourceObject | ManifestPath>;
type WrittenCase = SuiteCase<SourceObject | ManifestPath>;

/**
 * A suite is YAML 1.2 with merge keys: `y` and `no` are words, and a time is a string. Manifest files are read as
 * YAML 1.1, as kubectl does.
 */
const SUITE_SCHEMA = CORE_SCHEMA.extend({
  implicit: [
    new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (word: string | null) => word === '<<' }),
  ],
});

const ADMISSION_KEYS = ['operation', 'preexisting', 'object', 'verdict'] as const;
const CASE_KEYS = ['id', 'cluster', 'assumeAdmitted', 'manifests', 'queries', ...ADMISSION_KEYS];
const CLUSTER_KEYS = [
  'networks',
  'identityDomain',
  'controlPlaneNamespace',
  'defaultPolicy',
  'probeNetworks',
  'ages',
  'complete',
];

/**
 * Reads a policy suite. Messages refer to it as `file`.
 *
 * @throws InputError with every problem in the suite: file, line, what is there, and what was probably meant
 */
export function parseSuite(text: string, file: string): WrittenSuite {
  const suite = new SuiteText(file, text);
  const nodes = new SuiteNode(suite, parseYaml(text, file), []).items() ?? [];
  if (nodes.length === 0 && suite.problems.length === 0) {
    suite.report(
      [],
      'the suite has no cases, so it would pass whatever the policy is',
      'write at least one case',
    );
  }
  const cases = nodes.map(parseCase).filter((found) => found !== undefined);
  requireUniqueIds(nodes);
  if (suite.problems.length > 0) throw new InputError(suite.inOrder());
  return { file, cases };
}

function parseYaml(text: string, file: string): unknown {
  let value: unknown;
  try {
    value = load(text, { schema: SUITE_SCHEMA });
  } catch (error) {
    throw new InputError([{ file, ...syntaxFault(error, text, undefined) }]);
  }
  const fault = aliasFault(value);
  if (fault !== undefined) throw new InputError([{ file, line: 1, ...fault }]);
  return value;
}

function parseCase(node: SuiteNode): WrittenCase | undefined {
  const map = node.mapping(CASE_KEYS);
  if (map === undefined) return undefined;
  const id = map.need('id', 'give every case its own id')?.label() ?? '';
  const admission = ADMISSION_KEYS.filter((key) => map.has(key));
  if (admission.length === 0) return parseReachability(node, map, id);
  if (map.has('queries') || map.has('manifests')) {
    return map.fail(
      `a case is about either reachability (manifests, queries) or admission; this one also has ${admission.join(', ')}`,
      'split it into two cases',
    );
  }
  return parseAdmission(node, map, id);
}

function parseReachability(
  node: SuiteNode,
  map: SuiteMap,
  id: string,
): ReachabilityCase<SourceObject | ManifestPath> {
  const assumeAdmitted = map.get('assumeAdmitted')?.flag() ?? false;
  const options = { ...parseCluster(map.get('cluster')), assumeAdmitted };
  const remedy =
    'make the case about either reachability (manifests, queries) or admission (object, verdict)';
  const manifests = (map.need('manifests', remedy)?.items() ?? []).flatMap(parseManifest);
  const nodes = map.need('queries', remedy)?.items() ?? [];
  if (nodes.length === 0)
    map
      .get('queries')
      ?.fail('there are no queries, so the case would pass whatever the policy is', 'write at least one');
  const queries = nodes
    .map((item, index) => parseQuery(item, index))
    .filter((query): query is Query => query !== undefined);
  requireUniqueIds(nodes);
  return { kind: 'reachability', id, origin: node.origin, options, manifests, queries };
}

function parseCluster(node: SuiteNode | undefined): ClusterOptions {
  const map = node?.mapping(CLUSTER_KEYS);
  if (map === undefined) return {};
  const clusterNetworks = parseNetworks(map.get('networks'));
  const trustDomain = map.get('identityDomain')?.text();
  const linkerdNamespace = map.get('controlPlaneNamespace')?.text();
  const defaultInboundPolicy = map.get('defaultPolicy')?.oneOf(DEFAULT_POLICIES);
  const probeNetworks = parseNetworks(map.get('probeNetworks'));
  const ages = map.get('ages')?.oneOf(AGES);
  const isComplete = map.get('complete')?.flag() ?? false;
  return {
    ...(ages === undefined ? {} : { ages }),
    ...(isComplete ? { complete: true } : {}),
    ...(clusterNetworks === undefined ? {} : { clusterNetworks }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(linkerdNamespace === undefined ? {} : { linkerdNamespace }),
    ...(defaultInboundPolicy === undefined ? {} : { defaultInboundPolicy }),
    ...(probeNetworks === undefined ? {} : { probeNetworks }),
  };
}

function parseNetworks(node: SuiteNode | undefined): string[] | undefined {
  return node?.items()?.flatMap((item) => {
    const text = item.text();
    if (text === undefined) return [];
    if (parseNetwork(text) !== undefined) return [text];
    item.fail(
      `${item.shown} is not a network`,
      'write an address with a prefix length, such as 10.0.0.0/8 or fd00::/8',
    );
    return [];
  });
}

/** A path relative to the suite, or the object itself, checked like one from a file. */
function parseManifest(node: SuiteNode): (SourceObject | ManifestPath)[] {
  const { value, origin } = node;
  if (typeof value === 'string' && value !== '') return [{ path: value, origin }];
  if (!isFields(value)) {
    node.fail(
      `${node.shown} is not a manifest`,
      'write a file or folder, relative to the suite, or the object itself',
    );
    return [];
  }
  try {
    return fromObjects([value]).objects.map(({ object }) => ({ object, origin }));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const { message, remedy } of error.problems) node.fail(message, remedy);
    return [];
  }
}

function parseAdmission(node: SuiteNode, map: SuiteMap, id: string): AdmissionCase | undefined {
  for (const key of ['cluster', 'assumeAdmitted']) {
    map.get(key)?.fail('an admission case judges a single object', `remove ${key}`);
  }
  const operation = map.get('operation')?.oneOf(['create', 'update'] as const) ?? 'create';
  const preexisting = (map.get('preexisting')?.items() ?? []).map(parseObject);
  const subject = map.need('object', 'write the object to create or update');
  const object = subject === undefined ? undefined : parseObject(subject);
  const verdict = map.need('verdict', 'write accept or reject')?.oneOf(['accept', 'reject'] as const);
  if (object === undefined || verdict === undefined) return undefined;
  const known = preexisting.filter((item) => item !== undefined);
  return { kind: 'admission', id, origin: node.origin, operation, preexisting: known, object, verdict };
}

/** Only the fields that identify the object must be valid; the case asks whether the rest is. */
function parseObject(node: SuiteNode): KubeObject | undefined {
  const { value } = node;
  if (
    isFields(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    isFields(value.metadata)
  ) {
    return value as unknown as KubeObject;
  }
  return node.fail(`${node.shown} is not an object`, 'write one with apiVersion, kind and metadata');
}

function requireUniqueIds(nodes: readonly SuiteNode[]): void {
  const seen = new Map<string, SuiteNode>();
  for (const node of nodes) {
    const id = valueAt(node.value, 'id');
    if (typeof id !== 'string' && typeof id !== 'number') continue;
    const earlier = seen.get(String(id));
    if (earlier === undefined) seen.set(String(id), node);
    else {
      const { line } = earlier.origin;
      node.fail(`the id ${id} is already used in line ${line}`, 'give it its own id');
    }
  }
}
