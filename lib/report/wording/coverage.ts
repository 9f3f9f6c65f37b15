import { differing, isWhole, type Coverage, type SidedCoverage } from '../../cluster/coverage';
import type { AcceptedObject, NotJudged } from '../../cluster/not-judged';
import { enumerate } from '../../basics/words';
import type { Format } from '../formats';
import { COMMENT_LIMIT } from './comment-limit';
import { WHAT_IT_RESTS_ON } from './docs-pages';
import { link, mdLine } from './markdown';
import { markupText } from './markup';
import { objectJson, placeText } from './object-json';
import { joined, printable, trimmed, type Printable } from './printable';

/** What says how much of the input an answer rests on. */
export interface CoverageOptions {
  readonly coverage: Coverage;
}

/** The same for an answer about a change. */
export interface SidedCoverageOptions {
  readonly coverage: SidedCoverage;
}

/** `judged 12 workloads of 3 namespaces; not judged: 1` */
function coverageLine({ workloads, notJudged, accepted, elsewhere, leftOut }: Coverage): string {
  const namespaces = new Set(workloads.map(({ namespace }) => namespace)).size;
  const parts = [
    `judged ${some(workloads.length, 'workload')} of ${some(namespaces, 'namespace')}`,
    ...(elsewhere.length === 0 ? [] : [`by policy alone, with workloads elsewhere: ${enumerate(elsewhere)}`]),
    ...(leftOut.length === 0 ? [] : [`without Linkerd's own: ${enumerate(leftOut)}`]),
    `not judged: ${notJudged.length}`,
    ...(accepted.length === 0 ? [] : [`accepted: ${accepted.length}`]),
  ];
  return parts.join('; ');
}

/** The line alone, with the page to read if something was not judged. */
export function shortCoverage(coverage: Coverage): string {
  return isWhole(coverage) ? coverageLine(coverage) : `${coverageLine(coverage)} (${WHAT_IT_RESTS_ON})`;
}

