import type { ApiObject, App } from 'cdk8s';
import { Chart, JsonPatch, YamlOutputType } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { NamespaceRequest } from './namespace-request';
import type { NamespaceDeclarations } from './namespace-declarations';
import { isGenerated, apiObjectsOf } from './generated-object';
import { AppReading } from './app-workloads';
import { findTies } from './limited-plans';
import { checkPorts } from './port-checks';
import { portProbes } from './port-probes';
import type { Conflict } from './authorization-plan';
import { orderObjects } from './emission-order';
import { annotateTemplates } from './pod-restarts';
import { areDisjoint, canonicalSelector, checkSelector } from './pod-selector';
import { formatProp, Problems, inspect } from './problems';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { append } from '../basics/collections';

type Report = (construct: IConstruct, text: string) => void;

/**
 * What only the finished app shows: Namespace objects besides ours, objects that would overwrite ours, and
 * hand-written Servers that compete with ours. One walk over the app, however many jails it has.
 */
export function findSynthProblems(
  root: IConstruct,
  ledgers: readonly NamespaceDeclarations[],
  requests: readonly NamespaceRequest[],
): Map<IConstruct, string[]> {
  const problems = new Map<IConstruct, string[]>();
  const report: Report = (construct, text) => {
    append(problems, construct, text);
  };
  const foreign = apiObjectsOf(root).filter((object) => !isGenerated(object));
  settleNamespaces(foreign, requests, report);
  finishNamespaces(foreign, ledgers, report);
  const objects = apiObjectsOf(root);
  findTwins(objects, foreign, report);
  findCompetitors(foreign, ledgers, report);
  findOverwrites(root, objects, report);
  orderObjects(root, objects, new Set(requests.map(({ name }) => name)));
  return problems;
}

/** Reads the app's workloads, for the ports that are declared and for what depends on their probes. */
function finishNamespaces(
  foreign: readonly ApiObject[],
  ledgers: readonly NamespaceDeclarations[],
  report: Report,
): void {
  const reading = new AppReading(foreign);
  for (const ledger of ledgers) {
    const app = reading.of(ledger.namespace);
    const { servers } = ledger;
    checkPorts(app, servers, report);
    ledger.finish((entry) => {
      const { paths, problem } = portProbes(app, entry);
      const owner = entry.limited[0]?.declarations[0]?.by;
      if (problem !== undefined && owner !== undefined) report(owner, problem);
      const ties: Conflict[] = [];
      findTies(entry.limited, paths, ties);
      for (const tie of ties) report(tie.declaration.by, formatProp(tie.problem));
      return paths;
    });
  }
}

/** If the app already has a Namespace object, that one is annotated and replaces ours. */
function settleNamespaces(
  foreign: readonly ApiObject[],
  requests: readonly NamespaceRequest[],
  report: Report,
): void {
  const byName = new Map(requests.map((request) => [request.name, request]));
  const settled = new Set<NamespaceRequest>();
  for (const object of foreign) {
    const request =
      object.kind === 'Namespace' && object.apiVersion === 'v1' ? byName.get(object.name) : undefined;
    if (request === undefined) continue;
    settled.add(request);
    if (request.own !== undefined) request.own.node.scope?.node.tryRemoveChild(request.own.node.id);
    const present = annotationsOf(object);
    for (const [key, value] of request.annotations) {
      const other = present.get(key);
      if (other === undefined || other === value) object.metadata.addAnnotation(key, value);
      else {
        const field = `annotation ${key} of Namespace '${object.node.path}'`;
        const message = `the jail needs ${inspect(value)}`;
        report(
          request.jail,
          formatProp({ field, received: other, message, remedy: 'remove the annotation from the object' }),
        );
      }
    }
    withoutNamespace(object);
  }
  for (const request of requests) {
    if (request.isRestarting) {
      for (const text of annotateTemplates(foreign, request)) report(request.jail, text);
    }
    if (!request.isInjecting || request.own !== undefined || settled.has(request)) continue;
    const message =
      'would do nothing: the jail makes no Namespace object (createNamespace: false), and the app has none to annotate';
    const remedy = `leave it out, and annotate the Namespace where it is made: ${request.annotations.map(([key, value]) => `${key}: ${value}`).join(', ')}`;
    report(request.jail, formatProp({ field: 'inject', received: true, message, remedy }));
  }
}

