import { workloadKey } from '../../cluster/workload';
import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { valueAt, isFields, asTextMap } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { JailRollout, RestartedWorkload, Rollout } from '../../questions/rollout/rollout';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import { shortList } from '../wording/client-wording';
import type { Step, StepCommand } from './step';
import { auditQueries, denyQueries, watchCommands } from './rollout-queries';
import { commandLine } from '../wording/shell';
import { append } from '../../basics/collections';
import { groupOf } from '../../kubernetes/references';

/** Where manifests are, as the user named them. */
export interface Sides {
  readonly old?: readonly string[];
  readonly now: readonly string[];
}

/** The plan, in order. */
export function steps({ jails, hasOld }: Rollout, sides: Sides): readonly Step[] {
  const names = jails.map(({ jail }) => jail.namespace);
  const all = <T>(of: (one: JailRollout) => readonly T[]): T[] => jails.flatMap(of);
  const audit = all(({ auditRestarts }) => auditRestarts);
  const enforce = all(({ enforceRestarts }) => enforceRestarts);
  return [
    {
      id: 'audit',
      title: 'Apply in audit mode',
      why: 'Whom the jail would refuse is let in and logged, so nothing breaks while you look.',
      notes: auditNotes(all(({ auditEdits }) => auditEdits)),
      commands: [
        ...applied('diff', sides.now, 'see what would change'),
        ...applied('apply', sides.now, 'apply the new manifests that say audit'),
      ],
      queries: [],
      back: undo(jails, sides),
    },
    {
      id: 'restart',
      title: 'Restart the pods that are to be watched',
      why: 'The default inbound policy is read when a pod is created, so running pods keep the one they have.',
      notes: restartNotes(audit, hasOld),
      commands: restartCommands(audit),
      queries: [],
      back: [...undo(jails, sides), ...restartCommands(audit)],
    },
    {
      id: 'watch',
      title: 'Watch who would be refused',
      why: 'Every client that only audit lets in needs an authorization before the door is closed, or is meant to stay out.',
      notes: flowNotes(jails),
      commands: jails.flatMap((one) => watchCommands(one)),
      queries: names.flatMap((namespace) => auditQueries(namespace)),
      back: [],
    },
    {
      id: 'enforce',
      title: 'Close the door',
      why: 'Servers refuse at once; what has no Server is refused once its pods are restarted.',
      notes: [
        ...(all(({ auditEdits }) => auditEdits).length === 0
          ? []
          : ['undo the changes of step 1 in the new manifests']),
        ...all(({ enforceEdits }) => enforceEdits).map(editNote),
        ...restartNotes(enforce, true),
      ],
      commands: [
        ...applied('apply', sides.now, 'apply the new manifests as they are'),
        ...restartCommands(enforce),
      ],
      queries: [],
      back: [...jails.flatMap(backToAudit), ...restartCommands(enforce)],
    },
    {
      id: 'verify',
      title: 'See that it holds',
      why: 'What is refused now should be what you meant to refuse.',
      notes: all(({ unmeshed }) => unmeshed).map(
        (workload) =>
          `${workloadKey(workload)} has no proxy (${workload.injection.reason}): no policy protects it`,
      ),
      commands: [
        {
          line: commandLine(['namespace-jail', 'break-in', ...sides.now]),
          what: 'every way in that nobody declared',
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
  if (edits.length === 0) return ['the new manifests say audit already'];
  return edits.map(editNote);
}

function editNote({ source, field, from, to, place: { file, line } }: PolicyEdit): string {
  const { kind, metadata } = source.object;
  return `in ${file}:${line} set ${field} of ${kind} ${metadata.name} to ${to} (now ${from ?? 'absent, which means deny'})`;
}

function applied(verb: 'apply' | 'diff', paths: readonly string[], what: string): StepCommand[] {
  if (paths.length === 0) return [];
  return [{ line: commandLine(['kubectl', verb, '-R', ...paths.flatMap((path) => ['-f', path])]), what }];
}

/** Workloads by namespace and what has to be done. */
function restartCommands(restarts: readonly RestartedWorkload[]): StepCommand[] {
  const namespaces = [...new Set(restarts.map(({ workload }) => workload.namespace))];
  return namespaces.flatMap((namespace) => {
    const own = restarts.filter(({ workload }) => workload.namespace === namespace);
    const names = (how: RestartedWorkload['how']): string[] =>
      own.filter((one) => one.how === how).map(({ workload }) => `${workload.kind}/${workload.name}`);
    const kubectl = (...words: string[]): string => commandLine(['kubectl', '-n', namespace, ...words]);
    const rolled = names('rollout');
    const commands: StepCommand[] = [];
    if (rolled.length > 0)
      commands.push({ line: kubectl('rollout', 'restart', ...rolled), what: 'create the pods anew' });
    for (const name of [...rolled, ...names('by-apply')]) {
      commands.push({
        line: kubectl('rollout', 'status', name, '--timeout=5m'),
        what: 'wait until they are ready',
      });
    }
    for (const { workload, how } of own) {
      if (how === 'delete-pods') {
        const labels = selectorOf(workload.source);
        commands.push({
          line: kubectl('delete', 'pods', '-l', labels),
          what: `${workload.kind}/${workload.name} makes them anew`,
        });
      }
      if (how === 'recreate') {
        const name = `${workload.kind}/${workload.name}`;
        commands.push({ line: kubectl('delete', name), what: 'then apply it again' });
      }
    }
    return commands;
  });
}

function selectorOf({ object }: SourceObject): string {
  const selector = valueAt(object, 'spec', 'selector');
  const labels = asTextMap(valueAt(selector, 'matchLabels') ?? (isFields(selector) ? selector : {}));
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function restartNotes(restarts: readonly RestartedWorkload[], isKnown: boolean): string[] {
  if (restarts.length === 0) return ['no pod has to be restarted: none gets another default policy'];
  const notes = isKnown ? [] : ['what runs today was not given, so every meshed workload is restarted'];
  const byChange = new Map<string, string[]>();
  for (const { workload, before, after } of restarts) {
    const from = before ?? (isKnown ? 'no proxy' : 'unknown');
    const change = `${from} -> ${after ?? 'no proxy'}`;
    append(byChange, change, workloadKey(workload));
  }
  for (const [change, names] of byChange) notes.push(`default policy ${change}: ${shortList(names, 12)}`);
  const named = (how: RestartedWorkload['how']): string[] =>
    restarts.filter((one) => one.how === how).map(({ workload }) => workloadKey(workload));
  const [rolls, next] = [named('by-apply'), named('next-run')];
  if (rolls.length > 0)
    notes.push(`restarted by applying, because the pod template changes: ${shortList(rolls, 12)}`);
  if (next.length > 0) notes.push(`from its next run on: ${shortList(next, 12)}`);
  return notes;
}

/** What the manifests say about who calls: flows that will be refused come first. */
function flowNotes(jails: readonly JailRollout[]): string[] {
  const flows = jails.flatMap((one) => one.flows);
  const lost = flows.filter(({ enforced }) => enforced !== 'allow');
  const said = lost.map((flow) => {
    const { call, target, port, enforced, today, because } = flow;
    const now = today === undefined ? '' : ` (today: ${today})`;
    const fate = enforced === 'audit' ? 'is let in by audit only' : `will be refused (${enforced})`;
    return `${workloadKey(call.caller)} -> ${workloadKey(target)}:${port} ${fate}${now}: ${because}; it calls because of ${call.because}`;
  });
  const kept = flows.length - lost.length;
  if (flows.length === 0)
    return ['the manifests name no caller of these workloads; only watching can tell who calls'];
  return [...said, `${kept} of ${flows.length} calls that the manifests name stay allowed`];
}

const SERVERS = 'servers.v1beta3.policy.linkerd.io';

/** From deny to audit without touching files: Servers at once, the rest with the next pods. */
function backToAudit({ jail, auditEdits, enforceEdits }: JailRollout): StepCommand[] {
  const { namespace } = jail;
  return [...auditEdits, ...enforceEdits].flatMap(({ source, path }): StepCommand[] => {
    const { kind, metadata } = source.object;
    if (kind === 'Server' && path.join('.') === 'spec.accessPolicy') {
      const patch = JSON.stringify({ spec: { accessPolicy: 'audit' } });
      const words = [
        'kubectl',
        '-n',
        namespace,
        'patch',
        `${SERVERS}/${metadata.name}`,
        '--type',
        'merge',
        '-p',
        patch,
      ];
      return [{ line: commandLine(words), what: 'at once' }];
    }
    if (kind !== 'Namespace') return [];
    const words = [
      'kubectl',
      'annotate',
      '--overwrite',
      'namespace',
      namespace,
      `${DEFAULT_INBOUND_POLICY}=audit`,
    ];
    return [{ line: commandLine(words), what: 'for the pods that are created from now on' }];
  });
}

const RESOURCES: Readonly<Record<string, string>> = {
  Server: 'servers.policy.linkerd.io',
  AuthorizationPolicy: 'authorizationpolicies.policy.linkerd.io',
  ServerAuthorization: 'serverauthorizations.policy.linkerd.io',
  MeshTLSAuthentication: 'meshtlsauthentications.policy.linkerd.io',
  NetworkAuthentication: 'networkauthentications.policy.linkerd.io',
};

/** Back to what runs today. */
function undo(jails: readonly JailRollout[], sides: Sides): StepCommand[] {
  const commands = jails.flatMap(({ jail, added, before, auditEdits, enforceEdits }): StepCommand[] => {
    const { namespace } = jail;
    const names = added.map(resource);
    const deleted = commandLine(['kubectl', '-n', namespace, 'delete', '--ignore-not-found', ...names]);
    const value = `${DEFAULT_INBOUND_POLICY}${before === undefined ? '-' : `=${before}`}`;
    const annotated = commandLine(['kubectl', 'annotate', '--overwrite', 'namespace', namespace, value]);
    const isNamespaces = [...auditEdits, ...enforceEdits].some(
      ({ source }) => source.object.kind === 'Namespace',
    );
    return [
      ...(names.length === 0
        ? []
        : [{ line: deleted, what: 'delete the policy that was not there before, Servers first' }]),
      ...(isNamespaces
        ? [{ line: annotated, what: 'the default as it was, for the pods that are created from now on' }]
        : []),
    ];
  });
  const isChanged = jails.some(({ changed }) => changed.length > 0);
  const what =
    'put back the policy that was changed (without metadata.resourceVersion, if it was read from a cluster)';
  return [...commands, ...(isChanged ? applied('apply', sides.old ?? [], what) : [])];
}

function resource({ object }: SourceObject): string {
  const { kind, apiVersion, metadata } = object;
  return `${RESOURCES[kind] ?? `${kind.toLowerCase()}s.${groupOf(apiVersion)}`}/${metadata.name}`;
}

/** Where an edit is, for machines. */
export function editJson({ source, field, from, to, place: where }: PolicyEdit): object {
  const { kind, metadata } = source.object;
  return { kind, name: metadata.name, ...where, field, ...(from === undefined ? {} : { from }), to };
}
