import { KUBECTL_GET } from '../../linkerd/dump-kinds';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { workloadKey, type Workload } from '../../cluster/workload';
import type { JailRollout, Rollout, RolloutPlan } from '../../questions/rollout/rollout';
import { commandLine } from '../wording/shell';
import { backToAudit, keptNotes, undo } from './go-back';
import { observedNotes } from './observed';
import { auditQueries, denyQueries, watchCommands } from './queries';
import { restartCommands, restartNotes } from './restarts';
import { atOnceNotes, editNotes, flowNotes, namesOf, protocolNotes, type RolloutOptions } from './sentences';
import { applied, type Sides } from './sides';
import type { Step, StepCommand } from './step';

/** A plan's steps, in order. */
export function steps(
  plan: RolloutPlan,
  { hasOld, observed }: Pick<Rollout, 'hasOld' | 'observed'>,
  { sides, domain }: Pick<RolloutOptions, 'sides' | 'domain'>,
): readonly Step[] {
  const { jails } = plan;
  const names = namesOf(plan);
  const all = <T>(of: (one: JailRollout) => readonly T[]): T[] => jails.flatMap(of);
  const audit = all(({ auditRestarts }) => auditRestarts);
  const enforce = all(({ enforceRestarts }) => enforceRestarts);
  const undone = undo(plan);
  const audited = [...jails.flatMap(backToAudit), ...restartCommands(enforce)];
  return [
    {
      id: 'audit',
      title: 'Apply in audit mode',
      why: auditWhy(jails),
      notes: [
        ...auditNotes(plan, hasOld),
        ...protocolNotes(jails),
        ...atOnceNotes(plan, domain),
        ...keptNotes(plan.restored),
      ],
      commands: [
        // Nothing can be compared in a namespace that is not there.
        ...(jails.some(({ isNew }) => isNew)
          ? []
          : [applied('diff', plan, sides, 'see what would change; kubectl exits with 1 if anything does')]),
        applied('apply', plan, sides, 'apply the new manifests, in audit mode'),
      ],
      queries: [],
      back: undone,
    },
    {
      id: 'restart',
      title: 'Restart the pods to watch',
      why: 'The default inbound policy is read when a pod is created, so running pods keep the one they have.',
      notes: restartNotes(audit, hasOld),
      commands: restartCommands(audit),
      queries: [],
      back: [...undone, ...restartCommands(audit)],
      backAs: 1,
    },
    {
      id: 'watch',
      title: 'Watch who would be refused',
      why: 'Every client that only audit lets in needs an authorization before you enforce, unless it is meant to stay out.',
      notes: [...observedNotes(observed, names), ...flowNotes(jails)],
      commands: jails.flatMap((one) => watchCommands(one)),
      queries: names.flatMap((namespace) => auditQueries(namespace)),
      back: [],
    },
    {
      id: 'enforce',
      title: 'Enforce',
      why: 'Servers refuse at once; ports without a Server refuse once their pods are restarted.',
      notes: [...enforceNotes(jails), ...restartNotes(enforce, true)],
      commands: [
        applied('apply', plan, sides, 'apply the new manifests, now enforcing'),
        ...restartCommands(enforce),
      ],
      queries: [],
      back: audited,
    },
    {
      id: 'verify',
      title: 'Verify',
      why: 'What is refused now should be what you meant to refuse.',
      notes: unmeshedNotes(all(({ unmeshed }) => unmeshed)),
      commands: [
        ...names.map((namespace) => ({
          line: commandLine(['linkerd', 'viz', 'authz', '-n', namespace, 'deploy']),
          what: 'rows with [UNAUTHORIZED] are refusals',
        })),
        ...verification(plan, sides),
      ],
      queries: names.flatMap((namespace) => denyQueries(namespace)),
      back: audited,
      backAs: 4,
    },
  ];
}

