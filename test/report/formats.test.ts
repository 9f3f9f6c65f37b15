import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../../lib/cli/main';
import { ROOT } from '../cli/run';

const SILENT = {
  stdin: () => '',
  out: () => undefined,
  err: () => undefined,
  cwd: ROOT,
  isTty: false,
  env: {},
  setExit: () => undefined,
};

/** Folders of `lib/report` that are not called like their command. */
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

const rows = program([], SILENT).commands.flatMap((command) => {
  const output = command.options.find(({ long }) => long === '--output');
  return (output?.argChoices ?? []).map((format) => [command.name(), format] as const);
});

it('finds the formats of all commands', () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map(([command]) => command)).size).toBeGreaterThan(8);
});

describe.each(rows)('%s -o %s', (command, format) => {
  it('is a file of its own', () => {
    const folder = `lib/report/${FOLDERS[command] ?? command}`;
    const files = readdirSync(join(ROOT, folder));
    expect({ [folder]: files }).toEqual({
      [folder]: expect.arrayContaining([`${WITHIN[format] ?? format}.ts`]),
    });
  });

  it("is described on the command's page", () => {
    const page = `docs/${command}.md`;
    const text = readFileSync(join(ROOT, page), 'utf8');
    const isSaid = format === 'text' || new RegExp(`(-o|--format) ${format}\\b|\`${format}\``).test(text);
    expect(isSaid ? '' : `${page} does not say what -o ${format} prints`).toBe('');
  });

  it('is held by a golden file or by a test', () => {
    const own = TESTED[format];
    if (own !== undefined) {
      expect([
        own,
        existsSync(join(ROOT, own)) && readFileSync(join(ROOT, own), 'utf8').includes(format),
      ]).toEqual([own, true]);
      return;
    }
    const ending = ENDINGS[format] ?? format;
    const files = readdirSync(join(ROOT, 'test/golden', command)).filter((file) =>
      file.endsWith(`.${ending}`),
    );
    expect(
      files.length > 0 ? '' : `test/golden/${command} has no .${ending}; add an example that prints it`,
    ).toBe('');
  });
});
