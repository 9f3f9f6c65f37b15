import { enumerate } from '../../basics/words';
import { templateOf, workloadKey } from '../../cluster/workload';
import { asList, asTextMap, isFields, valueAt } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { RestartedWorkload } from '../../questions/rollout/rollout';
import { commandLine } from '../wording/shell';
import type { StepCommand } from './step';

/** Restart commands, by namespace and by what each workload needs. */
export function restartCommands(restarts: readonly RestartedWorkload[]): StepCommand[] {
  const namespaces = [...new Set(restarts.map(({ workload }) => workload.namespace))];
  return namespaces.flatMap((namespace) => {
    const own = restarts.filter(({ workload }) => workload.namespace === namespace);
    const names = (how: RestartedWorkload['how']): string[] =>
      own.filter((one) => one.how === how).map(({ workload }) => `${workload.kind}/${workload.name}`);
    const kubectl = (...words: string[]): string => commandLine(['kubectl', '-n', namespace, ...words]);
    const rolled = names('rollout');
    const commands: StepCommand[] = [];
    if (rolled.length > 0)
      commands.push({ line: kubectl('rollout', 'restart', ...rolled), what: 'recreate the pods' });
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
          what: `${workload.kind}/${workload.name} recreates them`,
        });
      }
      if (how === 'recreate') {
        const name = `${workload.kind}/${workload.name}`;
        const isMade = asList(valueAt(workload.source.object.metadata, 'ownerReferences')).some(
          (owner) => valueAt(owner, 'controller') === true,
        );
        const what = workload.kind === 'pod' && isMade ? 'its owner makes it anew' : 'then apply it again';
        commands.push({ line: kubectl('delete', name), what });
      }
    }
    return commands;
  });
}

function selectorOf(source: SourceObject): string {
  const { object } = source;
  const selector = valueAt(object, 'spec', 'selector');
  const selected = asTextMap(valueAt(selector, 'matchLabels') ?? (isFields(selector) ? selector : {}));
  // Without labels kubectl would take every pod of the namespace.
  const labels = Object.keys(selected).length > 0 ? selected : asTextMap(templateOf(source).metadata.labels);
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Which pods get a different default policy, and when. */
export function restartNotes(restarts: readonly RestartedWorkload[], isKnown: boolean): string[] {
  if (restarts.length === 0) return ['no restart needed: no pod gets a different default policy'];
  const notes = isKnown ? [] : ['OLD was not given, so every meshed workload is restarted'];
  const byChange = new Map<string, string[]>();
  for (const { workload, before, after } of restarts) {
    const from = before ?? (isKnown ? 'no proxy' : 'unknown');
    const change = `${from} -> ${after ?? 'no proxy'}`;
    byChange.set(change, [...(byChange.get(change) ?? []), workloadKey(workload)]);
  }
  for (const [change, names] of byChange) notes.push(`default policy ${change}: ${enumerate(names, 12)}`);
  const named = (how: RestartedWorkload['how']): string[] =>
    restarts.filter((one) => one.how === how).map(({ workload }) => workloadKey(workload));
  const [rolls, next] = [named('by-apply'), named('next-run')];
  if (rolls.length > 0)
    notes.push(`restarted by the apply, because the pod template changes: ${enumerate(rolls, 12)}`);
  if (next.length > 0) notes.push(`takes effect on the next run: ${enumerate(next, 12)}`);
  return notes;
}