/** Workloads of one reason together: a namespace without injection has all of its own for the same. */
function unmeshedNotes(workloads: readonly Workload[]): string[] {
  const alike = groupBy(workloads, ({ injection }) => injection.reason);
  return [...alike].map(([reason, some]) => {
    const names = enumerate(some.map(workloadKey), 12);
    return `${names} ${some.length === 1 ? 'has' : 'have'} no proxy (${reason}): no policy protects ${some.length === 1 ? 'it' : 'them'}`;
  });
}

/** Audit mode lets everybody in whom the policy would refuse, but not whoever speaks another protocol. */
function auditWhy(jails: readonly JailRollout[]): string {
  const declares = jails.some(({ protocols }) => protocols.length > 0);
  return declares
    ? 'Clients whom only the policy would refuse are let in and logged. A declared protocol is enforced from the first minute, and so is a route: read the notes first.'
    : 'Clients whom only the policy would refuse are let in and logged. A declared protocol would be enforced from the first minute; no Server here newly declares one.';
}

function auditNotes({ jails, others }: RolloutPlan, hasOld: boolean): string[] {
  const edits = jails.flatMap((one) => one.auditEdits);
  return [
    ...(hasOld
      ? []
      : ['OLD was not given: going back deletes this policy, and cannot restore what was there before']),
    ...jails
      .filter(({ isNamespaceUnknown, isNew }) => isNamespaceUnknown && !isNew)
      .map(
        ({ jail }) =>
          `OLD has no Namespace ${jail.namespace}: going back removes the annotations that NEW gives it, whatever they are today`,
      ),
    ...(others.length === 0 ? [] : [`the same files hold ${enumerate(others)}, applied with them`]),
    ...(edits.length > 0 ? editNotes(edits) : [nothingToEdit(jails)]),
  ];
}

function nothingToEdit(jails: readonly JailRollout[]): string {
  const isAudit = jails.some(({ enforceEdits }) => enforceEdits.length > 0);
  return isAudit
    ? 'the new manifests already say audit'
    : 'no default policy that is open today closes: nothing to set to audit';
}

function enforceNotes(jails: readonly JailRollout[]): string[] {
  const waits = [...new Set(jails.flatMap(({ waitsFor }) => waitsFor))].sort();
  const enforceEdits = jails.flatMap((one) => one.enforceEdits);
  return [
    ...(waits.length === 0
      ? []
      : [
          `first do steps 1 and 2 of ${enumerate(waits)}: callers there have no proxy before that, so no identity`,
        ]),
    ...(jails.some(({ auditEdits }) => auditEdits.length > 0)
      ? ['undo the changes from step 1 in the new manifests']
      : []),
    ...(enforceEdits.length === 0
      ? []
      : [
          "if a cdk8s app writes them, set its jail's mode to 'deny' (the default) and synthesize again; otherwise:",
        ]),
    ...editNotes(enforceEdits),
  ];
}

/** `break-in` on the files; on the cluster itself where old pods, or nothing, stand in the files. */
function verification({ jails }: RolloutPlan, { old, now, isLive, options = [] }: Sides): StepCommand[] {
  const what = 'list every undeclared way in; it exits with 1 if there is one';
  const asked = jails.flatMap(({ jail }) => ['-n', jail.namespace]);
  const breakIn = (paths: readonly string[]): string =>
    commandLine(['npx', 'namespace-jail', 'break-in', ...paths, ...options, ...asked]);
  const isFileEnough =
    isLive === true ||
    jails.every(
      ({ jail, hasRunningPods }) => !hasRunningPods && (old !== undefined || jail.workloads.length > 0),
    );
  if (isFileEnough) return [{ line: breakIn([...(old ?? []), ...now]), what }];
  return [
    {
      line: `${KUBECTL_GET.replace('$(namespace-jail', '$(npx namespace-jail')} > after.yaml`,
      what: 'read the cluster again: the pods that were there before are gone',
    },
    { line: breakIn(['after.yaml']), what },
  ];
}
