import { isUtf8 } from 'node:buffer';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { coverage } from '../cluster/coverage';
import { InputError, type Problem } from '../basics/problem';
import { readManifests } from '../input/read';
import type { SourceObject } from '../kubernetes/object';
import { BASE_PATH, baseFile, parseBase, type InitBase } from '../questions/init/init-base';
import { lineEndsOf, updateApp, type FileChange, type Files } from '../questions/init/update-app';
import { serversIn, withoutJail } from '../questions/init/without-jail';
import { patchOf } from '../report/init/patch';
import { updateWords } from '../report/init/update';
import { shortCoverage } from '../report/wording/coverage';
import { writeResult } from './cluster-input';
import { say, UsageError, type Environment } from './environment';
import { plannedApp, printedText, type Options } from './init-app';
import { requireApart } from './init-files';

/**
 * `init --update`: prints what a new run would change in an app, and changes it with `--write`.
 *
 * @param recorded reads the options that the last run wrote down
 */
export async function update(
  paths: readonly string[],
  out: string,
  given: Options,
  io: Environment,
  recorded: (words: readonly string[]) => Partial<Options>,
): Promise<void> {
  if (given.output !== 'text') {
    throw new UsageError(`--update prints a patch, not ${given.output}; leave out --output`);
  }
  requireApart(io.cwd, out, [...paths, ...(given.filename ?? [])]);
  const folder = resolve(io.cwd, out);
  const base = readBase(folder, out);
  const { namespace, ...before } = recordedIn(base, out, recorded);
  const isWhole = given.allNamespaces === true || namespace === undefined;
  const options: Options = { ...before, ...(isWhole ? {} : { namespace }), ...given };
  const app = await plannedApp(paths, options, io, out, {
    isSplit: [...base.files.keys()].some((path) => path.startsWith('jails/')),
    judged: (objects) => withoutAppliedJails(objects, base, folder, out),
  });
  const next = new Map(app.files.map(({ path, text }) => [path, text as string]));
  const edited = filesIn(folder, out, [...base.files.keys(), ...next.keys()]);
  const isSettled = given.settle === true;
  const { changes, conflicts, base: start } = updateApp({ base: base.files, edited, next }, isSettled);
  const isHeldUp = conflicts.some(({ whole }) => whole === 'moved');
  const newBase = isHeldUp ? base : { ...(parseBase(app.base.text) as InitBase), files: start };
  const all = [...changes, ...changeOfBase(folder, base, newBase)];
  writeResult(io, given, patchIn(io, out, folder, all, given.write === true));
  if (given.write === true) write(folder, out, all);
  const state = { isWritten: given.write === true, isSettled };
  say(
    io,
    shortCoverage(coverage(app.cluster, { namespaces: options.namespace ?? [] })),
    ...updateWords(out, all, conflicts, state),
  );
  if (conflicts.length > 0 && (!isSettled || isHeldUp)) io.setExit(1);
}

/** @throws UsageError if the app has none: then nothing tells edits from what `init` wrote */
function readBase(folder: string, out: string): InitBase {
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new UsageError(
      `--update ${out} is not a folder; name that of an app which init wrote, such as jail`,
    );
  }
  const path = join(folder, BASE_PATH);
  if (!existsSync(path)) {
    throw new UsageError(
      `${out} has no ${BASE_PATH}, where init keeps what it wrote, so that edits cannot be told from it.`,
      'If nobody has edited the app: run init with the manifests and options of that time once more; it adds the file.',
      `If somebody has: write a new app beside it (init --out ${out}-new), synthesize both, and compare the ports that they`,
      `declare (namespace-jail diff ${out}/manifests ${out}-new/manifests). Take over what you want, and copy`,
      `${out}-new/${BASE_PATH} to ${out}/${BASE_PATH}: from then on, --update keeps your edits.`,
    );
  }
  const parsed = parseBase(textIn(folder, out, BASE_PATH));
  if ('message' in parsed) throw new InputError([{ file: join(out, BASE_PATH), ...parsed }]);
  return parsed;
}

function recordedIn(
  base: InitBase,
  out: string,
  recorded: (words: readonly string[]) => Partial<Options>,
): Partial<Options> {
  try {
    return recorded(base.options);
  } catch (error) {
    const message = `options has what init does not take: ${(error as Error).message.replace(/^error: /, '')}`;
    const remedy = 'correct it, or take the file back from version control';
    throw new InputError([{ file: join(out, BASE_PATH), message, remedy }]);
  }
}

/** @throws UsageError if Servers may be those of the app, and what it synthesized is not there to tell */
function withoutAppliedJails(
  objects: readonly SourceObject[],
  base: InitBase,
  folder: string,
  out: string,
): readonly SourceObject[] {
  const manifests = join(folder, 'manifests');
  const isThere = existsSync(manifests);
  const own = isThere ? readManifests([manifests]).objects : [];
  const [server] = isThere ? [] : serversIn(objects, base);
  if (server !== undefined) {
    const { origin, object } = server;
    throw new UsageError(
      `${out}/manifests is not there, so that Server ${object.metadata.namespace ?? ''}/${object.metadata.name} (${origin.file}:${origin.line}) cannot be told from those of the app itself; ` +
        'run npm run synth in the folder of the app first',
    );
  }
  return withoutJail(objects, base, own);
}

function filesIn(folder: string, out: string, paths: readonly string[]): Files {
  const present = [...new Set(paths)].filter((path) => existsSync(join(folder, path)));
  return new Map(present.map((path) => [path, textIn(folder, out, path)]));
}

function textIn(folder: string, out: string, path: string): string {
  const file = join(out, path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new InputError([
      { file, message: `cannot be read (${code})`, remedy: 'make it a file that you may read' },
    ]);
  }
  if (!isUtf8(bytes))
    throw new InputError([{ file, message: 'this is not UTF-8', remedy: 'save it as UTF-8' }]);
  return bytes.toString('utf8');
}

/** None if it says the same, however it is laid out. */
function changeOfBase(folder: string, base: InitBase, next: InitBase): FileChange[] {
  const { path, text } = baseFile(next);
  if (baseFile(base).text === text) return [];
  const before = readFileSync(join(folder, path), 'utf8');
  return [{ path, before, after: lineEndsOf(before, printedText(text)) }];
}

function patchIn(
  io: Environment,
  out: string,
  folder: string,
  changes: readonly FileChange[],
  isWritten: boolean,
): ReturnType<typeof patchOf>['text'] {
  const way = relative(io.cwd, folder).replaceAll('\\', '/');
  const isBelow = way !== '..' && !way.startsWith('../') && !isAbsolute(way);
  const { text, unprintable } = patchOf(changes, isBelow && way !== '' ? `${way}/` : '');
  if (!isWritten && unprintable.length > 0) {
    throw new InputError(
      unprintable.map(({ path, line }): Problem => ({
        file: join(out, path),
        ...(line === 0 ? {} : { line }),
        message:
          'a patch cannot show this line: it has hidden characters, or what build servers take for a command',
        remedy: 'take them out, or let --write change the files without a patch',
      })),
    );
  }
  if (!isBelow && !isWritten && changes.length > 0)
    say(io, `note: apply the patch in ${out}: its paths start there`);
  return text;
}

function write(folder: string, out: string, changes: readonly FileChange[]): void {
  const problems: Problem[] = [];
  for (const { path, after } of changes) {
    try {
      if (after === undefined) rmSync(join(folder, path));
      else {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), after);
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      problems.push({
        file: join(out, path),
        message: `cannot be written (${code})`,
        remedy: 'make it writable',
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
}
