/** The report as Markdown, cut to what a comment or a job summary holds. */

export const COMMENT_LIMIT = 65_536;
/** GitHub drops a summary of more than 1 MiB. */
export const SUMMARY_LIMIT = 1_000_000;

const RESULTS = ['passed', 'failed', 'could not tell'];

export function resultOf(parts) {
  return RESULTS[Math.max(0, ...parts.map(({ status }) => status))];
}

/** Hidden in a comment, so that the next run finds it again. */
export function markerOf(key) {
  return `<!-- namespace-jail:${key} -->`;
}

/**
 * The report of all commands, those that failed first. `size` measures a text as the limit counts it.
 *
 * @param parts `{ command, status, markdown }` each
 */
export function report(parts, { limit, size = (text) => text.length, head = [], foot = [], elsewhere = '' }) {
  const sorted = [...parts].sort((a, b) => b.status - a.status);
  const opening = [
    ...head,
    `## namespace-jail: ${resultOf(parts)}`,
    '',
    '| Command | Result |',
    '| --- | --- |',
    ...sorted.map(({ command, status, said }) => `| \`${command}\` | ${said ?? RESULTS[status]} |`),
    '',
  ].join('\n');
  const closing = ['', ...foot, ''].join('\n');
  const room = limit - size(opening) - size(closing);
  const budgets = share(
    sorted.map(({ markdown }) => size(markdown) + 1),
    room,
  );
  const bodies = sorted.map(({ markdown }, index) => fit(markdown, budgets[index] - 1, size, elsewhere));
  return `${opening}${bodies.join('\n')}${closing}`;
}

/** Gives everyone the same, and what the short ones leave to the long ones. */
function share(wanted, room) {
  const given = wanted.map(() => 0);
  let left = room;
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
  order.forEach((index, at) => {
    given[index] = Math.min(wanted[index], Math.floor(left / (order.length - at)));
    left -= given[index];
  });
  return given;
}

/** As many whole lines as fit, with what they leave open closed, and a line that says what is missing. */
function fit(markdown, limit, size, elsewhere) {
  if (size(markdown) <= limit) return markdown;
  const lines = markdown.split('\n');
  const open = [];
  const kept = [];
  let used = 0;
  const note = (count) => `_${count} more lines${elsewhere}._`;
  const ending = () => [...[...open].reverse(), '', note(lines.length)].join('\n');
  let best = { count: 0, closers: [] };
  for (const line of lines) {
    used += size(line) + 1;
    if (used > limit) break;
    kept.push(line);
    follow(line, open);
    if (used + size(ending()) + 2 <= limit) best = { count: kept.length, closers: [...open].reverse() };
  }
  return [...kept.slice(0, best.count), ...best.closers, '', note(lines.length - best.count)].join('\n');
}

/** Keeps account of the blocks that a line opens or closes. */
function follow(line, open) {
  const last = open.at(-1);
  const fence = /^\s*(`{3,})(.*)$/.exec(line);
  if (last?.trimStart().startsWith('`')) {
    if (fence !== null && fence[2].trim() === '' && fence[1].length >= last.trim().length) open.pop();
    return;
  }
  if (fence !== null) open.push(line.replace(/[^`\s].*$/, '').trimEnd());
  if (/^\s*<details\b/.test(line)) open.push(`${/^\s*/.exec(line)[0]}</details>`);
  if (/^\s*<\/details>/.test(line) && last !== undefined) open.pop();
}

/** A text as a block of code that nothing in it can end. */
export function fenced(text, language = 'text') {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text, fence].join('\n');
}
