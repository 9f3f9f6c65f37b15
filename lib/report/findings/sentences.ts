import type { SarifHost } from './sarif-host';
import { countOf, ruleCounts, type CheckResult, type RuleCount } from '../../findings/check-result';
import type { Severity } from '../../rules/rule';
import { enumerate } from '../../basics/words';
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
const RULE_PAGES = `${DOCS}/rules`;

export function rulePage(rule: string): string {
  return `${RULE_PAGES}/${rule}.md`;
}

export const SEVERITY_WORDS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** How often which rule found something, with its page. */
export function countedRules(result: CheckResult): (RuleCount & { readonly page: string })[] {
  return ruleCounts(result).map((counted) => ({ ...counted, page: rulePage(counted.rule) }));
}

/** What a newcomer needs to hear before anything else, if nobody has written any policy yet. */
export function adviceOf({ unprotected }: CheckResult): string | undefined {
  if (unprotected === undefined) return undefined;
  const { namespaces, workloads, meshed } = unprotected;
  const who = workloads === 1 ? 'its workload' : `its ${workloads} workloads`;
  const [where, whose, each] =
    namespaces.length === 1
      ? [`namespace ${enumerate(namespaces)} is not protected`, who, 'it']
      : [
          'no namespace is protected',
          `${workloads} workloads of ${namespaces.length} namespaces (${enumerate(namespaces)})`,
          'each of them',
        ];
  return `${where}: nobody has written Linkerd policy for ${whose}, of which ${meshed} ${meshed === 1 ? 'is' : 'are'} in the mesh; namespace-jail init writes a jail for ${each}: ${DOCS}/jail-what-you-already-run.md`;
}

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
  if (words.length > 0) return words.join(', ');
  return result.unprotected === undefined ? 'nothing found' : 'no policy to check';
}

/** `12:3`, or the line alone. */
export function position({ place }: Finding): string {
  return place.column === undefined ? `${place.line}` : `${place.line}:${place.column}`;
}

/** `server/shop/api`; empty for findings about a file. */
export function subject({ object, namespace }: Finding): string {
  return object === undefined ? '' : objectPath(object, namespace);
}
