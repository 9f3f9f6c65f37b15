import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readWritten } from './files';
import type { ClusterOptions } from '../cluster/cluster-options';
import { type SourceObject } from '../kubernetes/object';
import { readManifests, type ReadOptions } from './read';
import { parseSuite } from '../questions/suite/parse';
import type { ManifestPath, Suite, SuiteCase } from '../questions/suite/suite';
import { InputError, type Problem } from '../basics/problem';
import { memoized } from '../basics/collections';

export interface SuiteOptions extends Pick<ReadOptions, 'exclude' | 'isExcludeGeneral'> {
  /** What holds for every case that does not say otherwise. */
  readonly cluster?: ClusterOptions;
  /** Whether a suite may name manifests outside its own folder. @default false */
  readonly allowOutside?: boolean;
  /** Where notes about its manifests go. */
  readonly notes?: Problem[];
}

/**
 * Reads a suite and the manifests it names. Manifest paths are relative to the suite's folder and may not leave it: a
 * suite may come from somebody else, and what is read ends up in messages.
 *
 * @param file the suite, as the user named it
 * @param cwd folder that a relative `file` starts from
 * @throws InputError with every problem of the suite and its manifests
 */
export function loadSuite(
  file: string,
  cwd: string = process.cwd(),
  { allowOutside = false, notes = [], cluster, ...reading }: SuiteOptions = {},
): Suite {
  const written = parseSuite(readSuite(file, cwd), file);
  const folder = dirname(file);
  const options = {
    ...reading,
    cwd,
    onlyRegular: true,
    ...(allowOutside ? {} : { within: resolve(cwd, folder) }),
  };
  const shelf = new Map<string, readonly SourceObject[]>();
  const problems: Problem[] = [];
  const take = (manifest: SourceObject | ManifestPath): readonly SourceObject[] => {
    if ('object' in manifest) return [manifest];
    const path = resolve(cwd, folder, manifest.path);
    const shown = isAbsolute(manifest.path) ? manifest.path : join(folder, manifest.path);
    return memoized(shelf, path, () => readNamed(manifest, shown, options, { problems, notes }));
  };
  const cases = written.cases.map((found): SuiteCase => {
    if (found.kind === 'admission') return found;
    const manifests = found.manifests.flatMap(take);
    return { ...found, options: { ...cluster, ...found.options }, manifests };
  });
  if (problems.length > 0) throw new InputError(problems);
  return { file, cases };
}

function readSuite(file: string, cwd: string): string {
  const read = readWritten(file, cwd);
  if ('problem' in read) throw new InputError([read.problem]);
  return read.text;
}

/** Manifests at one path; if the path leads nowhere, the suite is at fault, at the line that names it. */
function readNamed(
  { path, origin }: ManifestPath,
  name: string,
  options: ReadOptions,
  { problems, notes }: { readonly problems: Problem[]; readonly notes: Problem[] },
): readonly SourceObject[] {
  try {
    const read = readManifests([name], options);
    notes.push(...read.notes);
    return read.objects;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const problem of error.problems) {
      if (problem.file !== name || problem.line !== undefined) problems.push(problem);
      else
        problems.push({
          ...problem,
          file: origin.file,
          line: origin.line,
          message: `manifest ${path}: ${problem.message}`,
        });
    }
    return [];
  }
}
