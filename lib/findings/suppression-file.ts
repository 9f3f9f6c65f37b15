import * as yaml from 'js-yaml';
import { isFields, ownValue } from '../kubernetes/fields';
import { locate } from '../manifests/positions';
import { readRule, type Suppression } from './suppression';
import { InputError, type Problem } from '../basics/problem';
import type { Path } from '../kubernetes/path';
import { didYouMean, enumerate, quote } from '../basics/words';

const FIELDS = ['rule', 'object', 'reason'];
const FORM = 'write a list of { rule: RULE, object: KIND/NAMESPACE/NAME, reason: TEXT }';

/** Reads a suppression file. @throws InputError with all problems */
export function parseSuppressions(text: string, file: string): Suppression[] {
  const entries = load(text, file);
  const problems: Problem[] = [];
  const suppressions = entries.flatMap((entry, index) => {
    const report = (path: Path, message: string, remedy: string): void => {
      problems.push({ file, ...locate(text, 1, [index, ...path]), message, remedy });
    };
    const suppression = readEntry(entry, report);
    if (suppression === undefined) return [];
    return [{ ...suppression, by: 'file' as const, place: { file, ...locate(text, 1, [index]) } }];
  });
  if (problems.length > 0) throw new InputError(problems);
  return suppressions;
}

function load(text: string, file: string): readonly unknown[] {
  let value: unknown;
  try {
    value = yaml.load(text, { filename: file });
  } catch (error) {
    const { reason, mark } = error as yaml.YAMLException;
    throw new InputError([
      { file, line: (mark?.line ?? 0) + 1, message: `this is not valid YAML: ${reason}`, remedy: FORM },
    ]);
  }
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new InputError([
    {
      file,
      line: 1,
      message: `a suppression file must be a list, but this is of type ${typeof value}`,
      remedy: FORM,
    },
  ]);
}

type Report = (path: Path, message: string, remedy: string) => void;

function readEntry(
  entry: unknown,
  report: Report,
): Pick<Suppression, 'rule' | 'object' | 'reason'> | undefined {
  if (!isFields(entry)) {
    report([], `a suppression must be a mapping, but this is ${quote(entry)}`, FORM);
    return undefined;
  }
  let isFaulty = false;
  const fault: Report = (...words) => {
    isFaulty = true;
    report(...words);
  };
  for (const key of Object.keys(entry)) {
    if (!FIELDS.includes(key)) {
      fault(
        [key],
        `a suppression has no field ${quote(key)}`,
        `its fields are ${enumerate(FIELDS)}${didYouMean(key, FIELDS)}`,
      );
    }
  }
  const value = (key: string): string => {
    const written = ownValue(entry, key);
    if (typeof written === 'string') return written.trim();
    if (key !== 'reason' || written !== undefined)
      fault([key], `${key} must be a string, not ${quote(written)}`, FORM);
    return '';
  };
  const [rule = '', object = '', reason = ''] = FIELDS.map(value);
  if (isFaulty) return undefined;
  if (!/^[^/\s]+(\/[^/\s]+){1,2}$/.test(object)) {
    fault(
      ['object'],
      `${quote(object)} is not the name of an object`,
      'write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace; * matches any text',
    );
  }
  const read = readRule(rule, reason, 'this suppression');
  if ('rule' in read) return isFaulty ? undefined : { rule: read.rule, object, reason };
  fault([rule === '' ? 'rule' : reason === '' ? 'reason' : 'rule'], read.message, read.remedy);
  return undefined;
}
