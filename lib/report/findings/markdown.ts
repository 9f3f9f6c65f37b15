import type { CheckResult } from '../../findings/check-result';
import { position, RULE_PAGES, subject, summary } from './sentences';
import { escapeMarkdown } from '../wording/markdown';
import type { Finding } from '../../findings/finding';

/** Findings as a review comment: the most severe first, code to copy folded away. */
export function findingsMarkdown(result: CheckResult): string {
  const lines = [`**namespace-jail check:** ${summary(result)}`, ''];
  for (const severity of ['error', 'warning', 'info'] as const) {
    const found = result.findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) continue;
    lines.push(`### ${{ error: 'Errors', warning: 'Warnings', info: 'Notes' }[severity]}`, '');
    for (const finding of found) lines.push(...item(finding), '');
  }
  if (result.suppressed.length > 0) {
    lines.push('### Suppressed', '', '| Rule | Object | Reason |', '| --- | --- | --- |');
    for (const { finding, suppression } of result.suppressed) {
      lines.push(
        `| ${finding.rule} | ${escapeMarkdown(subject(finding))} | ${escapeMarkdown(suppression.reason)} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

function item(finding: Finding): string[] {
  const { rule, place, text, remedy, snippets = [] } = finding;
  const what = subject(finding);
  const head = `- [${rule}](${RULE_PAGES}/${rule}.md)${what === '' ? '' : ` \`${what}\``} in \`${place.file}:${position(finding)}\``;
  return [
    head,
    '',
    `  ${escapeMarkdown(text)}`,
    '',
    `  **Fix:** ${escapeMarkdown(remedy)}`,
    ...snippets.flatMap(({ language, code }) => [
      '',
      '  <details><summary>Code</summary>',
      '',
      `  \`\`\`${language}`,
      ...code.split('\n').map((line) => `  ${line}`),
      '  ```',
      '',
      '  </details>',
    ]),
  ];
}
