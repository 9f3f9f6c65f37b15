import { containersOf, type Workload } from '../../cluster/workload';
import type { LabelSelector } from '../../kubernetes/selector';
import { distinguishingSelectors } from './distinguishing-selectors';
import type { DecidedPort } from './port-decision';
import { groupBy, compareText } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadLabel } from '../../cluster/labels';
import { workloadKey } from '../../cluster/workload';
import { kubeletProbes } from '../../workloads/kubelet-probes';

/** Ports of several workloads that one Server can cover. */
export interface PortGroup {
  readonly port: number | string;
  /** If absent, every pod in the namespace. */
  readonly selector?: LabelSelector;
  readonly members: readonly DecidedPort[];
}

export interface Groups {
  readonly groups: readonly PortGroup[];
  /** Ports that stay closed because labels cannot tell them apart. */
  readonly undecided: readonly { readonly port: number | string; readonly text: string }[];
}

/**
 * Joins the ports of a namespace into Servers: by name if the name means the same everywhere, so that workloads added
 * later are covered; otherwise by number, or for some of the pods. No two Servers get the same port of a pod.
 *
 * @param outside workloads of the namespace that no jail covers, which a number should not select either
 */
export function groupPorts(
  wanted: readonly DecidedPort[],
  workloads: readonly Workload[],
  outside: readonly Workload[] = [],
): Groups {
  const served = wanted.filter(({ isOpen, clients }) => isOpen || clients.length > 0);
  const keys = new Map(served.map((port) => [port, keyOf(port)]));
  const byKey = groupBy(served, (port) => `${typeof keys.get(port)} ${keys.get(port)}`);
  const groups: PortGroup[] = [];
  const undecided: Groups['undecided'][number][] = [];
  for (const members of byKey.values()) {
    const [first] = members;
    const port = first === undefined ? undefined : keys.get(first);
    if (port === undefined) continue;
    const split = splitByMeaning(port, members, bystandersOf(port, members, served, keys, workloads), [
      ...workloads,
      ...outside,
    ]);
    if (split !== undefined) groups.push(...split);
    else undecided.push({ port, text: whyUndecided(port, members) });
  }
  groups.sort((a, b) => compareText(sortKey(a), sortKey(b)));
  return { groups, undecided };
}

/** The name, if it is the port's only name and no other port of the pod has it. */
export function keyOf({ workload, number, names }: DecidedPort): number | string {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) return number;
  const numbers = workload.pod.portNames.get(name);
  return numbers?.size === 1 && numbers.has(number) ? name : number;
}

/** Pods that a Server on this port must not select, because the port is another one there. */
function bystandersOf(
  port: number | string,
  members: readonly DecidedPort[],
  served: readonly DecidedPort[],
  keys: ReadonlyMap<DecidedPort, number | string>,
  workloads: readonly Workload[],
): Workload[] {
  const meant = new Set(members.map(({ workload }) => workloadKey(workload)));
  return workloads.filter((workload) => {
    if (meant.has(workloadKey(workload))) return false;
    if (typeof port === 'string') return workload.pod.portNames.has(port);
    const isServed = served.some(
      (other) =>
        other.number === port &&
        keys.get(other) !== port &&
        workloadKey(other.workload) === workloadKey(workload),
    );
    return isServed || usesPort(workload, port);
  });
}

/** Whether a workload's containers declare a port, or kubelets probe it. */
function usesPort(workload: Workload, port: number): boolean {
  if (workload.pod.ports.some(({ number }) => number === port)) return true;
  return kubeletProbes(containersOf(workload)).some((probe) => probe.port === port);
}

function splitByMeaning(
  port: number | string,
  members: readonly DecidedPort[],
  bystanders: readonly Workload[],
  workloads: readonly Workload[],
): PortGroup[] | undefined {
  const own = new Set(members.map(({ workload }) => workloadKey(workload)));
  const others = workloads.filter((workload) => !own.has(workloadKey(workload)));
  // A number says nothing about other pods, so that its Server is for the pods that have it, where labels tell which
  const avoided = typeof port === 'number' ? [others, bystanders] : [bystanders];
  for (const meaning of [whoAsks, whatItIs, ofOneKind]) {
    for (const avoid of avoided) {
      const split = splitInto(port, [...groupBy(members, meaning).values()], avoid);
      if (split !== undefined) return split;
    }
  }
  return undefined;
}

function splitInto(
  port: number | string,
  unsorted: readonly (readonly DecidedPort[])[],
  bystanders: readonly Workload[],
): PortGroup[] | undefined {
  const classes = [...unsorted].sort((a, b) => b.length - a.length || compareText(firstId(a), firstId(b)));
  const [only] = classes;
  if (classes.length === 1 && bystanders.length === 0 && only !== undefined) return [{ port, members: only }];
  const workloads = classes.map((group) => group.map(({ workload }) => workload));
  // The largest class also gets future pods, unless it is only for chosen clients
  const rest = typeof port === 'string' && only?.[0]?.isOpen === true ? 0 : undefined;
  const selectors = distinguishingSelectors(workloads, bystanders, rest);
  return classes.every((_, index) => selectors?.[index] !== undefined)
    ? classes.map((group, index) => ({ port, members: group, selector: selectors?.[index] ?? {} }))
    : undefined;
}

/** Ports with the same meaning can share a Server: one protocol, open to the same clients. */
function whatItIs({ protocol, isOpen, clients }: DecidedPort): string {
  return JSON.stringify([protocol, isOpen, clients.map(({ client }) => JSON.stringify(client)).sort()]);
}

/** The same, of one kind of workload: the injector labels pods by it, if nothing else tells them apart. */
function ofOneKind(port: DecidedPort): string {
  return JSON.stringify([whatItIs(port), port.workload.kind]);
}

/** The same, where the answers to its questions would let in the same clients as well. */
function whoAsks(port: DecidedPort): string {
  const asked = port.questions.flatMap(({ client }) => client ?? []).sort();
  return JSON.stringify([whatItIs(port), asked]);
}

function firstId([first]: readonly DecidedPort[]): string {
  return first === undefined ? '' : workloadKey(first.workload);
}

function whyUndecided(port: number | string, members: readonly DecidedPort[]): string {
  const labels = enumerate(members.map(({ workload }) => workloadLabel(workload)));
  return `port ${port} means different things in ${labels} and others, whose labels do not tell them apart: give each its own label; until then the port stays closed`;
}

function sortKey({ port, selector }: PortGroup): string {
  const order = typeof port === 'string' ? `a ${port}` : `b ${String(port).padStart(5, '0')}`;
  return `${order} ${JSON.stringify(selector ?? null)}`;
}
