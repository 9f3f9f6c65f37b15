import type { AccessChange, Diff } from '../../questions/diff/diff';
import { fitted, lengthOf } from '../wording/comment-limit';
import { code, mdLine, type Markdown } from '../wording/markdown';
import { markupText } from '../wording/markup';
import type { Printable } from '../wording/printable';
import {
  because,
  changeSentence,
  deciderSentence,
  diffSummary,
  fates,
  tryCommand,
  workloadSentence,
  type DiffOptions,
} from './sentences';

/** How many sentences of a section a reader sees without unfolding anything. */
const SHOWN = 10;

/**
 * A comment for a pull request: what changed in a few sentences, and everything with its reasons and commands folded away
 * below, entry by entry as far as there is room.
 */
export function diffMarkdown(diff: Diff, options: DiffOptions, room: number): Printable {
  const sections = sectionsOf(diff);
  const most =
    [SHOWN, 3, 0].find((count) => lengthOf(headOf(diff, sections, options, count)) < room / 2) ?? 0;
  const head = headOf(diff, sections, options, most);
  const entries = entriesOf(diff, sections, options);
  if (entries.length === 0) return markupText(head);
  const [open, close] = [
    [mdLine`<details><summary>All of it, with the reasons and a command to try each</summary>`, mdLine``],
    [mdLine`</details>`, mdLine``],
  ] as const;
  const trailer = (left: number): Markdown[] =>
    left === 0
      ? []
      : [
          mdLine`${left} of ${entries.length} entries are left out, because a comment has room for no more; ${code('-o text')} prints them all.`,
          mdLine``,
        ];
  const free = room - lengthOf([...head, ...open, ...close]);
  const all = fitted(entries, free);
  const { lines, left } = all.left === 0 ? all : fitted(entries, free - lengthOf(trailer(entries.length)));
  return markupText([...head, ...open, ...lines, ...close, ...trailer(left)]);
}

type Section = readonly [title: string, changes: readonly AccessChange[]];

function sectionsOf(diff: Diff): readonly Section[] {
  const all: readonly Section[] = [
    ['🔓 Opened', diff.opened],
    ['👀 To or from audit', diff.audited],
    ['🔒 Closed', diff.closed],
  ];
  return all.filter(([, changes]) => changes.length > 0);
}

function headOf(diff: Diff, sections: readonly Section[], { domain }: DiffOptions, most: number): Markdown[] {
  return [
    mdLine`**namespace-jail diff:** ${diffSummary(diff)}`,
    mdLine``,
    ...sections.flatMap(([title, changes]) => {
      const more = changes.length - most;
      return [
        mdLine`### ${title}`,
        mdLine``,
        ...changes.slice(0, most).map((change) => mdLine`- ${changeSentence(change, domain)}`),
        ...(more > 0
          ? [mdLine`- ${most === 0 ? '' : 'and '}${more} ${most === 0 ? 'changes' : 'more'}`]
          : []),
        mdLine``,
      ];
    }),
  ];
}

/** A block for each entry; the first of a section has its title. */
function entriesOf(diff: Diff, sections: readonly Section[], options: DiffOptions): Markdown[][] {
  const rest = [
    ...diff.deciders.map((change) => mdLine`- ${deciderSentence(change)}; because ${because(change.causes)}`),
    ...diff.workloads.map((change) => mdLine`- ${workloadSentence(change)}`),
  ].map((line) => [line]);
  return [
    ...sections.flatMap(([title, changes]) =>
      titled(
        title,
        changes.map((change) => entry(change, options)),
      ),
    ),
    ...titled('Changes nothing by itself', rest),
  ];
}

function titled(title: string, blocks: readonly Markdown[][]): Markdown[][] {
  return blocks.map((block, index) => [
    ...(index === 0 ? [mdLine`#### ${title}`, mdLine``] : []),
    ...block,
    ...(index === blocks.length - 1 ? [mdLine``] : []),
  ]);
}

function entry(change: AccessChange, options: DiffOptions): Markdown[] {
  const call = tryCommand(change, options);
  return [
    mdLine`- ${changeSentence(change, options.domain)}`,
    mdLine`  - because ${because(change.causes)}`,
    ...(call === undefined ? [] : [mdLine`  - try ${code(call)} (${fates(change)})`]),
  ];
}
