import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const LIB = join(__dirname, '..', 'lib');

/** Names that more than one file declares, and why each must be the same word. */
const SHARED: Readonly<Record<string, string>> = {
  register: 'every command is a file that registers itself',
  Cluster: 'what /analysis calls a Cluster is the door to the Cluster of the engine, which nobody else sees',
};

/** The names that a file declares and exports, types included; what it passes on from others does not count. */
function exportsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    return 'name' in statement ? [(statement.name as ts.Identifier).text] : [];
  });
}

function homonyms(): Map<string, string[]> {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const declared = new Map<string, string[]>();
  for (const file of files) {
    for (const name of new Set(exportsOf(join(LIB, file)))) {
      declared.set(name, [...(declared.get(name) ?? []), `lib/${file}`]);
    }
  }
  expect(declared.size).toBeGreaterThan(500);
  return new Map([...declared].filter(([, where]) => where.length > 1));
}

describe('one word for one thing', () => {
  it('no name is exported by two files, unless the reason is given', () => {
    const unexplained = [...homonyms()].filter(([name]) => SHARED[name] === undefined);
    expect(unexplained.map(([name, files]) => `${name}: ${files.join(', ')}`)).toEqual([]);
  });

  it('no reason is given for a name that only one file exports', () => {
    const shared = homonyms();
    expect(Object.keys(SHARED).filter((name) => !shared.has(name))).toEqual([]);
  });
});
