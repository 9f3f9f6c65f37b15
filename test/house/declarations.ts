import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../helpers/paths';

/** A name that the published types of a door use. */
export interface ReachableName {
  readonly name: string;
  /** Where it is declared, from the root of the repository: `lib/cluster/pod.d.ts`. */
  readonly file: string;
  /** Whether the door exports it, under this name or another one. */
  readonly isExported: boolean;
}

/** Everything of ours that the types of a door lead to, as somebody with the published package meets it. */
export function namesReachableFrom(door: string): ReachableName[] {
  const declarations = emitDeclarations(join(ROOT, door));
  const entry = join(ROOT, door.replace(/\.ts$/, '.d.ts'));
  const program = programOf(entry, declarations);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  const resolve = (symbol: ts.Symbol): ts.Symbol =>
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

  const exported = new Set(checker.getExportsOfModule(module).map(resolve));
  const reached = new Set(exported);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node);
      const symbol = found && resolve(found);
      if (symbol !== undefined && isOurs(symbol)) reached.add(symbol);
    }
    ts.forEachChild(node, visit);
  };
  // A set gives what is added to it while it is walked.
  for (const symbol of reached) symbol.declarations?.forEach(visit);

  return [...reached].map((symbol) => ({
    name: symbol.name,
    file: fileOf(symbol).slice(ROOT.length + 1),
    isExported: exported.has(symbol),
  }));

  function isOurs(symbol: ts.Symbol): boolean {
    const declaration = symbol.declarations?.[0];
    return declaration !== undefined && isNamed(declaration) && declarations.has(fileOf(symbol));
  }
}

/** Types, classes and the like; a member, a parameter or a type parameter needs no export. */
function isNamed(node: ts.Declaration): boolean {
  return (
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    (ts.isVariableDeclaration(node) && ts.isVariableStatement(node.parent.parent))
  );
}

function fileOf(symbol: ts.Symbol): string {
  return symbol.declarations?.[0]?.getSourceFile().fileName ?? '';
}

const { options: OPTIONS } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(ROOT, 'tsconfig.build.json'), (name) => ts.sys.readFile(name)).config,
  ts.sys,
  ROOT,
);

/** The text of each `.d.ts`, by the name that it would have beside its source. */
function emitDeclarations(door: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const options: ts.CompilerOptions = {
    ...OPTIONS,
    declaration: true,
    emitDeclarationOnly: true,
    noEmit: false,
    incremental: false,
    outDir: ROOT,
    rootDir: ROOT,
  };
  ts.createProgram([door], options).emit(undefined, (name, text) => texts.set(name, text));
  return texts;
}

function programOf(entry: string, declarations: ReadonlyMap<string, string>): ts.Program {
  const host = ts.createCompilerHost(OPTIONS);
  const disk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
  // The sources are not there: only what is published is.
  const isSource = (name: string): boolean => name.startsWith(join(ROOT, 'lib')) && !declarations.has(name);
  host.fileExists = (name) => declarations.has(name) || (!isSource(name) && disk.fileExists(name));
  host.readFile = (name) => declarations.get(name) ?? (isSource(name) ? undefined : disk.readFile(name));
  return ts.createProgram(
    [entry],
    { ...OPTIONS, noEmit: true, declaration: false, incremental: false },
    host,
  );
}
