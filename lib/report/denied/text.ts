import { createColors, type Colors } from '../wording/colors';
import type { DeniedCase, DeniedReport } from '../../questions/denied/denied';
import type { ExceptionProposal } from '../../questions/denied/proposals';
import { printable, type Printable } from '../wording/printable';
import {
  caseTitle,
  clientLine,
  callOf,
  fate,
  howOften,
  nowLine,
  openingWords,
  readingLines,
  seenLine,
  deniedSummary,
  yamlLines,
  type DeniedOptions,
} from './sentences';
import { auditLines } from './audit-to-deny';

/** More cases than a person reads; -o json has them all. */
const MOST_SHOWN = 40;

type Line = readonly [heading: string, text: string];

/** For people: each client at each port, who it was, what decides today, and what to do. */
export function deniedText(report: DeniedReport, options: DeniedOptions): Printable {
  const colors = createColors(options.color);
  const { cases, proposals } = report;
  const shown = cases.slice(0, MOST_SHOWN);
  return printable([
    ...shown.flatMap((one, index) => [
      `${colors.bold(`${index + 1}.`)} ${paint(one, colors)}: ${caseTitle(one)}, ${howOften(one)}`,
      ...aligned(linesOf(one, options, proposals)),
      '',
    ]),
    ...(cases.length > shown.length
      ? [`and ${cases.length - shown.length} more; -o json prints all`, '']
      : []),
    ...objects(proposals, colors),
    ...auditLines(report),
    deniedSummary(report),
    ...readingLines(report),
    '',
  ]);
}

function paint(one: DeniedCase, colors: Colors): string {
  const text = fate(one);
  const { outcome } = one.replay;
  if (outcome === 'still' || outcome === 'lost') return colors.red(text);
  return outcome === 'no-longer' ? colors.green(text) : colors.yellow(text);
}

function linesOf(
  one: DeniedCase,
  { domain }: DeniedOptions,
  proposals: readonly ExceptionProposal[],
): Line[] {
  const { advice, proposal } = one;
  const lines: Line[] = [
    ['client', clientLine(one.party)],
    ['seen', seenLine(one)],
    ['now', nowLine(one)],
  ];
  if (advice.kind === 'against') {
    lines.push(['advice', `do not let it in: ${advice.because}`]);
    if (advice.instead !== undefined) lines.push(['instead', advice.instead]);
  }
  if (advice.kind === 'unwritten') lines.push(['advice', `no exception is proposed: ${advice.because}`]);
  if (advice.kind !== 'exception' || proposal === undefined) return lines;
  const call = callOf(proposal);
  const number = proposals.indexOf(proposal) + 1;
  lines.push(['let in', call ?? `exception ${number} below: the constructs open whole ports only`]);
  if (call !== undefined && proposals.length > 1) lines.push(['', `or exception ${number} below`]);
  for (const change of proposal.opens) lines.push(['opens', openingWords(change, domain)]);
  for (const caution of advice.cautions) lines.push(['caution', caution]);
  return lines;
}

function objects(proposals: readonly ExceptionProposal[], colors: Colors): string[] {
  return proposals.flatMap(({ objects: own }, index) => [
    colors.bold(`exception ${index + 1}, as objects:`),
    ...yamlLines(own).map((line) => `  ${line}`),
    '',
  ]);
}

function aligned(lines: readonly Line[]): string[] {
  const width = Math.max(...lines.map(([heading]) => heading.length));
  return lines.map(([heading, text]) => `   ${heading.padEnd(width)}  ${text}`);
}
