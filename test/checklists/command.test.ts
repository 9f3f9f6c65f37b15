import { VERBS } from '../../lib/cli/verbs';
import { expectNothingForgotten, filesIn, isThere, stem, textOf } from './files';

/** "Add a command" of CONTRIBUTING.md: whatever is forgotten is named here. */
const NAMES = VERBS.map(({ name }) => name);
const TESTS = filesIn('test/cli', '.test.ts').map(textOf).join('\n');

/** The reports that golden files of a command show, with the fields they have at the top. */
function reportsOf(name: string): Map<string, string[]> {
  const files = isThere(`test/golden/${name}`) ? filesIn(`test/golden/${name}`, '.json') : [];
  const reports = files.map((file) => JSON.parse(textOf(file)) as Readonly<Record<string, unknown>>);
  return new Map(
    reports.map(({ apiVersion: _, coverage: __, kind, ...fields }) => [String(kind), Object.keys(fields)]),
  );
}

/** The field that all reports have, as golden files show it. */
function coveragesOf(name: string): object[] {
  const files = isThere(`test/golden/${name}`) ? filesIn(`test/golden/${name}`, '.json') : [];
  const reports = files.map((file) => JSON.parse(textOf(file)) as { coverage?: object });
  expect(reports.filter(({ coverage }) => coverage === undefined)).toEqual([]);
  return reports.flatMap(({ coverage }) => coverage ?? []);
}

it('every file of lib/cli that registers a command has a row in verbs.ts', () => {
  const commands = filesIn('lib/cli', '.ts').filter((file) =>
    textOf(file).includes('export function register('),
  );
  expect(commands.length).toBeGreaterThan(10);
  expectNothingForgotten(
    commands.flatMap((file) =>
      NAMES.includes(stem(file)) ? [] : [`lib/cli/verbs.ts has no row for ${file}`],
    ),
  );
});

describe.each(NAMES)('%s', (name) => {
  it('has a file of its name', () => {
    expectNothingForgotten(isThere(`lib/cli/${name}.ts`) ? [] : [`lib/cli/${name}.ts is missing`]);
  });

  it('has a page, and rows that lead there', () => {
    const row = new RegExp(`^\\| \\[\`${name}\\b.*\\]\\(${name}\\.md\\) \\|`, 'm');
    expectNothingForgotten([
      ...(isThere(`docs/${name}.md`) ? [] : [`docs/${name}.md is missing`]),
      ...(row.test(textOf('docs/README.md')) ? [] : [`docs/README.md has no row for ${name}`]),
      ...(new RegExp(`^\\|.*\\]\\(docs/${name}\\.md\\)`, 'm').test(textOf('README.md'))
        ? []
        : [`README.md has no row for ${name}`]),
    ]);
  });

  it('is run by a test', () => {
    const isRun = new RegExp(`\\brun\\(\\[\\s*'${name}'|argv: \\['${name}'`).test(TESTS);
    expectNothingForgotten(isRun ? [] : [`no test runs ${name}: add test/cli/${name}.test.ts`]);
  });
});

it('docs/json.md describes what -o json prints, field by field', () => {
  const all = NAMES.flatMap((name) => [...reportsOf(name)].map(([kind, fields]) => ({ name, kind, fields })));
  expect(all.length).toBeGreaterThan(7);
  expectNothingForgotten(
    all.flatMap(({ name, kind, fields }) => {
      const contract = contractOf(name, kind);
      if (contract === undefined) return [`docs/json.md has no section ${kind} that is printed by ${name}`];
      return fields.flatMap((field) =>
        contract.includes(`"${field}":`) || new RegExp(`\`${field}\\b`).test(contract)
          ? []
          : [`docs/json.md: the section ${kind} does not describe ${field}`],
      );
    }),
  );
});

it('and, once for all of them, what an answer rests on', () => {
  const contract = textOf('docs/json.md').split('\n## coverage\n')[1]?.split('\n## ')[0] ?? '';
  const fields = new Set(NAMES.flatMap(coveragesOf).flatMap((coverage) => Object.keys(coverage)));
  expect(fields.size).toBeGreaterThan(5);
  expectNothingForgotten(
    [...fields].flatMap((field) =>
      new RegExp(`\`${field}\\b`).test(contract)
        ? []
        : [`docs/json.md: the section coverage does not describe ${field}`],
    ),
  );
});

/** What is documented of a report: a section of docs/json.md, or an example on the page that docs/json.md refers to. */
function contractOf(name: string, kind: string): string | undefined {
  const section = textOf('docs/json.md').split(`\n## ${kind}\n`)[1]?.split('\n## ')[0];
  if (section?.includes(`Printed by [\`${name}\`](${name}.md)`) === true) return section;
  const page = textOf(`docs/${name}.md`);
  const isReferred = textOf('docs/json.md').includes(`](${name}.md#`);
  return isReferred && page.includes(`"kind": "${kind}"`) ? page : undefined;
}
