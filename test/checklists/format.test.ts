import { ALIASES } from '../../lib/cli/aliases';
import { program } from '../../lib/cli/main';
import { SILENT } from './commands';
import { expectNothingForgotten, filesIn, isThere, textOf } from './files';

/** "Add an output format" of CONTRIBUTING.md: whatever is forgotten is named here. Folders of `lib/report` that are not called like their command. */
const FOLDERS: Readonly<Record<string, string>> = { check: 'findings', test: 'suite' };

/** What a golden file of a format ends with. */
const ENDINGS: Readonly<Record<string, string>> = {
  text: 'txt',
  json: 'json',
  csv: 'csv',
  markdown: 'md',
  mermaid: 'mmd',
  dot: 'dot',
  junit: 'xml',
};

/** Formats that are part of the file of another one. */
const WITHIN: Readonly<Record<string, string>> = { wide: 'text' };

/** Formats that a test of their own holds instead of golden files. */
const TESTED: Readonly<Record<string, string>> = {
  wide: 'test/cli/authz.test.ts',
  sarif: 'test/report/findings/sarif.test.ts',
};

/** Other words for a command have its formats. */
const other = new Set(ALIASES.map(({ name }) => name));

const rows = program([], SILENT).commands.flatMap((command) => {
  if (other.has(command.name())) return [];
  const output = command.options.find(({ long }) => long === '--output');
  return (output?.argChoices ?? []).map((format) => [command.name(), format] as const);
});

it('finds the formats of all commands', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map(([command]) => command)).size).toBeGreaterThan(8);
});

describe.each(rows)('%s -o %s', (command, format) => {
  it('is a file of its own', () => {
    const file = `lib/report/${FOLDERS[command] ?? command}/${WITHIN[format] ?? format}.ts`;
    expectNothingForgotten(isThere(file) ? [] : [`${file} is missing`]);
  });

  it("is described on the command's page", () => {
    const page = `docs/${command}.md`;
    const isSaid = new RegExp(`(-o|--format) ${format}\\b|\`${format}\``).test(textOf(page));
    expectNothingForgotten(
      isSaid || format === 'text' ? [] : [`${page} does not say what -o ${format} prints`],
    );
  });

  it('is held by a golden file or by a test', () => {
    const own = TESTED[format];
    if (own !== undefined) {
      expectNothingForgotten(textOf(own).includes(format) ? [] : [`${own} does not try ${format}`]);
      return;
    }
    const [folder, ending] = [`test/golden/${command}`, ENDINGS[format] ?? format];
    const isHeld = isThere(folder) && filesIn(folder, `.${ending}`).length > 0;
    expectNothingForgotten(
      isHeld ? [] : [`${folder} has no file .${ending}; add an example to test/cli that prints it`],
    );
  });
});
