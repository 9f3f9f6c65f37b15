import { DEFAULT_INBOUND_POLICY } from '../../linkerd/annotations';
import { asFields } from '../../kubernetes/fields';
import { isNamespace, type Restored } from '../../questions/rollout/restored-objects';
import type { PolicyEdit } from '../../questions/rollout/audit-edits';
import type { JailRollout, RolloutPlan } from '../../questions/rollout/rollout';
import { groupBy } from '../../basics/collections';
import { enumerate } from '../../basics/words';
import { shortName } from '../../kubernetes/object';
import type { Path } from '../../kubernetes/path';
import { commandLine } from '../wording/shell';
import { patchedName, kubectlResource, SERVERS } from './resource-names';
import type { StepCommand } from './step';

/** From deny to audit without touching files: at once on Servers, elsewhere with the next pods. */
export function backToAudit({ jail, auditEdits, enforceEdits }: JailRollout): StepCommand[] {
  const { namespace } = jail;
  return [...auditEdits, ...enforceEdits].flatMap((edit): StepCommand[] => {
    const { source, path } = edit;
    if (path.join('.') === 'apiVersion') return [];
    const { kind, metadata } = source.object;
    if (isNamespace(source)) {
      const annotation = `${DEFAULT_INBOUND_POLICY}=audit`;
      const words = ['kubectl', 'annotate', '--overwrite', 'namespace', namespace, annotation];
      return [{ line: commandLine(words), what: 'for pods created from now on' }];
    }
    const name = kind === 'Server' ? `${SERVERS}/${metadata.name}` : kubectlResource(source);
    return [{ line: patch(namespace, name, nested(edit)), what: 'at once' }];
  });
}

function nested({ path }: PolicyEdit): object {
  const build = ([key, ...rest]: Path): unknown => (key === undefined ? 'audit' : { [key]: build(rest) });
  return build(path) as object;
}

function patch(namespace: string, name: string, content: object): string {
  const words = ['kubectl', '-n', namespace, 'patch', name, '--type', 'merge', '-p', JSON.stringify(content)];
  return commandLine(words);
}

/** Back to what runs today, object by object: nothing is applied that is not in the new manifests. */
export function undo({ restored, jails }: Pick<RolloutPlan, 'restored' | 'jails'>): StepCommand[] {
  const home = ({ source: { object } }: Restored): string =>
    object.kind === 'Namespace'
      ? object.metadata.name
      : (object.metadata.namespace ?? jails[0]?.jail.namespace ?? '');
  return [...groupBy(restored, home)].flatMap(([namespace, all]) => [
    ...deletions(namespace, all),
    ...all.flatMap((one) => restoration(namespace, one)),
  ]);
}

function deletions(namespace: string, all: readonly Restored[]): StepCommand[] {
  const names = all.filter(({ how }) => how === 'delete').map(({ source }) => kubectlResource(source));
  if (names.length === 0) return [];
  const line = commandLine(['kubectl', '-n', namespace, 'delete', '--ignore-not-found', ...names]);
  return [{ line, what: 'delete the policy that did not exist before, Servers first' }];
}

function restoration(namespace: string, one: Restored): StepCommand[] {
  if (one.how !== 'patch') return [];
  const { source } = one;
  if (!isNamespace(source)) {
    const line = patch(namespace, patchedName(source), one.patch);
    return [{ line, what: 'restore what was changed' }];
  }
  const metadata = asFields(one.patch.metadata);
  return (['annotate', 'label'] as const).flatMap((verb): StepCommand[] => {
    const values = Object.entries(asFields(metadata[verb === 'annotate' ? 'annotations' : 'labels']));
    if (values.length === 0) return [];
    const words = values.map(([key, value]) => (value === null ? `${key}-` : `${key}=${String(value)}`));
    const line = commandLine(['kubectl', verb, '--overwrite', 'namespace', namespace, ...words]);
    const what = 'restore what the Namespace said before, for pods created from now on';
    return [{ line, what }];
  });
}

/** What applying adds and going back leaves, because it may hold data or be in use. */
export function keptNotes(restored: readonly Restored[]): string[] {
  const kept = restored.filter(({ how }) => how === 'keep').map(({ source }) => shortName(source.object));
  return kept.length === 0
    ? []
    : [`new besides policy, and left when you go back: ${enumerate([...kept].sort(), 6)}`];
}