function some(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `shop.yaml:12  Deployment shop/api: admission refuses it …` */
function entryWords({ source, namespace, because }: NotJudged): string {
  const { kind, metadata } = source.object;
  const subject =
    kind === 'Namespace' || namespace === ''
      ? `${kind} ${metadata.name}`
      : `${kind} ${namespace}/${metadata.name}`;
  return `${placeText(source.origin)}  ${subject}: ${because}`;
}

/** What was not judged, an object a line. */
export function notJudgedWords({ notJudged }: Coverage): string[] {
  return notJudged.map(entryWords);
}

const OPEN = 'not judged, so it counts as open';
const ACCEPTED = 'not judged, but accepted';
const SAME = 'not judged on either side, and the same on both';

/** What was not judged, and lines that count what was. */
interface Account {
  readonly lists: readonly (readonly [title: string, notJudged: readonly NotJudged[]])[];
  readonly lines: readonly string[];
}

/** What to do about it, or why nothing is done. */
function outcome(one: NotJudged | AcceptedObject): string {
  return 'reason' in one ? `accepted: ${one.reason}` : `fix: ${one.remedy}`;
}

function accountOf(coverage: Coverage): Account {
  const { notJudged, accepted } = coverage;
  return {
    lists: [
      [OPEN, notJudged],
      [ACCEPTED, accepted],
    ],
    lines: [coverageLine(coverage)],
  };
}

function accountOfSides(coverage: SidedCoverage): Account {
  const { before, after } = coverage;
  if (before === undefined) return accountOf(after);
  const different = differing(coverage);
  return {
    lists: [
      [OPEN, different],
      [SAME, after.notJudged.filter((one) => !different.includes(one))],
      [ACCEPTED, after.accepted],
    ],
    lines: [`old: ${coverageLine(before)}`, `new: ${coverageLine(after)}`],
  };
}

function text({ lists, lines }: Account): Printable {
  const open = lists.flatMap(([title, notJudged]) =>
    notJudged.length === 0
      ? []
      : [
          `${title} (${WHAT_IT_RESTS_ON}):`,
          ...notJudged.flatMap((one) => [`  ${entryWords(one)}`, `    ${outcome(one)}`]),
        ],
  );
  return printable([...(open.length === 0 ? [] : ['', ...open, '']), ...lines, '']);
}

function markdown({ lists, lines }: Account): Printable {
  const open = lists.flatMap(([title, notJudged]) =>
    notJudged.length === 0
      ? []
      : [
          mdLine`### ${link(title, WHAT_IT_RESTS_ON)}`,
          mdLine``,
          ...notJudged.map((one) => mdLine`- ${entryWords(one)}; ${outcome(one)}`),
          mdLine``,
        ],
  );
  return markupText([...open, ...lines.flatMap((line) => [mdLine`${line}`, mdLine``])]);
}

/** What an answer rests on, as every JSON report has it in its field `coverage`. */
export function coverageJson(coverage: Coverage): object {
  const { workloads, judged, notJudged, accepted, irrelevant, elsewhere, leftOut } = coverage;
  return {
    text: coverageLine(coverage),
    whole: isWhole(coverage),
    workloads: workloads.length,
    namespaces: [...new Set(workloads.map(({ namespace }) => namespace))].sort(),
    objects: { judged: judged.length, irrelevant: irrelevant.length },
    elsewhere,
    leftOut,
    notJudged: notJudged.map(entryJson),
    accepted: accepted.map((one) => ({ ...entryJson(one), reason: one.reason })),
    ...(isWhole(coverage) ? {} : { docs: WHAT_IT_RESTS_ON }),
  };
}

/** The same for a change; `differing` is what one side only leaves open. */
export function sidedCoverageJson(coverage: SidedCoverage): object {
  const { before, after } = coverage;
  return {
    ...(before === undefined
      ? {}
      : { before: coverageJson(before), differing: differing(coverage).map(entryJson) }),
    after: coverageJson(after),
  };
}

function entryJson({ source, namespace, cause, because, remedy }: NotJudged): object {
  return { object: objectJson(source), namespace, cause, because, remedy };
}

/** A text that ends with what it rests on. */
export function covered<Answer, Options>(
  format: Format<Answer, Options>,
): Format<Answer, Options & CoverageOptions> {
  return (answer, options) => joined(format(answer, options), text(accountOf(options.coverage)));
}

/** The same for a table, which a line would seem to belong to. */
export function coveredTable<Answer, Options>(
  format: Format<Answer, Options>,
): Format<Answer, Options & CoverageOptions> {
  return (answer, options) =>
    joined(format(answer, options), printable(['', '']), text(accountOf(options.coverage)));
}

/** The same where the answer itself lists what was not judged. */
export function coveredInShort<Answer, Options>(
  format: Format<Answer, Options>,
): Format<Answer, Options & CoverageOptions> {
  return (answer, options) =>
    joined(format(answer, options), printable([shortCoverage(options.coverage), '']));
}

/** A drawing that ends with a comment of what it rests on; `mark` starts a comment of its language. */
export function coveredByComment<Answer, Options>(
  mark: string,
  format: Format<Answer, Options>,
): Format<Answer, Options & CoverageOptions> {
  return (answer, options) =>
    joined(format(answer, options), printable([`${mark} ${shortCoverage(options.coverage)}`, '']));
}

/** Markdown that ends with what it rests on. */
export function coveredMarkdown<Answer, Options>(
  format: Format<Answer, Options>,
): Format<Answer, Options & CoverageOptions> {
  return (answer, options) =>
    joined(trimmed(format(answer, options)), printable(['', '', '']), markdown(accountOf(options.coverage)));
}

/** A text about a change that ends with what it rests on. */
export function coveredOnBothSides<Answer, Options>(
  format: Format<Answer, Options>,
): Format<Answer, Options & SidedCoverageOptions> {
  return (answer, options) => joined(format(answer, options), text(accountOfSides(options.coverage)));
}

/** A comment about a change that ends with what it rests on, and fits into a review with it. */
export function coveredCommentOnBothSides<Answer, Options>(
  format: (answer: Answer, options: Options, room: number) => Printable,
): Format<Answer, Options & SidedCoverageOptions> {
  return (answer, options) => {
    const account = accountOfSides(options.coverage);
    const whole = markdown(account);
    const rest = whole.length <= COMMENT_LIMIT / 4 ? whole : markdown(inShort(account));
    const break_ = printable(['', '', '']);
    return joined(
      trimmed(format(answer, options, COMMENT_LIMIT - rest.length - break_.length)),
      break_,
      rest,
    );
  };
}

/** The counts alone, where the lists are too long to be read in a comment. */
function inShort({ lists, lines }: Account): Account {
  const count = lists.reduce((sum, [, notJudged]) => sum + notJudged.length, 0);
  return { lists: [], lines: [...lines, `${count} objects are left out here; -o text lists them`] };
}
