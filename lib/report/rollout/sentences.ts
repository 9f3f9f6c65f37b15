import { counted, enumerate } from '../../basics/words';
import { groupBy } from '../../basics/collections';
import { workloadKey } from '../../cluster/workload';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import {
  lostFlows,
  refusedByAudit,
  restartedNames,
  type Flow,
  type JailRollout,
  type Rollout,
  type RolloutPlan,
} from '../../questions/rollout/rollout';
import type { Domain } from '../../sets/plain-words';
import { changeSentence } from '../diff/sentences';
import { commandLine } from '../wording/shell';
import type { Colors } from '../wording/colors';
import type { Sides } from './sides';
import type { Step } from './step';

export interface RolloutOptions {
  readonly sides: Sides;
  readonly domain: Domain;
  readonly color: boolean;
}

/** Starts a comment line, for both shells and Prometheus. */
export const MARK = '#';

/** Commands, each below its purpose; consecutive commands with the same purpose share it. */
export function commandLines(
  commands: Step['commands'],
  { dim, cyan }: Pick<Colors, 'dim' | 'cyan'>,
): string[] {
  return commands.flatMap(({ line, what }, index) => {
    const isSaid = commands[index - 1]?.what === what;
    return isSaid ? [cyan(line)] : [dim(`${MARK} ${what}`), cyan(line)];
  });
}

/** What takes a step back; what an earlier step says already is not repeated. */
export function wayBack(
  step: Step,
  all: readonly Step[],
): { readonly title: string; readonly commands: Step['back'] } {
  const { back, backAs } = step;
  if (backAs === undefined) return { title: 'Go back:', commands: back };
  const commands = back.slice(all[backAs - 1]?.back.length ?? 0);
  return { title: `Go back: as in step ${backAs}${commands.length === 0 ? '' : ', then:'}`, commands };
}

export function namesOf({ jails }: Pick<RolloutPlan, 'jails'>): readonly string[] {
  return jails.map(({ jail }) => jail.namespace);
}

/** One plan in one line. */
export function planHeadline(plan: RolloutPlan, hasOld: boolean): string {
  const names = namesOf(plan);
  const from = hasOld ? 'From what runs today' : 'From an unknown start';
  return `${from} to ${names.length === 1 ? 'the jail' : 'the jails'} ${names.join(', ')}, in 5 steps.`;
}

/** All of it in one line. */
export function headline({ plans, hasOld }: Rollout): string {
  const [only, ...more] = plans;
  if (only !== undefined && more.length === 0) return planHeadline(only, hasOld);
  return `${plans.flatMap(namesOf).length} jails in ${plans.length} plans of 5 steps each, one after the other.`;
}

/** Why the plans are in this order. */
export const ORDER =
  'Callers come before those whom they call: a closed namespace asks its callers for an identity, which they have once they are restarted with a proxy. A plan whose callers get theirs later says which steps must come first.';

/** What a plan does, for a table. */
export interface PlanSummary {
  readonly namespaces: string;
  readonly workloads: number;
  readonly restarts: number;
  /** Workloads without a proxy, which no policy protects. */
  readonly unmeshed: number;
  readonly calls: number;
  /** Calls that closing refuses. */
  readonly lost: number;
  /** Calls that are refused as soon as it is applied in audit mode. */
  readonly atOnce: number;
}

export function planSummary(plan: RolloutPlan): PlanSummary {
  const flows = plan.jails.flatMap((one) => one.flows);
  return {
    namespaces: namesOf(plan).join(', '),
    workloads: plan.jails.reduce((sum, { jail }) => sum + jail.workloads.length, 0),
    restarts: restartedNames(plan.jails).length,
    unmeshed: plan.jails.reduce((sum, one) => sum + one.unmeshed.length, 0),
    calls: flows.length,
    lost: lostFlows(flows).length,
    atOnce: plan.jails.reduce((sum, one) => sum + refusals(one).length, 0),
  };
}

/** What a reader has to look at before the first command. */
export function summaryWords(summary: PlanSummary): string {
  const { workloads, restarts, unmeshed, calls, lost, atOnce } = summary;
  const open = unmeshed === 0 ? '' : `, ${unmeshed} without a proxy, which no policy protects`;
  const refused = atOnce === 0 ? '' : `; ${some(atOnce, 'kind')} of calls refused at once, in audit too`;
  const kept =
    calls === 0
      ? 'no calls named in the manifests'
      : `${some(calls, 'call')} named in the manifests, ${lost === 0 ? 'all let in' : `${lost} not surely let in`} once it is closed`;
  return `${some(workloads, 'workload')}, ${restarts} restarted${open}; ${kept}${refused}.`;
}

