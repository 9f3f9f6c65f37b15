import * as yaml from 'js-yaml';
import { InputError, type Problem } from '../basics/problem';
import { didYouMean, enumerate, quote } from '../basics/words';
import { isFields, ownValue, type Fields } from '../kubernetes/fields';
import type { Path } from '../kubernetes/path';
import type { Origin } from '../kubernetes/object';
import { locate } from './positions';

/** A file in which people accept things, with reasons: a list of mappings. */
export interface EntryForm {
  /** What the file and one entry are called: `a suppression file`, `a suppression`. */
  readonly file: string;
  readonly entry: string;
  readonly fields: readonly string[];
  /** How to write an entry, as a remedy. */
  readonly form: string;
}

/** One entry as written, and how to say what is wrong with it. */
export interface WrittenEntry {
  readonly fields: Fields;
  readonly place: Origin & { readonly column?: number };
  readonly report: (path: Path, message: string, remedy: string) => void;
  /** A field that must be a text, trimmed; empty and reported if it is anything else. */
  readonly text: (key: string) => string;
}

/** Dates stay text, so that they can be quoted as written. */
const MERGE = new yaml.Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (key) => key === '<<' });
const SCHEMA = yaml.CORE_SCHEMA.extend({ implicit: [MERGE] });

/**
 * Reads such a file.
 *
 * @param read an entry; `undefined` if it has reported why not
 * @throws InputError with all problems
 */
export function readEntries<T>(
  text: string,
  file: string,
  form: EntryForm,
  read: (entry: WrittenEntry) => T | undefined,
): T[] {
  const problems: Problem[] = [];
  const entries = load(text, file, form).flatMap((entry, index): T[] => {
    let isFaulty = false;
    const report: WrittenEntry['report'] = (path, message, remedy) => {
      isFaulty = true;
      problems.push({ file, ...locate(text, 1, [index, ...path]), message, remedy });
    };
    if (!isFields(entry)) {
      report([], `${form.entry} must be a mapping, but this is ${quote(entry)}`, form.form);
      return [];
    }
    reportUnknown(entry, form, report);
    // What is missing may stand under the misspelt name.
    if (isFaulty) return [];
    const textOf = (key: string): string => {
      const written = ownValue(entry, key);
      if (typeof written === 'string') return written.trim();
      if (written !== undefined) report([key], `${key} must be a string, not ${quote(written)}`, form.form);
      return '';
    };
    const place = { file, ...locate(text, 1, [index]) };
    const value = read({ fields: entry, place, report, text: textOf });
    return isFaulty || value === undefined ? [] : [value];
  });
  if (problems.length > 0) throw new InputError(problems);
  return entries;
}

function reportUnknown(
  entry: Fields,
  { entry: name, fields }: EntryForm,
  report: WrittenEntry['report'],
): void {
  for (const key of Object.keys(entry)) {
    if (fields.includes(key)) continue;
    const remedy = `its fields are ${enumerate(fields)}${didYouMean(key, fields)}`;
    report([key], `${name} has no field ${quote(key)}`, remedy);
  }
}

function load(text: string, file: string, form: EntryForm): readonly unknown[] {
  let value: unknown;
  try {
    value = yaml.load(text, { filename: file, schema: SCHEMA });
  } catch (error) {
    const { reason, mark } = error as yaml.YAMLException;
    const message = `this is not valid YAML: ${reason}`;
    throw new InputError([{ file, line: (mark?.line ?? 0) + 1, message, remedy: form.form }]);
  }
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  const message = `${form.file} must be a list, but this is of type ${typeof value}`;
  throw new InputError([{ file, line: 1, message, remedy: form.form }]);
}
