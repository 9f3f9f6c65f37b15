import type { SuiteResult } from '../../questions/suite';
import { notJudgedWords, type CoverageOptions } from '../wording/coverage';
import { markupText, type Markup } from '../wording/markup';
import type { Printable } from '../wording/printable';
import { xml } from '../wording/xml';
import { failureLine, type SuiteReport } from './suite-report';

type Xml = Markup<'xml'>;

/** JUnit XML as CI servers read it: a test suite per file, a test case per question; what was not judged fails too. */
export function suiteJunit(reports: readonly SuiteReport[], { coverage }: CoverageOptions): Printable {
  const open = coverage.notJudged.length;
  const all = counts(
    reports.flatMap(({ results }) => results),
    open,
  );
  const lines = [
    xml`<?xml version="1.0" encoding="UTF-8"?>`,
    xml`<testsuites name="namespace-jail test"${all}>`,
  ];
  for (const { file, results } of reports) {
    lines.push(xml`  <testsuite name="${file}"${counts(results)}>`);
    for (const result of results) lines.push(...junitCase(file, result));
    lines.push(xml`  </testsuite>`);
  }
  if (open > 0) {
    lines.push(xml`  <testsuite name="not judged"${counts([], open)}>`);
    for (const words of notJudgedWords(coverage)) {
      lines.push(
        xml`    <testcase classname="not judged" name="${words}">`,
        xml`      <failure message="not judged" type="coverage">${words}</failure>`,
        xml`    </testcase>`,
      );
    }
    lines.push(xml`  </testsuite>`);
  }
  return markupText([...lines, xml`</testsuites>`, xml``]);
}

function counts(results: readonly SuiteResult[], open = 0): Xml {
  const errors = results.filter(({ fault }) => fault !== undefined).length;
  const failed = results.filter(({ passed }) => !passed).length - errors + open;
  return xml` tests="${results.length + open}" failures="${failed}" errors="${errors}" skipped="0"`;
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
