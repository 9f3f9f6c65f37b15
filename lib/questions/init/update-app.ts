import { mergeLines, type MergeConflict } from '../../basics/merge-lines';
import { compareText } from '../../basics/collections';

/** The text of files by their path; absent if there is no such file. */
export type Files = ReadonlyMap<string, string>;

/** A file of the app that a new run adds, changes or drops. */
export interface FileChange {
  readonly path: string;
  /** @default - the file is new */
  readonly before?: string;
  /** @default - the file goes */
  readonly after?: string;
}

/** A place where somebody's edit and the new run do not go together. */
export interface UpdateConflict extends MergeConflict {
  readonly path: string;
  /** Set if one side dropped the whole file: no line is to blame. */
  readonly whole?: 'dropped here' | 'dropped by the run' | 'added on both sides' | 'moved';
}

/** What a new run makes of an app that people have edited. */
export interface AppUpdate {
  readonly changes: readonly FileChange[];
  readonly conflicts: readonly UpdateConflict[];
  /** What the next update starts from. */
  readonly base: Files;
}

/** What `init` wrote, what people made of it, and what it would write now. */
export interface AppVersions {
  readonly base: Files;
  readonly edited: Files;
  readonly next: Files;
}

/**
 * Takes what changes from `base` to `next` over to `edited`. A file in which both changed the same is left alone, so that
 * the next update tells of it again; with `isSettled` it gets all other changes, and its edits are accepted for good.
 */
export function updateApp(versions: AppVersions, isSettled: boolean): AppUpdate {
  const moved = movedJail(versions);
  const { base, edited, next } = moved === undefined ? versions : withMove(versions, moved);
  const paths = [...new Set([...base.keys(), ...next.keys()])].sort(compareText);
  const merged = paths.map((path) => ({
    path,
    ...mergeFile(base.get(path), edited.get(path), next.get(path), isSettled),
  }));
  const conflicts = merged.flatMap(({ path, conflicts: found }) =>
    found.map((conflict) => ({ path, ...conflict })),
  );
  // A jail that moves to a file of its own moves whole or not at all: half of it in each would not compile
  if (
    moved !== undefined &&
    merged.some(({ path, conflicts: found }) => path === moved && found.length > 0)
  ) {
    const [{ path: _path, ...first } = none] = conflicts.filter(({ path }) => path === moved);
    return { changes: [], conflicts: [{ ...first, path: SINGLE, whole: 'moved' }], base: versions.base };
  }
  const changes = merged.flatMap(({ path, text }): FileChange[] => {
    const before = versions.edited.get(path);
    if (before === text) return [];
    return [
      { path, ...(before === undefined ? {} : { before }), ...(text === undefined ? {} : { after: text }) },
    ];
  });
  const start = merged.flatMap((one) => (one.base === undefined ? [] : [[one.path, one.base] as const]));
  return { changes, conflicts, base: new Map(start) };
}

/** The file of an app with one jail. */
const SINGLE = 'main.ts';
const none: UpdateConflict = { path: SINGLE, base: '', mine: '', theirs: '', line: 1 };

/** The file that an app's only jail moves to since there are others now. */
function movedJail({ base, edited, next }: AppVersions): string | undefined {
  const isSingle = ![...base.keys()].some((path) => path.startsWith('jails/'));
  const jails = [...next.keys()].filter((path) => path.startsWith('jails/'));
  if (!isSingle || jails.length === 0 || edited.get(SINGLE) === base.get(SINGLE)) return undefined;
  const declared = jails.filter((path) => {
    const name = /^export function (\w+)/m.exec(next.get(path) ?? '')?.[1] ?? ' ';
    return base.get(SINGLE)?.includes(`function ${name}(`) === true;
  });
  return declared[0];
}

/** The same as if the jail had always been in its new file. */
function withMove({ base, edited, next }: AppVersions, path: string): AppVersions {
  const from = (files: Files): Files => {
    const text = files.get(SINGLE);
    return text === undefined ? files : new Map([...files, [path, text]]);
  };
  const written = base.get(SINGLE) ?? '';
  return { base: from(base), edited: new Map([...from(edited), [SINGLE, written]]), next };
}

interface MergedFile {
  readonly text: string | undefined;
  readonly base: string | undefined;
  readonly conflicts: readonly Omit<UpdateConflict, 'path'>[];
}

function mergeFile(
  base: string | undefined,
  edited: string | undefined,
  next: string | undefined,
  isSettled: boolean,
): MergedFile {
  const { text, conflicts } = mergePlain(base, edited === undefined ? undefined : plainLines(edited), next);
  if (conflicts.length > 0 && !isSettled) return { text: edited, base, conflicts };
  return { text: text === undefined ? undefined : lineEndsOf(edited ?? '', text), base: next, conflicts };
}

function mergePlain(
  base: string | undefined,
  edited: string | undefined,
  next: string | undefined,
): Omit<MergedFile, 'base'> {
  if (edited === next || edited === base) return { text: next, conflicts: [] };
  if (next === base) return { text: edited, conflicts: [] };
  if (base !== undefined && edited !== undefined && next !== undefined) return mergeLines(base, edited, next);
  const whole =
    base === undefined ? 'added on both sides' : edited === undefined ? 'dropped here' : 'dropped by the run';
  const texts = { base: base ?? '', mine: edited ?? '', theirs: next ?? '' };
  return { text: edited, conflicts: [{ ...texts, line: 1, whole }] };
}

/** Git or an editor may have changed all line ends, which is no edit. */
function hasCrLf(text: string): boolean {
  return text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
}

function plainLines(text: string): string {
  return hasCrLf(text) ? text.replaceAll('\r\n', '\n') : text;
}

/** A text with the line ends that another one has. */
export function lineEndsOf(model: string, text: string): string {
  return hasCrLf(model) ? text.replaceAll('\n', '\r\n') : text;
}
