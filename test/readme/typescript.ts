import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import ts from 'typescript';
import type { Block } from './blocks';
import { ROOT } from '../helpers/paths';

/** What a block without imports may use: every name of the package, and a chart. */
const PRELUDE = `import { ApiObject, App, Chart } from 'cdk8s';
import { Client, ExceptionRule, NamespaceJail, PortServer, ProxyProtocol } from 'cdk8s-namespace-jail';
const app = new App();
const chart = new Chart(app, 'docs');
void [Client, ExceptionRule, NamespaceJail, PortServer, ProxyProtocol, chart];
`;

function sourceOf(block: Block): string {
  return /^import /m.test(block.text) ? block.text : `${PRELUDE}${block.text}`;
}

/** Type errors of all blocks, checked as one program: starting a program is what takes the time. */
export function typeErrors(blocks: readonly Block[]): string[] {
  const configFile = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(configFile.config, ts.sys, ROOT);
  const files = new Map(blocks.map((block, index) => [join(ROOT, 'test', `docs-block-${index}.ts`), block]));
  const host = ts.createCompilerHost(options);
  const own = {
    exists: host.fileExists.bind(host),
    read: host.readFile.bind(host),
    source: host.getSourceFile.bind(host),
  };
  host.fileExists = (path) => files.has(path) || own.exists(path);
  host.readFile = (path) => textOf(files, path) ?? own.read(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = textOf(files, path);
    return text === undefined ? own.source(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  // A block shows one thing: that it does not use a value afterwards is no fault
  const checked = { ...options, noEmit: true, noUnusedLocals: false, incremental: false };
  const program = ts.createProgram([...files.keys()], checked, host);
  return [...files].flatMap(([path, block]) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${block.place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

function textOf(files: ReadonlyMap<string, Block>, path: string): string | undefined {
  const block = files.get(path);
  return block === undefined ? undefined : sourceOf(block);
}

/** Runs a block and gives the objects of every app that it makes. */
export function run(block: Block): object[] {
  const outdir = mkdtempSync(join(tmpdir(), 'docs-'));
  const apps: cdk8s.App[] = [];
  class App extends cdk8s.App {
    public constructor(props: cdk8s.AppProps = {}) {
      super({ ...props, outdir });
      apps.push(this);
    }
  }
  const load = (name: string): unknown => (name === 'cdk8s' ? { ...cdk8s, App } : jest.requireActual(name));
  const compilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  const { outputText } = ts.transpileModule(sourceOf(block), { compilerOptions });
  try {
    // Running the documentation is what this is for
    new Function('require', 'exports', outputText)(load, {});
    return apps.flatMap((app) => app.charts.flatMap((chart) => chart.toJson() as object[]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
