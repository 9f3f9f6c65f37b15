import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURES } from '../helpers/paths';

export const read = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

/** The guide's jail in both forms, with the application and the intruder. */
export const JAILS = {
  AuthorizationPolicy: `${read('emojivoto-jail.yaml')}---\n${read('emojivoto-app.yaml')}`,
  ServerAuthorization: `${read('emojivoto-jail-2.11.yaml')}---\n${read('emojivoto-app.yaml')}`,
} as const;

export type Form = keyof typeof JAILS;

/** A change made by hand: text for text, or a document more. */
export interface Edit {
  readonly replace?: readonly (readonly [string, string])[];
  readonly add?: string;
}

export function edited(text: string, { replace = [], add }: Edit): string {
  const changed = replace.reduce((whole, [from, to]) => {
    if (!whole.includes(from)) throw new Error(`the manifests do not contain ${JSON.stringify(from)}`);
    return whole.replaceAll(from, to);
  }, text);
  return add === undefined ? changed : `${changed}---\n${add}`;
}
