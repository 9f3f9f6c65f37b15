import type { SuiteResult } from '../../questions/suite';
import { markupText, type Markup } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { xml } from '../wording/xml';
import { failureLine, type SuiteReport } from './suite-report';

type Xml = Markup<'xml'>;

/** JUnit XML as CI servers read it: a test suite per file, a test case per question. */
export function suiteJunit(reports: readonly SuiteReport[]): Printable {
  const lines = [
    xml`<?xml version="1.0" encoding="UTF-8"?>`,
    xml`<testsuites name="namespace-jail test"${counts(reports.flatMap(({ results }) => results))}>`,
  ];
  for (const { file, results } of reports) {
    lines.push(xml`  <testsuite name="${file}"${counts(results)}>`);
    for (const result of results) lines.push(...junitCase(file, result));
    lines.push(xml`  </testsuite>`);
  }
  return markupText([...lines, xml`</testsuites>`, xml``]);
}

function counts(results: readonly SuiteResult[]): Xml {
  const errors = results.filter(({ fault }) => fault !== undefined).length;
  const failed = results.filter(({ passed }) => !passed).length - errors;
  return xml` tests="${results.length}" failures="${failed}" errors="${errors}" skipped="0"`;
}

function junitCase(file: string, result: SuiteResult): Xml[] {
  const attributes = xml`classname="${file} ${result.case}" name="${result.query ?? result.case}"`;
  if (result.passed) return [xml`    <testcase ${attributes}/>`];
  const message = result.fault ?? `expected ${result.expected}, got ${result.actual}`;
  const line = failureLine(result);
  return [
    xml`    <testcase ${attributes}>`,
    result.fault === undefined
      ? xml`      <failure message="${message}" type="verdict">${line}</failure>`
      : xml`      <error message="${message}" type="query">${line}</error>`,
    xml`    </testcase>`,
  ];
}
