import { isObjectPath } from '../kubernetes/object';
import { readEntries, type EntryForm } from '../manifests/entry-list';
import { quote } from '../basics/words';
import { readRule, type Suppression } from './suppression';

const FORM: EntryForm = {
  file: 'a suppression file',
  entry: 'a suppression',
  fields: ['rule', 'object', 'reason'],
  form: 'write a list of { rule: RULE, object: KIND/NAMESPACE/NAME, reason: TEXT }',
};

/** Reads a suppression file. @throws InputError with all problems */
export function parseSuppressions(text: string, file: string): Suppression[] {
  return readEntries(text, file, FORM, ({ fields, place, report, text: textOf }): Suppression | undefined => {
    for (const key of ['rule', 'object'])
      if (fields[key] === undefined) report([key], `${key} must be a string, not nothing`, FORM.form);
    const [rule, object, reason] = [textOf('rule'), textOf('object'), textOf('reason')];
    if (typeof fields.rule !== 'string' || typeof fields.object !== 'string') return undefined;
    if (!isObjectPath(object)) {
      const remedy = 'write KIND/NAMESPACE/NAME, or KIND/NAME for a Namespace; * matches any text';
      report(['object'], `${quote(object)} is not the name of an object`, remedy);
    }
    const read = readRule(rule, reason, 'this suppression');
    if ('rule' in read) return { rule: read.rule, object, reason, by: 'file', place };
    report([rule !== '' && reason === '' ? 'reason' : 'rule'], read.message, read.remedy);
    return undefined;
  });
}
