import type { CheckResult } from '../../findings/check-result';
import { adviceOf, countedRules, position, rulePage, SEVERITY_WORDS, subject, summary } from './sentences';
import { code, fenced, link, mdLine, row, type Markdown } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import type { Finding } from '../../findings/finding';

/** Findings as a review comment: counts by rule, then the most severe first, code to copy folded away. */
export function findingsMarkdown(result: CheckResult): Printable {
  const lines = [mdLine`**namespace-jail check:** ${summary(result)}`, mdLine``];
  const advice = adviceOf(result);
  if (advice !== undefined) lines.push(mdLine`${advice}`, mdLine``);
  const counts = countedRules(result);
  if (counts.length > 0)
    lines.push(
      mdLine`| Severity | Rule | Findings |`,
      mdLine`| --- | --- | --- |`,
      ...counts.map(({ rule, severity, count, page }) =>
        row([SEVERITY_WORDS[severity], link(rule, page), `${count}`]),
      ),
      mdLine``,
    );
  for (const severity of ['error', 'warning', 'info'] as const) {
    const found = result.findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) continue;
    lines.push(mdLine`### ${{ error: 'Errors', warning: 'Warnings', info: 'Notes' }[severity]}`, mdLine``);
    for (const finding of found) lines.push(...item(finding), mdLine``);
  }
  if (result.suppressed.length > 0) {
    lines.push(
      mdLine`### Suppressed`,
      mdLine``,
      mdLine`| Rule | Object | Reason |`,
      mdLine`| --- | --- | --- |`,
    );
    for (const { finding, suppression } of result.suppressed) {
      lines.push(row([finding.rule, subject(finding), suppression.reason]));
    }
    lines.push(mdLine``);
  }
  return markupText(lines);
}

function item(finding: Finding): Markdown[] {
  const { rule, place, text, remedy, snippets = [] } = finding;
  const what = subject(finding);
  return [
    mdLine`- ${link(rule, rulePage(rule))}${what === '' ? '' : mdLine` ${code(what)}`} in ${code(`${place.file}:${position(finding)}`)}`,
    mdLine``,
    mdLine`  ${text}`,
    mdLine``,
    mdLine`  **Fix:** ${remedy}`,
    ...snippets.flatMap((snippet) => [
      mdLine``,
      mdLine`  <details><summary>Code</summary>`,
      mdLine``,
      ...fenced(snippet.language, snippet.code.split('\n'), '  '),
      mdLine``,
      mdLine`  </details>`,
    ]),
  ];
}
