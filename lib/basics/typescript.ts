import { visible } from './visible';

/** A value as a string literal, whatever it contains. */
export function stringLiteral(value: string): string {
  return `'${visible(value.replace(/[\\']/g, '\\$&'))}'`;
}
