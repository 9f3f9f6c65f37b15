import type { SuiteResult } from '../../questions/suite';
import { escapeXml } from '../wording/xml';
import { failureLine, type SuiteReport } from './suite-report';

/** JUnit XML as CI servers read it: a test suite per file, a test case per question. */
export function suiteJunit(reports: readonly SuiteReport[]): string {
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="namespace-jail test"${counts(reports.flatMap(({ results }) => results))}>`,
  ];
  for (const { file, results } of reports) {
    lines.push(`  <testsuite name="${escapeXml(file)}"${counts(results)}>`);
    for (const result of results) lines.push(...junitCase(file, result));
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>', '');
  return lines.join('\n');
}

function counts(results: readonly SuiteResult[]): string {
  const errors = results.filter(({ fault }) => fault !== undefined).length;
  const failed = results.filter(({ passed }) => !passed).length - errors;
  return ` tests="${results.length}" failures="${failed}" errors="${errors}" skipped="0"`;
}

function junitCase(file: string, result: SuiteResult): string[] {
  const attributes = `classname="${escapeXml(`${file} ${result.case}`)}" name="${escapeXml(result.query ?? result.case)}"`;
  if (result.passed) return [`    <testcase ${attributes}/>`];
  const [element, type] = result.fault === undefined ? ['failure', 'verdict'] : ['error', 'query'];
  const message = escapeXml(result.fault ?? `expected ${result.expected}, got ${result.actual}`);
  return [
    `    <testcase ${attributes}>`,
    `      <${element} message="${message}" type="${type}">${escapeXml(failureLine(result))}</${element}>`,
    '    </testcase>',
  ];
}
