import { EXCEPTION_ANNOTATION } from '../../linkerd/annotations';
import { shortName } from '../../kubernetes/object';
import { groupOf } from '../../kubernetes/references';
import { waysIn } from '../../questions/break-in/outcome';
import type { JailSurface, WayIn } from '../../questions/break-in/jail-surface';
import { printable, type Printable } from '../wording/printable';
import { commandLine } from '../wording/shell';
import { breakInSummary } from './sentences';

/**
 * The command lines that declare each way in as it is, for a shell. What only an object other than an authorization opens
 * has no place for the annotation, and is a comment.
 */
export function breakInAnnotate(surfaces: readonly JailSurface[]): Printable {
  const ways = waysIn(surfaces);
  const lines = [...new Set(ways.flatMap(commandsOf))];
  const closing = [
    ...new Set(ways.flatMap((way) => (way.blame.declaration === undefined ? [remark(way)] : []))),
  ];
  return printable([`# ${breakInSummary(surfaces)}`, ...lines, ...closing, '']);
}

function commandsOf({ namespace, blame: { source, declaration } }: WayIn): string[] {
  if (source === undefined || declaration === undefined) return [];
  const { apiVersion, kind, metadata } = source.object;
  const resource = `${kind.toLowerCase()}.${groupOf(apiVersion)}`;
  const annotation = `${EXCEPTION_ANNOTATION}=${declaration}`;
  return [
    commandLine(['kubectl', '-n', namespace, 'annotate', '--overwrite', resource, metadata.name, annotation]),
  ];
}

function remark({ blame: { source, remedy } }: WayIn): string {
  const object = source === undefined ? 'a way in' : shortName(source.object);
  return `# ${object}: no annotation can declare this; fix: ${remedy}`;
}