function some(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Prints the plan of some namespaces alone. */
export function planCommand(plan: Pick<RolloutPlan, 'jails'>, { old, now, options }: Sides): string {
  const asked = namesOf(plan)
    .slice(0, 1)
    .flatMap((name) => ['-n', name]);
  return commandLine([
    'npx',
    'namespace-jail',
    'rollout',
    ...(old ?? []),
    ...now,
    ...(options ?? []),
    ...asked,
  ]);
}

/** What to set in the new manifests, by field and file. */
export function editNotes(edits: readonly PolicyEdit[]): string[] {
  const alike = groupBy(edits, ({ field, from, to, source: { object }, place }) =>
    JSON.stringify([field, from, to, object.kind, object.metadata.namespace, place.file]),
  );
  // A file may hold several namespaces, which then are one plan
  const isShared =
    new Set(edits.flatMap(({ source: { object } }) => object.metadata.namespace ?? [])).size > 1;
  return [...alike.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const { field, from, to, place, source } = first;
    const all = [first, ...rest];
    const { kind, metadata } = source.object;
    const where = isShared && metadata.namespace !== undefined ? ` of ${metadata.namespace}` : '';
    const names = all.map((one) => `${one.source.object.metadata.name} (line ${one.place.line})`);
    const now = from ?? 'absent, which means deny';
    return [`in ${place.file} set ${field} to ${to} (now ${now}) of ${kind} ${enumerate(names, 12)}${where}`];
  });
}

/** What the proxies refuse as soon as the manifests are applied. */
export function protocolNotes(jails: readonly JailRollout[]): string[] {
  const all = jails.flatMap(({ protocols }) => protocols);
  const byProtocol = groupBy(all, ({ server }) => server.protocol);
  const said = [...byProtocol].map(
    ([protocol, some_]) =>
      `${protocol} on ${counted(
        some_.map(({ server }) => server.name),
        'Server',
      )}`,
  );
  if (said.length === 0) return [];
  return [
    `enforced from the first minute, in audit mode too: ${enumerate(said)}; a client that speaks something else there is refused`,
    ...jails.flatMap(refusals),
  ];
}

/** Each kind of client that audit mode refuses, with the evidence. */
function refusals({ protocols, flows }: JailRollout): string[] {
  return [
    ...protocols.flatMap(({ server, conflicts }) =>
      conflicts.map(
        (conflict) => `refused at once: Server ${server.name} declares ${server.protocol}, but ${conflict}`,
      ),
    ),
    ...refusedByAudit(flows).map(
      (flow) => `refused at once: ${flowWords(flow)}: ${flow.auditBecause}; ${flow.why}`,
    ),
  ];
}

function flowWords({ from, target, port }: Flow): string {
  return `${from} -> ${workloadKey(target)}:${port}`;
}

/** Who else gets in, or no longer gets in, as soon as it is applied. */
export function atOnceNotes({ atOnce: { opened, closed } }: RolloutPlan, domain: Domain): string[] {
  const said = (title: string, changes: RolloutPlan['atOnce']['opened']): string[] => {
    const most = 5;
    const shown = changes.slice(0, most).map((change) => `${title}: ${changeSentence(change, domain)}`);
    const more = changes.length - shown.length;
    return more === 0 ? shown : [...shown, `${title}: ${more} more; diff --apply names them`];
  };
  return [
    ...said('refused at once', closed),
    ...said('while audit lasts, it opens what is closed today', opened),
  ];
}

/** What the manifests say about callers: calls that will be refused come first. */
export function flowNotes(jails: readonly JailRollout[]): string[] {
  const flows = jails.flatMap((one) => one.flows);
  if (flows.length === 0)
    return ['the manifests name no callers of these workloads; only watching will show who calls'];
  const lost = lostFlows(flows);
  const said = [
    ...groupBy(lost, (flow) => `${flowWords(flow)} ${flow.enforced} ${flow.because}`).values(),
  ].map((alike) => {
    const [flow] = alike as [Flow];
    const now = flow.today === undefined ? '' : ` (today: ${flow.today})`;
    const why = enumerate(
      alike.map((one) => one.why),
      3,
    );
    return `${flowWords(flow)} ${fateWords(flow)}${now}: ${flow.because}; ${why}`;
  });
  const kept = flows.length - lost.length;
  return [...said, `${kept} of ${flows.length} calls named in the manifests stay allowed`];
}

function fateWords({ enforced }: Flow): string {
  if (enforced === 'audit') return 'is let in only by audit';
  if (enforced === 'depends') return 'may be refused';
  return `will be refused (${enforced})`;
}
