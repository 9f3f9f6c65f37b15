import { show, type Violation } from './violation';

/** A form of names, as Kubernetes calls and checks them. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly most: number;
  readonly must: string;
}

export const SUBDOMAIN: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  most: 253,
  must: 'be a DNS subdomain: at most 253 of a-z, 0-9, "-" and "." that begin and end with a letter or digit',
};

export const LABEL: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  most: 63,
  must: 'be a DNS label: at most 63 of a-z, 0-9 and "-" that begin and end with a letter or digit',
};

export const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
export const KEY =
  'be a name of at most 63 letters, digits, "-", "_" and ".", maybe after a DNS subdomain and "/"';

export function fits(name: string, { pattern, most }: NameForm): boolean {
  return name.length <= most && pattern.test(name);
}

/** A qualified name: maybe a DNS subdomain and a slash, then the name proper. */
export function isKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (name.length > 63 || !LABEL_NAME.test(name)) return false;
  return slash < 0 || fits(key.slice(0, slash), SUBDOMAIN);
}

export function metadataViolation(
  field: string,
  value: unknown,
  must: string,
  remedy = 'correct the value',
): Violation {
  return { rule: 'metadata', field, message: `is ${show(value)}; it must ${must}`, remedy };
}
