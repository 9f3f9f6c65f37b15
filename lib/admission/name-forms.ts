import { show, type Violation } from './violation';

/** A form of names, as Kubernetes calls and checks them. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly most: number;
  readonly must: string;
}

export const subdomain = (most: number): NameForm => ({
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  most,
  must: `be a DNS subdomain: at most ${most} of a-z, 0-9, "-" and ".", with a letter or digit first and last`,
});

export const SUBDOMAIN = subdomain(253);

export const LABEL: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  most: 63,
  must: 'be a DNS label: at most 63 of a-z, 0-9 and "-", with a letter or digit first and last',
};

export const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
export const KEY =
  'be a name of at most 63 letters, digits, "-", "_" and ".", optionally after a DNS subdomain and "/"';

export function fits(name: string, { pattern, most }: NameForm): boolean {
  return name.length <= most && pattern.test(name);
}

/** A qualified name: an optional DNS subdomain and slash, then the name itself. */
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
