/** Lists the mutants that no test noticed, by file and line: what `npm run mutate` leaves for people to read. */
import { readFileSync, writeFileSync } from 'node:fs';

const REPORT = 'reports/mutation.json';
const LIST = 'test/mutants.md';
/** Counted as in Stryker: what a test noticed, over what could have been noticed. */
const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

const { files } = JSON.parse(readFileSync(REPORT, 'utf8'));

function count(mutants, statuses) {
  return mutants.filter(({ status }) => statuses.includes(status)).length;
}

function score(mutants) {
  const noticed = count(mutants, NOTICED);
  const all = noticed + count(mutants, UNNOTICED);
  return all === 0 ? 'none' : `${((100 * noticed) / all).toFixed(1)} % of ${all}`;
}

/** The original code, on one line. */
function original(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return short(lines.join(' '));
}

function short(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

const names = Object.keys(files).sort();
const rooms = new Map();
for (const name of names) {
  const room = name.split('/').slice(0, 2).join('/');
  rooms.set(room, [...(rooms.get(room) ?? []), ...files[name].mutants]);
}
const out = [
  '# Surviving mutants',
  '',
  'Written by `npm run mutate`, not by hand: each line is a change to the engine that no test in `stryker.jest.config.js` and no',
  'suite noticed. `∅` marks code that none of these tests runs. Most are one of three kinds: a shortcut that only saves time',
  '(`this === other`, a cached value), a guard against something the reader or the API server has already ruled out, and the',
  'wording of a value that only the command’s own tests see.',
  '',
  '| room | noticed |',
  '| --- | --- |',
  ...[...rooms].map(([room, mutants]) => `| \`${room}\` | ${score(mutants)} |`),
  `| total | ${score(names.flatMap((name) => files[name].mutants))} |`,
  '',
];
for (const name of names) {
  const { source, mutants } = files[name];
  const alive = mutants
    .filter(({ status }) => UNNOTICED.includes(status))
    .sort((a, b) => a.location.start.line - b.location.start.line || Number(a.id) - Number(b.id));
  if (alive.length === 0) continue;
  out.push(`## ${name}: ${score(mutants)}`, '', '```text');
  for (const { status, location, replacement } of alive) {
    const mark = status === 'NoCoverage' ? '∅ ' : '';
    out.push(`${location.start.line}: ${mark}${original(source, location)}  →  ${short(replacement ?? '')}`);
  }
  out.push('```', '');
}
writeFileSync(LIST, out.join('\n'));
console.log(`${LIST}: ${score(names.flatMap((name) => files[name].mutants))} noticed`);
