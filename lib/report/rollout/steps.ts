import { workloadKey } from '../../cluster/workload';
import type { JailRollout, Rollout } from '../../questions/rollout/rollout';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import { applied, backToAudit, undo, type Sides } from './go-back';
import { observedNotes } from './observed';
import { restartCommands, restartNotes } from './restarts';
import type { Step } from './step';
import { auditQueries, denyQueries, watchCommands } from './queries';
import { commandLine } from '../wording/shell';

/** The plan, in order. */
export function steps({ jails, hasOld, observed }: Rollout, sides: Sides): readonly Step[] {
  const names = jails.map(({ jail }) => jail.namespace);
  const all = <T>(of: (one: JailRollout) => readonly T[]): T[] => jails.flatMap(of);
  const audit = all(({ auditRestarts }) => auditRestarts);
  const enforce = all(({ enforceRestarts }) => enforceRestarts);
  return [
    {
      id: 'audit',
      title: 'Apply in audit mode',
      why: 'Clients the jail would refuse are let in and logged, so nothing breaks while you look.',
      notes: auditNotes(all(({ auditEdits }) => auditEdits)),
      commands: [
        ...applied('diff', sides.now, 'see what would change'),
        ...applied('apply', sides.now, 'apply the new manifests, in audit mode'),
      ],
      queries: [],
      back: undo(jails, sides),
    },
    {
      id: 'restart',
      title: 'Restart the pods to watch',
      why: 'The default inbound policy is read when a pod is created, so running pods keep the one they have.',
      notes: restartNotes(audit, hasOld),
      commands: restartCommands(audit),
      queries: [],
      back: [...undo(jails, sides), ...restartCommands(audit)],
    },
    {
      id: 'watch',
      title: 'Watch who would be refused',
      why: 'Every client that only audit lets in needs an authorization before you enforce, unless it is meant to stay out.',
      notes: [...observedNotes(observed), ...flowNotes(jails)],
      commands: jails.flatMap((one) => watchCommands(one)),
      queries: names.flatMap((namespace) => auditQueries(namespace)),
      back: [],
    },
    {
      id: 'enforce',
      title: 'Enforce',
      why: 'Servers refuse at once; ports without a Server refuse once their pods are restarted.',
      notes: [
        ...(all(({ auditEdits }) => auditEdits).length === 0
          ? []
          : ['undo the changes from step 1 in the new manifests']),
        ...all(({ enforceEdits }) => enforceEdits).map(editNote),
        ...restartNotes(enforce, true),
      ],
      commands: [
        ...applied('apply', sides.now, 'apply the new manifests, now enforcing'),
        ...restartCommands(enforce),
      ],
      queries: [],
      back: [...jails.flatMap(backToAudit), ...restartCommands(enforce)],
    },
    {
      id: 'verify',
      title: 'Verify',
      why: 'What is refused now should be what you meant to refuse.',
      notes: all(({ unmeshed }) => unmeshed).map(
        (workload) =>
          `${workloadKey(workload)} has no proxy (${workload.injection.reason}): no policy protects it`,
      ),
      commands: [
        {
          line: commandLine(['namespace-jail', 'break-in', ...sides.now, ...(sides.options ?? [])]),
          what: 'list every undeclared way in',
        },
        ...names.map((namespace) => ({
          line: commandLine(['linkerd', 'viz', 'authz', '-n', namespace, 'deploy']),
          what: 'rows with [UNAUTHORIZED] are refusals',
        })),
      ],
      queries: names.flatMap((namespace) => denyQueries(namespace)),
      back: [...jails.flatMap(backToAudit), ...restartCommands(enforce)],
    },
  ];
}

function auditNotes(edits: readonly PolicyEdit[]): string[] {
  if (edits.length === 0) return ['the new manifests already say audit'];
  return edits.map(editNote);
}

function editNote({ source, field, from, to, place: { file, line } }: PolicyEdit): string {
  const { kind, metadata } = source.object;
  return `in ${file}:${line} set ${field} of ${kind} ${metadata.name} to ${to} (now ${from ?? 'absent, which means deny'})`;
}

/** What the manifests say about callers: calls that will be refused come first. */
function flowNotes(jails: readonly JailRollout[]): string[] {
  const flows = jails.flatMap((one) => one.flows);
  const lost = flows.filter(({ enforced }) => enforced !== 'allow');
  const said = lost.map((flow) => {
    const { call, target, port, enforced, today, because } = flow;
    const now = today === undefined ? '' : ` (today: ${today})`;
    const fate = enforced === 'audit' ? 'is let in only by audit' : `will be refused (${enforced})`;
    return `${workloadKey(call.caller)} -> ${workloadKey(target)}:${port} ${fate}${now}: ${because}; the call is configured by ${call.because}`;
  });
  const kept = flows.length - lost.length;
  if (flows.length === 0)
    return ['the manifests name no callers of these workloads; only watching will show who calls'];
  return [...said, `${kept} of ${flows.length} calls named in the manifests stay allowed`];
}