function annotationsOf(object: ApiObject): Map<string, unknown> {
  const metadata = object.metadata.toJson() as { annotations?: Record<string, unknown> } | undefined;
  return new Map(Object.entries(metadata?.annotations ?? {}));
}

const PATCHED = new WeakSet<ApiObject>();

/** cdk8s gives every object its chart's namespace, even a Namespace, which is in none. */
export function withoutNamespace(object: ApiObject): void {
  if (object.metadata.namespace === undefined || PATCHED.has(object)) return;
  PATCHED.add(object);
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}

/** cdk8s accepts two objects of one kind, namespace and name; in the cluster the later one overwrites the other. */
function findTwins(objects: readonly ApiObject[], foreign: readonly ApiObject[], report: Report): void {
  const candidates = foreign.filter(({ apiGroup }) => apiGroup === POLICY_GROUP);
  if (candidates.length === 0) return;
  const identities = new Map(objects.filter(isGenerated).map((object) => [identityOf(object), object]));
  for (const object of candidates) {
    const twin = identities.get(identityOf(object));
    if (twin === undefined) continue;
    const message = `the app has another ${object.kind} of this name in namespace ${inspect(object.metadata.namespace)} at '${object.node.path}'`;
    const remedy = 'remove one, or give it another name';
    report(ownerOf(twin), formatProp({ field: 'name', received: object.name, message, remedy }));
  }
}

function identityOf(object: ApiObject): string {
  return JSON.stringify([object.apiGroup, object.kind, object.metadata.namespace, object.name]);
}

/** Two Servers on one port of one pod: the older one in the cluster wins, whatever the jail says. */
function findCompetitors(
  foreign: readonly ApiObject[],
  ledgers: readonly NamespaceDeclarations[],
  report: Report,
): void {
  const byNamespace = new Map(ledgers.map((ledger) => [ledger.namespace, ledger]));
  for (const object of foreign) {
    const isServer = object.kind === 'Server' && object.apiGroup === POLICY_GROUP;
    const ledger = isServer ? byNamespace.get(object.metadata.namespace ?? 'default') : undefined;
    if (ledger === undefined) continue;
    const { spec } = object.toJson() as { spec?: { port?: unknown; podSelector?: unknown } };
    const selector = spec?.podSelector;
    if (selector === undefined || !checkSelector(new Problems(), 'podSelector', selector)) continue;
    for (const entry of ledger.servers) {
      const owner = entry.declarations[0]?.by;
      if (owner === undefined || entry.port !== spec?.port) continue;
      if (areDisjoint(entry.selector, canonicalSelector(selector))) continue;
      const message = `Server '${object.node.path}' covers the same port of the same pods, and the older of the two would win`;
      const remedy = 'remove that Server, or this port';
      report(owner, formatProp({ field: 'port', received: entry.port, message, remedy }));
    }
  }
}

/** With one file per object, cdk8s names files `Kind.name`: objects of two namespaces overwrite each other. */
function findOverwrites(root: IConstruct, objects: readonly ApiObject[], report: Report): void {
  const { yamlOutputType } = root as App;
  const isFolderPerChart = yamlOutputType === YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE;
  if (!isFolderPerChart && yamlOutputType !== YamlOutputType.FILE_PER_RESOURCE) return;
  const files = new Map<string, ApiObject>();
  for (const object of objects) {
    const folder = isFolderPerChart ? `${Chart.of(object).node.path}/` : '';
    const file = `${folder}${`${object.kind}.${object.name}`.replace(/[^0-9a-zA-Z-_.]/g, '')}`;
    const other = files.get(file);
    files.set(file, object);
    const own = isGenerated(object) ? object : other;
    if (other === undefined || own === undefined || !isGenerated(own)) continue;
    const message = `two objects would be written to this file: '${other.node.path}' and '${object.node.path}'`;
    const remedy = isFolderPerChart
      ? 'give each namespace a chart of its own, or use YamlOutputType.FILE_PER_CHART'
      : 'use YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE with a chart for each namespace, or FILE_PER_CHART';
    report(ownerOf(own), formatProp({ field: 'output file', received: file, message, remedy }));
  }
}

function ownerOf(object: ApiObject): IConstruct {
  return object.node.scope as IConstruct;
}
