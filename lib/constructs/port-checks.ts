import type { IConstruct } from 'constructs';
import { didYouMean, enumerate } from '../basics/words';
import { memoized } from '../basics/collections';
import type { AppNamespace, AppWorkload } from './app-workloads';
import { numbersOf, selected } from './app-workloads';
import type { Declaration } from './declaration';
import { selectsEverything } from './pod-selector';
import { formatProp, inspect } from './problems';
import type { ServerPlan } from './server-plan';

type Report = (construct: IConstruct, text: string) => void;

/**
 * Holds a namespace's ports against the app's workloads there, if it has any: a Server on a port that no pod has covers
 * nothing, and where two Servers mean one port of a pod, the older wins.
 */
export function checkPorts(app: AppNamespace, servers: readonly ServerPlan[], report: Report): void {
  if (app.workloads.length === 0) return;
  const owners = new Map<AppWorkload, Map<number, ServerPlan>>();
  for (const server of servers) {
    if (isOfProxy(server.port)) continue;
    const pods = selected(app, server.selector);
    const problem = pods.length === 0 ? selectsNothing(server, app) : unserved(server, pods);
    if (problem !== undefined) tell(server, problem, report);
    for (const workload of pods) {
      const ofWorkload = memoized(owners, workload, () => new Map<number, ServerPlan>());
      for (const number of numbersOf(workload, server.port)) {
        const other = ofWorkload.get(number);
        if (other === undefined) ofWorkload.set(number, server);
        else if (other !== server) tell(server, sharedPort(server, other, workload, number), report);
      }
    }
  }
}

interface Fault {
  readonly field: string;
  readonly received: unknown;
  readonly message: string;
  readonly remedy: string;
}

function isOfProxy(port: number | string): boolean {
  return typeof port === 'string' && port.startsWith('linkerd-');
}

function tell(server: ServerPlan, { field, ...fault }: Fault, report: Report): void {
  const declaration = server.declarations[0] as Declaration;
  const place = declaration.field === '' ? field : `${declaration.field}.${field}`;
  report(declaration.by, formatProp({ ...fault, field: place }));
}

function selectsNothing({ selector }: ServerPlan, { workloads }: AppNamespace): Fault {
  const labels = new Set(
    workloads.flatMap((workload) =>
      Object.entries(workload.labels).map(([key, value]) => `${key}: ${value}`),
    ),
  );
  const wanted = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}: ${value}`);
  const meant = wanted
    .map((label) => (labels.has(label) ? '' : didYouMean(label, labels)))
    .find((text) => text !== '');
  const message = `selects none of the app's pods in the namespace, whose labels are ${enumerate([...labels].sort().map(inspect))}`;
  const remedy = meant?.replace('; ', '') ?? 'copy the labels of the pod template';
  return { field: 'podSelector', received: selector, message, remedy };
}

/** A number may be served without being declared, so it is a fault only where every pod declares what it serves. */
function unserved({ port, selector }: ServerPlan, pods: readonly AppWorkload[]): Fault | undefined {
  const serves = ({ exposed, ports }: AppWorkload): boolean =>
    typeof port === 'string'
      ? exposed.portNames.has(port)
      : exposed.ports.length === 0 || ports.some(({ number }) => number === port);
  if (pods.some(serves)) return undefined;
  const names = [...new Set(pods.flatMap(({ exposed }) => [...exposed.portNames.keys()]))].sort();
  const numbers = [...new Set(pods.flatMap(({ ports }) => ports.map(({ number }) => number)))].sort(
    (a, b) => a - b,
  );
  const known = [...names.map(inspect), ...numbers.map(String)];
  const whose = selectsEverything(selector) ? "the app's pods in the namespace" : 'the pods that it selects';
  const message = `is no port of ${whose}, which have ${known.length === 0 ? 'none' : enumerate(known)}`;
  const meant = typeof port === 'string' ? didYouMean(port, names) : '';
  const remedy = meant.replace('; ', '') || 'declare it among the ports of a container, or remove it';
  return { field: 'port', received: port, message, remedy };
}

function sharedPort(server: ServerPlan, other: ServerPlan, { object }: AppWorkload, number: number): Fault {
  const message = `is port ${number} of '${object.node.path}', which ${inspect(other.port)} at ${placeOf(other)} is too; the older of their Servers would win`;
  const remedy = 'use one name or number for it everywhere, or give each a podSelector of its own';
  return { field: 'port', received: server.port, message, remedy };
}

function placeOf({ declarations }: ServerPlan): string {
  const { field, by } = declarations[0] as Declaration;
  return field === '' ? `'${by.node.path}'` : `${field} of '${by.node.path}'`;
}
