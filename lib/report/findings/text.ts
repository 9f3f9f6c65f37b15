import { createColors } from '../wording/colors';
import type { CheckResult } from '../../findings/check-result';
import type { Severity } from '../../rules/rule';
import { printable, type Printable } from '../wording/printable';
import { table } from '../wording/table';
import {
  adviceOf,
  countedRules,
  position,
  SEVERITY_WORDS,
  subject,
  summary,
  type FindingsOptions,
} from './sentences';
import type { Finding } from '../../findings/finding';

const WIDTH = 100;
const INDENT = '    ';

/** For people: which rules found something, then the findings, the most severe first. The last line counts them. */
export function findingsText(result: CheckResult, { color }: FindingsOptions): Printable {
  const colors = createColors(color);
  const paint: Readonly<Record<Severity, (text: string) => string>> = {
    error: (text) => colors.red(colors.bold(text)),
    warning: colors.yellow,
    info: colors.cyan,
  };
  const advice = adviceOf(result);
  const rows = countedRules(result).map(({ rule, severity, count, page }) => [
    paint[severity](SEVERITY_WORDS[severity]),
    colors.bold(rule),
    `${count}`,
    colors.dim(page),
  ]);
  const lines = [
    ...(advice === undefined ? [] : [...wrap(advice, '', ''), '']),
    ...(rows.length === 0 ? [] : [...table(rows), '']),
  ];
  let file: string | undefined;
  for (const finding of result.findings) {
    if (finding.place.file !== file) {
      file = finding.place.file;
      lines.push(colors.underline(file));
    }
    const head = [
      position(finding),
      paint[finding.severity](SEVERITY_WORDS[finding.severity]),
      colors.bold(finding.rule),
    ];
    lines.push(`  ${head.join('  ')}  ${colors.dim(subject(finding))}`.trimEnd(), ...body(finding), '');
  }
  return printable([...lines, summary(result), '']);
}

function body({ text, remedy, snippets = [] }: Finding): string[] {
  return [
    ...wrap(text, INDENT, INDENT),
    ...wrap(remedy, `${INDENT}fix: `, `${INDENT}     `),
    ...snippets.flatMap(({ code }, index) => [
      ...(index === 0 ? [] : ['']),
      ...code.split('\n').map((line) => `${INDENT}  | ${line}`),
    ]),
  ];
}

/** Breaks a text between words. */
function wrap(text: string, first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line];
}
