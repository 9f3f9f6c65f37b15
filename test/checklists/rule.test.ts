import { ALL_RULES, type RuleFacts } from '../../lib/findings/run-rules';
import { RULES } from '../../lib/rules';
import { expectNothingForgotten, filesIn, isThere, stem, textOf, write } from './files';
import { isUpdating } from '../helpers/golden';

/** "Add a rule" of CONTRIBUTING.md: whatever is forgotten is named here. */
const HEADINGS: Readonly<Record<string, string>> = {
  admission: 'What the cluster would do with the objects',
  mesh: 'Beyond the reach of policy',
  openings: 'Open by accident',
  servers: 'Servers',
  probes: 'Probes and metrics',
  references: 'References and identities',
  routes: 'Routes and rate limits',
  egress: 'Egress',
};
const MANUAL = 'docs/check.md';

/** The files that declare a rule, with its id. */
const declared = filesIn('lib/rules', '.ts').flatMap((file) => {
  const id = /: Rule = \{\s*id: '([^']+)'/.exec(textOf(file))?.[1];
  return id === undefined ? [] : [{ file, id, group: file.split('/')[2] ?? '' }];
});

const page = (id: string): string => `docs/rules/${id}.md`;
const cases = (id: string): string => `test/rules/cases/${id}.yaml`;
const word = ({ severity }: RuleFacts): string => (severity === 'info' ? 'note' : severity);

it('a rule is a file of its own, called by its id, in the folder of its group', () => {
  expect(declared.length).toBeGreaterThan(40);
  expectNothingForgotten(
    declared.flatMap(({ file, id, group }) => [
      ...(stem(file) === id ? [] : [`${file} declares ${id}: call the file ${id}.ts`]),
      ...(group in HEADINGS ? [] : [`${file}: ${MANUAL} and HEADINGS of this test have no group ${group}`]),
    ]),
  );
});

it('lib/rules/index.ts lists it', () => {
  const listed = new Set(RULES.map(({ id }) => id));
  expectNothingForgotten(
    declared.flatMap(({ file, id }) => (listed.has(id) ? [] : [`lib/rules/index.ts does not list ${file}`])),
  );
  expect(listed.size).toBe(RULES.length);
});

it('it has cases', () => {
  const ids = new Set(RULES.map(({ id }) => id));
  const others = filesIn('test/rules/cases', '.yaml').filter((file) => stem(file) !== 'common');
  expectNothingForgotten([
    ...[...ids].flatMap((id) => (isThere(cases(id)) ? [] : [`${cases(id)} is missing`])),
    ...others.flatMap((file) => (ids.has(stem(file)) ? [] : [`${file} is about no rule`])),
  ]);
});

it('it has a page, which starts with its title and severity', () => {
  const ids = new Set(ALL_RULES.map(({ id }) => id));
  expectNothingForgotten([
    ...filesIn('docs/rules', '.md').flatMap((file) =>
      ids.has(stem(file)) ? [] : [`${file} is about no rule`],
    ),
    ...RULES.flatMap((rule) => forgottenOnPage(page(rule.id), `${rule.title} (${word(rule)})`)),
    ...ALL_RULES.flatMap(({ id, title }) =>
      !isThere(page(id)) || textOf(page(id)).includes(title) ? [] : [`${page(id)} does not say: ${title}`],
    ),
  ]);
});

it('the table of its group in docs/check.md has a row for it', () => {
  expectNothingForgotten(
    Object.entries(HEADINGS).flatMap(([group, heading]) => forgottenRows(group, heading)),
  );
  const manual = textOf(MANUAL);
  expectNothingForgotten(
    ALL_RULES.flatMap(({ id, title }) =>
      manual
        .split('\n')
        .some((line) => line.startsWith(`| [${id}](rules/${id}.md) |`) && line.includes(title))
        ? []
        : [`${MANUAL} has no row of ${id}`],
    ),
  );
});

/** The first sentence of a page is the rule's own; `UPDATE_GOLDEN` writes it. */
function forgottenOnPage(path: string, sentence: string): string[] {
  if (!isThere(path)) return [`${path} is missing`];
  const [heading = '', empty = '', first = '', ...rest] = textOf(path).split('\n');
  if (isUpdating) write(path, [heading, empty, sentence, ...rest].join('\n'));
  else if (first !== sentence)
    return [`${path} starts with "${first}"; UPDATE_GOLDEN=1 makes it "${sentence}"`];
  return heading === `# ${stem(path)}` ? [] : [`${path} is headed "${heading}"`];
}

/** The table below a heading follows from the rules of a group; `UPDATE_GOLDEN` writes it. */
function forgottenRows(group: string, heading: string): string[] {
  const ids = new Set(declared.filter((rule) => rule.group === group).map(({ id }) => id));
  const rows = RULES.filter(({ id }) => ids.has(id)).map(
    (rule) => `| [${rule.id}](rules/${rule.id}.md) | ${word(rule)} | ${rule.title} |\n`,
  );
  const table = new RegExp(`^(### ${heading}\\n\\n\\|.*\\n\\|.*\\n)((?:\\|.*\\n)*)`, 'm');
  const manual = textOf(MANUAL);
  const found = table.exec(manual)?.[2];
  if (found === undefined) return [`${MANUAL} has no table "${heading}"`];
  if (isUpdating)
    write(
      MANUAL,
      manual.replace(table, (_, head: string) => `${head}${rows.join('')}`),
    );
  else if (found !== rows.join('')) {
    const missing = rows.filter((row) => !found.includes(row));
    const complaint =
      missing.length > 0 ? `lacks ${missing.join('').trim()}` : 'has rows too many or out of order';
    return [`${MANUAL}, "${heading}": ${complaint}; UPDATE_GOLDEN=1 writes the table`];
  }
  return [];
}
