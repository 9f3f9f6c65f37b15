import type { SarifHost } from './sarif-host';
import { countOf, type CheckResult } from '../../findings/check-result';
import { objectPath } from '../../kubernetes/object';
import type { Finding } from '../../findings/finding';
import { DOCS } from '../wording/docs-pages';

export interface FindingsOptions {
  readonly color: boolean;
  /** The version of this package, which SARIF reports as the tool's. */
  readonly version: string;
  /** What SARIF needs from the machine it is written on. */
  readonly host: SarifHost;
}

/** Where the rules' pages are. */
export const RULE_PAGES = `${DOCS}/rules`;

/** `3 errors, 1 warning, 2 suppressed` */
export function summary(result: CheckResult): string {
  const counts: readonly (readonly [number, string, string])[] = [
    [countOf(result, 'error'), 'error', 'errors'],
    [countOf(result, 'warning'), 'warning', 'warnings'],
    [countOf(result, 'info'), 'note', 'notes'],
    [result.suppressed.length, 'suppressed', 'suppressed'],
  ];
  const words = counts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return words.length === 0 ? 'nothing found' : words.join(', ');
}

/** `12:3`, or the line alone. */
export function position({ place }: Finding): string {
  return place.column === undefined ? `${place.line}` : `${place.line}:${place.column}`;
}

/** `server/shop/api`; empty for findings about a file. */
export function subject({ object, namespace }: Finding): string {
  return object === undefined ? '' : objectPath(object, namespace);
}
