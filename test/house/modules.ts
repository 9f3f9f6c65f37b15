import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../helpers/paths';

/** A file of TypeScript: what it exports, and what it takes from where. */
export interface Module {
  /** From the root of the repository: `lib/index.ts`. */
  readonly file: string;
  readonly exports: ReadonlyMap<string, Export>;
  readonly imports: readonly Import[];
}

export interface Export {
  readonly isType: boolean;
  /** Whether the file itself uses it; of a type, whether another export is declared with it. */
  readonly isUsedHere: boolean;
}

export interface Import {
  /** A file of the repository, or the name of a package. */
  readonly from: string;
  /** As the other file has them; `*` is all of it. */
  readonly names: readonly string[];
}

/** Every module in these folders of the repository. */
export function modulesIn(...folders: readonly string[]): Module[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => moduleAt(join(folder, file))),
  );
}

function moduleAt(file: string): Module {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return { file, exports: exportsOf(source), imports: importsOf(source) };
}

function exportsOf(source: ts.SourceFile): Map<string, Export> {
  const statements = source.statements.filter((statement) => !ts.isImportDeclaration(statement));
  const found = statements.filter(isExported).flatMap((statement) => {
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return declaredNames(statement).map((name): [string, Export] => {
      const users = statements.filter((other) => other !== statement && (!isType || isExported(other)));
      return [name, { isType, isUsedHere: users.some((other) => mentions(other, name, !isType)) }];
    });
  });
  const passedOn = statements.flatMap((statement) =>
    ts.isExportDeclaration(statement) ? elements(statement.exportClause) : [],
  );
  const nothing: Export = { isType: false, isUsedHere: false };
  return new Map([...found, ...passedOn.map(({ name }): [string, Export] => [name.text, nothing])]);
}

/** Whether a name occurs in a declaration. What an export is declared with is not in the body of a function. */
function mentions(node: ts.Node, name: string, inBodies: boolean): boolean {
  if (ts.isIdentifier(node) && node.text === name) return true;
  if (!inBodies && ts.isBlock(node)) return false;
  return ts.forEachChild(node, (child) => mentions(child, name, inBodies)) ?? false;
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function declaredNames(statement: ts.Statement): string[] {
  const declarations = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations
    : [statement as ts.DeclarationStatement];
  return declarations.flatMap(({ name }) => (name !== undefined && ts.isIdentifier(name) ? [name.text] : []));
}

function importsOf(source: ts.SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    imports.push({ from: fileOrPackage(source.fileName, specifier.text), names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { name, namedBindings } = node.importClause ?? {};
      add(node.moduleSpecifier, [
        ...importedNames(namedBindings),
        ...(name === undefined ? [] : ['default']),
      ]);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.exportClause === undefined ? ['*'] : importedNames(node.exportClause));
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, [node.qualifier?.getText() ?? '*']);
    } else if (ts.isCallExpression(node) && /^(?:require|import)$/.test(node.expression.getText())) {
      add(node.arguments[0], ['*']);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function importedNames(bindings: ts.Node | undefined): string[] {
  if (bindings !== undefined && (ts.isNamespaceImport(bindings) || ts.isNamespaceExport(bindings))) {
    return ['*'];
  }
  return elements(bindings).map(({ propertyName, name }) => (propertyName ?? name).text);
}

function elements(bindings: ts.Node | undefined): readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] {
  if (bindings === undefined || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return [];
  return [...bindings.elements];
}

function fileOrPackage(importer: string, specifier: string): string {
  if (!specifier.startsWith('.')) return /^(?:node:|@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const path = join(dirname(importer), specifier);
  const file = [`${path}.ts`, join(path, 'index.ts')].find((name) => ts.sys.fileExists(join(ROOT, name)));
  return file ?? path;
}
