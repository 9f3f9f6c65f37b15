import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readWritten } from '../input/files';
import { InputError } from '../basics/problem';
import type { DeniedReport } from '../questions/denied/denied';
import { patchApp, type AppAddition, type CodeFile } from '../questions/denied/patch-app';
import { parseSuite } from '../questions/suite/parse';
import { caseTitle, howOften, callOf } from '../report/denied/sentences';
import { suiteCase } from '../report/denied/suite-cases';
import { printable } from '../report/wording/printable';
import { writeResult, type LoadedCluster } from './cluster-input';
import { say, UsageError, type Environment } from './environment';

/**
 * Adds the cases of a report to a policy suite, as one case whose manifests are those that were read.
 *
 * @throws InputError if the suite is there and is none
 */
export function writeCases(
  report: DeniedReport,
  file: string,
  { cluster }: Pick<LoadedCluster, 'cluster'>,
  manifests: readonly string[],
  io: Environment,
): void {
  const path = resolve(io.cwd, file);
  const before = existsSync(path) ? readSuite(file, io.cwd) : '';
  const ids = new Set(before === '' ? [] : parseSuite(before, file).cases.map(({ id }) => id));
  let id = 'denied';
  for (let n = 2; ids.has(id); n++) id = `denied-${n}`;
  const named = manifests.map((one) => relative(dirname(path), resolve(io.cwd, one)).replaceAll('\\', '/'));
  const text = suiteCase(report, id, named, cluster.config);
  if (text === undefined) {
    say(io, `note: ${file} is as it was: there is no case whose answer is known`);
    return;
  }
  const after = `${before === '' || before.endsWith('\n') ? before : `${before}\n`}${text}`;
  // What is written must be readable, whatever the suite looked like.
  const added = parseSuite(after, file).cases.find((one) => one.id === id);
  writeResult(io, { outputFile: file }, printable(after.split('\n')));
  const queries = added?.kind === 'reachability' ? added.queries.length : 0;
  say(io, `note: wrote case ${id} to ${file}: ${queries} quer${queries === 1 ? 'y' : 'ies'}`);
  if (named.some((one) => one.startsWith('../')))
    say(io, `note: its manifests are outside its folder: run namespace-jail test --allow-outside ${file}`);
}

function readSuite(file: string, cwd: string): string {
  const read = readWritten(file, cwd);
  if ('problem' in read) throw new InputError([read.problem]);
  return read.text;
}

/**
 * Adds the exceptions of a report to the app that `init` wrote into a folder, and says where.
 *
 * @throws UsageError if the folder has no such app
 */
export function patchFolder(report: DeniedReport, folder: string, io: Environment): void {
  const files = codeIn(folder, io.cwd);
  const additions = report.proposals.map((proposal): AppAddition => {
    const cases = report.cases.filter((one) => one.proposal === proposal);
    return {
      proposal,
      why: `${cases.map((one) => `${caseTitle(one)}, ${howOften(one)}`).join('; ')}. Review it.`,
    };
  });
  const { files: changed, added, left } = patchApp(files, additions);
  for (const { path, text } of changed)
    writeResult(io, { outputFile: join(folder, path) }, printable(text.split('\n')));
  for (const { addition, path, line } of added)
    say(io, `note: ${join(folder, path)}:${line}: added ${callOf(addition.proposal) ?? ''}`);
  for (const { addition, because } of left) {
    const call = callOf(addition.proposal);
    say(io, `note: not added${call === undefined ? '' : `: ${call}`}: ${because}`);
  }
  if (additions.length === 0) say(io, `note: ${folder} is as it was: no exception is proposed`);
}

/** The TypeScript files of an app: in its folder, and in the one where init puts jails. */
function codeIn(folder: string, cwd: string): readonly CodeFile[] {
  const path = resolve(cwd, folder);
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new UsageError(`--patch ${folder} is no folder; pass the one that init wrote the app into`);
  const files = ['', 'jails'].flatMap((below) => {
    const home = join(path, below);
    if (!existsSync(home) || !statSync(home).isDirectory()) return [];
    return readdirSync(home)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => ({ path: join(below, name), text: readFileSync(join(home, name), 'utf8') }));
  });
  if (files.some(({ text }) => text.includes('new NamespaceJail('))) return files;
  throw new UsageError(
    `--patch ${folder} has no app with a NamespaceJail; pass the folder that init wrote, or add what is printed by hand`,
  );
}
