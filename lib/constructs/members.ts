import { nearest, quote } from '../basics/words';
import type { Problems } from './problems';

/** The members of a props interface; one that is left out does not compile. */
export type PropMembers<Props> = { readonly [Member in keyof Required<Props>]: true };

/**
 * JavaScript takes any member, and so does TypeScript where the object is not written in place: a misspelt `clients`
 * would open a port to its namespace without a word.
 */
export function checkMembers<Props>(
  problems: Problems,
  field: string,
  value: object,
  members: PropMembers<Props>,
): void {
  for (const member of Object.keys(value)) {
    const received = (value as Readonly<Record<string, unknown>>)[member];
    if (Object.hasOwn(members, member) || received === undefined) continue;
    const known = Object.keys(members).sort();
    const meant = nearest(member, known);
    const remedy = meant === undefined ? 'remove it' : `did you mean ${quote(meant)}?`;
    const rule = `is no member of these props; they have ${known.join(', ')}`;
    problems.add(field === '' ? member : `${field}.${member}`, received, rule, remedy);
  }
}
