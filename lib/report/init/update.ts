import type { FileChange, UpdateConflict } from '../../questions/init/update-app';
import { enumerate } from '../../basics/words';

/** What goes to standard error beside the patch: what changes, and what only a person can decide. */
export function updateWords(
  out: string,
  changes: readonly FileChange[],
  conflicts: readonly UpdateConflict[],
  state: { readonly isWritten: boolean; readonly isSettled: boolean },
): string[] {
  return [
    ...conflicts.flatMap((conflict) => conflictLines(out, conflict, state.isSettled)),
    ...(conflicts.length === 0 || state.isSettled ? [] : [remedy(conflicts)]),
    conflicts.length > 0 && changes.length === 0 && !state.isSettled
      ? `note: ${out}: nothing else changes`
      : summary(out, changes, state.isWritten),
  ];
}

function summary(out: string, changes: readonly FileChange[], isWritten: boolean): string {
  if (changes.length === 0) return `note: ${out}: a new run changes nothing`;
  const paths = (verb: string, holds: (change: FileChange) => boolean): string[] => {
    const found = changes.filter(holds).map(({ path }) => path);
    return found.length === 0 ? [] : [`${verb} ${enumerate(found)}`];
  };
  const parts = [
    ...paths('adds', ({ before }) => before === undefined),
    ...paths('changes', ({ before, after }) => before !== undefined && after !== undefined),
    ...paths('drops', ({ after }) => after === undefined),
  ];
  const next = isWritten
    ? 'written; read it with git diff'
    : 'to take it over: --write, or pipe it into git apply or patch -p1';
  return `note: ${out}: a new run ${parts.join(', ')}; ${next}`;
}

function conflictLines(out: string, conflict: UpdateConflict, isSettled: boolean): string[] {
  const { path, line, whole, base, mine, theirs } = conflict;
  const place = `${out}/${path}${whole === undefined ? `:${line}` : ''}`;
  const word = isSettled ? 'note: settled' : 'conflict';
  if (whole !== undefined) return [`${place}: ${word}: ${WHOLE[whole]}`];
  return [
    `${place}: ${word}: you and the new run changed the same lines; ${isSettled ? 'yours stay' : 'the file is left alone'}`,
    ...side('init wrote', base),
    ...side('you have', mine),
    ...side('a new run writes', theirs),
  ];
}

const WHOLE: Readonly<Record<NonNullable<UpdateConflict['whole']>, string>> = {
  'dropped here': 'you dropped this file, and the new run changes it; it stays dropped',
  'dropped by the run': 'the new run drops this file, and you edited it; it stays',
  'added on both sides': 'the new run adds this file, and there is another one here, which stays',
  moved:
    'there are several jails now, each in a file of its own, and some of your edits cannot move with the jail; nothing is changed. Take this file back to what init wrote, run this again, and repeat the edits in the new files',
};

function side(who: string, text: string): string[] {
  const lines = text === '' ? ['(nothing)'] : text.replace(/\n$/, '').split('\n');
  return [`  ${who}:`, ...lines.map((line) => `    ${line}`)];
}

function remedy(conflicts: readonly UpdateConflict[]): string {
  const count = `${conflicts.length} conflict${conflicts.length === 1 ? '' : 's'}`;
  return `${count}: write there what the new run writes and run this again, or with --settle to keep what you have and take the rest of the file over`;
}
