import type { CheckResult } from '../../findings/check-result';
import { position, RULE_PAGES, subject, summary } from './findings';
import type { Finding } from '../../findings/finding';

/** Findings as a comment for a review: gravest first, the code to copy folded away. */
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
      lines.push(`| ${finding.rule} | ${cell(subject(finding))} | ${cell(suppression.reason)} |`);
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
    `  ${escape(text)}`,
    '',
    `  **Fix:** ${escape(remedy)}`,
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

/** Texts hold values of manifests, which must not become markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_<>[\]|#]/g, '\\$&').replace(/\r?\n/g, ' ');
}

function cell(text: string): string {
  return escape(text);
}
