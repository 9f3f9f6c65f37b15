import { enumerate } from '../../basics/words';
import { templateOf, workloadKey } from '../../cluster/workload';
import { asList, asText, asTextMap, isFields, valueAt } from '../../kubernetes/fields';
import type { SourceObject } from '../../kubernetes/object';
import type { Restart, RestartedWorkload } from '../../questions/rollout/restarts';
import { commandLine } from '../wording/shell';
import type { StepCommand } from './step';

/** Restart commands, by namespace and by what each workload needs. */
export function restartCommands(restarts: readonly RestartedWorkload[]): StepCommand[] {
  const namespaces = [...new Set(restarts.map(({ workload }) => workload.namespace))];
  return namespaces.flatMap((namespace) => {
    const own = restarts.filter(({ workload }) => workload.namespace === namespace);
    const names = (how: Restart): string[] =>
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
      const name = `${workload.kind}/${workload.name}`;
      if (how === 'delete-pods') {
        const line = kubectl('delete', 'pods', '-l', selectorOf(workload.source));
        commands.push({ line, what: `${name} recreates them` });
      }
      if (how === 'owner-makes')
        commands.push({ line: kubectl('delete', name), what: 'its owner makes it anew' });
      if (how === 'recreate') {
        const { file } = workload.source.origin;
        commands.push({ line: kubectl('delete', name), what: 'nobody makes it anew' });
        commands.push({ line: commandLine(['kubectl', 'apply', '-f', file]), what: `which has ${name}` });
      }
    }
    return commands;
  });
}

/** The selector of a workload's pods, as `kubectl -l` takes it, with its expressions: without them it would take more pods. */
function selectorOf(source: SourceObject): string {
  const { object } = source;
  const selector = valueAt(object, 'spec', 'selector');
  const expressions = asList(valueAt(selector, 'matchExpressions')).flatMap(expressionWords);
  const isPlain = isFields(selector) && !('matchLabels' in selector) && !('matchExpressions' in selector);
  const selected = asTextMap(isPlain ? selector : valueAt(selector, 'matchLabels'));
  // Without labels kubectl would take every pod of the namespace.
  const isEmpty = Object.keys(selected).length === 0 && expressions.length === 0;
  const labels = isEmpty ? asTextMap(templateOf(source).metadata.labels) : selected;
  return [...Object.entries(labels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}

function expressionWords(expression: unknown): string[] {
  const key = asText(valueAt(expression, 'key')) ?? '';
  const values = asList(valueAt(expression, 'values')).flatMap((value) => asText(value) ?? []);
  switch (valueAt(expression, 'operator')) {
    case 'In':
      return [`${key} in (${values.join(',')})`];
    case 'NotIn':
      return [`${key} notin (${values.join(',')})`];
    case 'Exists':
      return [key];
    case 'DoesNotExist':
      return [`!${key}`];
    default:
      return [];
  }
}

/** What no command does, by why. */
const ASIDE: readonly (readonly [Restart, string])[] = [
  ['by-apply', 'restarted by the apply, because the pod template changes'],
  ['next-run', 'takes effect on the next run'],
  ['left', 'left alone, because it has finished or must not run twice; its pods keep what they have'],
  ['by-hand', 'to be made anew by whoever made it, since nobody else would and no new manifest has it'],
];

/** Which pods get a different default policy, and when. */
export function restartNotes(restarts: readonly RestartedWorkload[], isKnown: boolean): string[] {
  const moved = restarts.filter(({ how }) => how !== 'left');
  const named = (how: Restart): string[] =>
    restarts.filter((one) => one.how === how).map(({ workload }) => workloadKey(workload));
  const aside = ASIDE.flatMap(([how, why]) =>
    named(how).length === 0 ? [] : [`${why}: ${enumerate(named(how), 12)}`],
  );
  if (moved.length === 0) return ['no restart needed: no pod gets a different default policy', ...aside];
  const notes = isKnown ? [] : ['OLD was not given, so every meshed workload is restarted'];
  const byChange = new Map<string, string[]>();
  for (const { workload, before, after } of moved) {
    const from = before ?? (isKnown ? 'no proxy' : 'unknown');
    const change = `${from} -> ${after ?? 'no proxy'}`;
    byChange.set(change, [...(byChange.get(change) ?? []), workloadKey(workload)]);
  }
  for (const [change, names] of byChange) notes.push(`default policy ${change}: ${enumerate(names, 12)}`);
  return [...notes, ...aside];
}
