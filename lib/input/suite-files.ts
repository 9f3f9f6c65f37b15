import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { decodeText } from './decode-text';
import { type SourceObject } from '../kubernetes/object';
import { readManifests } from './read';
import { parseSuite } from '../questions/suite/parse';
import type { ManifestPath, Suite, SuiteCase } from '../questions/suite/suite';
import { InputError, type Problem } from '../basics/problem';
import { memoized } from '../basics/collections';

/**
 * Reads a suite and the manifests it names. Manifest paths are relative to the suite's folder.
 *
 * @param file the suite, as the user named it
 * @param cwd folder that a relative `file` starts from
 * @throws InputError with every problem of the suite and its manifests
 */
export function loadSuite(file: string, cwd: string = process.cwd()): Suite {
  const written = parseSuite(readSuite(file, cwd), file);
  const folder = dirname(file);
  const shelf = new Map<string, readonly SourceObject[]>();
  const problems: Problem[] = [];
  const take = (manifest: SourceObject | ManifestPath): readonly SourceObject[] => {
    if ('object' in manifest) return [manifest];
    const path = resolve(cwd, folder, manifest.path);
    const shown = isAbsolute(manifest.path) ? manifest.path : join(folder, manifest.path);
    return memoized(shelf, path, () => readNamed(manifest, shown, cwd, problems));
  };
  const cases = written.cases.map((found): SuiteCase => {
    if (found.kind === 'admission') return found;
    return { ...found, manifests: found.manifests.flatMap(take) };
  });
  if (problems.length > 0) throw new InputError(problems);
  return { file, cases };
}

function readSuite(file: string, cwd: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(cwd, file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder'
          : `this cannot be read (${code ?? 'unknown reason'})`;
    throw new InputError([{ file, message, remedy: 'name the YAML file of a policy suite' }]);
  }
  const decoded = decodeText(bytes, file);
  if ('problem' in decoded) throw new InputError([decoded.problem]);
  return decoded.text;
}

/** Manifests at one path; if the path leads nowhere, the suite is at fault, at the line that names it. */
function readNamed(
  { path, origin }: ManifestPath,
  name: string,
  cwd: string,
  problems: Problem[],
): readonly SourceObject[] {
  try {
    return readManifests([name], { cwd }).objects;
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
