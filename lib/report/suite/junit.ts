import type { SuiteResult } from '../../questions/suite';
import { notJudgedWords, type CoverageOptions } from '../wording/coverage';
import { escapeXml } from '../wording/xml';
import { failureLine, type SuiteReport } from './suite-report';

/** JUnit XML as CI servers read it: a test suite per file, a test case per question; what was not judged fails too. */
export function suiteJunit(reports: readonly SuiteReport[], { coverage }: CoverageOptions): string {
  const open = coverage.notJudged.length;
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="namespace-jail test"${counts(
      reports.flatMap(({ results }) => results),
      open,
    )}>`,
  ];
  for (const { file, results } of reports) {
    lines.push(`  <testsuite name="${escapeXml(file)}"${counts(results)}>`);
    for (const result of results) lines.push(...junitCase(file, result));
    lines.push('  </testsuite>');
  }
  if (open > 0) {
    lines.push(`  <testsuite name="not judged"${counts([], open)}>`);
    for (const one of notJudgedWords(coverage)) {
      const words = escapeXml(one);
      lines.push(
        `    <testcase classname="not judged" name="${words}">`,
        `      <failure message="not judged" type="coverage">${words}</failure>`,
        '    </testcase>',
      );
    }
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function counts(results: readonly SuiteResult[], open = 0): string {
  const failed = results.filter(({ passed }) => !passed).length + open;
  return ` tests="${results.length + open}" failures="${failed}" errors="0" skipped="0"`;
}

function junitCase(file: string, result: SuiteResult): string[] {
  const attributes = `classname="${escapeXml(`${file} ${result.case}`)}" name="${escapeXml(result.query ?? result.case)}"`;
  if (result.passed) return [`    <testcase ${attributes}/>`];
  const message = escapeXml(`expected ${result.expected}, got ${result.actual}`);
  return [
    `    <testcase ${attributes}>`,
    `      <failure message="${message}" type="verdict">${escapeXml(failureLine(result))}</failure>`,
    '    </testcase>',
  ];
}
