import type { SuiteResult } from '../../questions/suite';
import { escapeXml } from '../wording/xml';

/** The results of one suite file. */
export interface SuiteReport {
  readonly file: string;
  readonly results: readonly SuiteResult[];
}

/** One line per question that failed, then how many passed and failed over all suites. */
export function suiteText(reports: readonly SuiteReport[]): string {
  const failed = failures(reports);
  const passed = reports.reduce((sum, { results }) => sum + results.length, 0) - failed.length;
  return [...failed.map(failureLine), `${passed} passed, ${failed.length} failed`, ''].join('\n');
}

/** Everything, for machines; documented in docs/json.md. */
export function suiteJson(reports: readonly SuiteReport[]): string {
  const failed = failures(reports).length;
  const total = reports.reduce((sum, { results }) => sum + results.length, 0);
  const report = {
    apiVersion: 'namespace-jail/v1',
    kind: 'TestReport',
    passed: total - failed,
    failed,
    results: reports.flatMap(({ results }) => results.map(jsonResult)),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** JUnit's XML as CI servers read it: a test suite for each file, a test case for each question. */
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

function failures(reports: readonly SuiteReport[]): SuiteResult[] {
  return reports.flatMap(({ results }) => results.filter(({ passed }) => !passed));
}

/** `file:line case query: expected …, got …: why [objects]`, on one line whatever the suite's texts hold. */
export function failureLine(result: SuiteResult): string {
  const { origin, because, chain } = result;
  const place = `${origin.file}:${origin.line}`;
  const name = result.query === undefined ? result.case : `${result.case} ${result.query}`;
  const objects = chain.length === 0 ? '' : ` [${chain.join('; ')}]`;
  const line = `${place} ${name}: expected ${result.expected}, got ${result.actual}: ${because}${objects}`;
  return line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

function jsonResult(result: SuiteResult): object {
  const { origin, passed, expected, actual, because, by, server, chain } = result;
  return {
    case: result.case,
    ...(result.query === undefined ? {} : { query: result.query }),
    file: origin.file,
    line: origin.line,
    passed,
    expected,
    actual,
    because,
    by,
    ...(server === undefined ? {} : { server }),
    chain,
  };
}

function counts(results: readonly SuiteResult[]): string {
  const failed = results.filter(({ passed }) => !passed).length;
  return ` tests="${results.length}" failures="${failed}" errors="0" skipped="0"`;
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
