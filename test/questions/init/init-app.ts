import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import * as cdk8s from 'cdk8s';
import ts from 'typescript';
import { Cluster } from '../../../lib/cluster/cluster';
import type { KubeObject, SourceObject } from '../../../lib/kubernetes/object';
import { fromObjects } from '../../../lib/manifests/parse';
import { readManifests } from '../../../lib/input/read';
import type { AppFile } from '../../../lib/questions/init/emit-project';
import { emitApp } from '../../../lib/questions/init/emit';
import type { InitOptions, InitPlan } from '../../../lib/questions/init/plan';
import { planInit } from '../../../lib/questions/init/plan-init';
import { ROOT } from '../../helpers/paths';

/** Manifests, what `init` makes of them, and the cluster with what the app synthesizes applied to it. */
export interface Jailed {
  readonly plan: InitPlan;
  readonly files: readonly AppFile[];
  /** What the app synthesizes. */
  readonly objects: readonly KubeObject[];
  readonly cluster: Cluster;
}

export function manifestsOf(...paths: string[]): readonly SourceObject[] {
  return readManifests(paths, { cwd: ROOT }).objects;
}

/** Plans, writes and runs an app; `rewrite` is what somebody does to its code in between. */
export function jailed(
  manifests: readonly SourceObject[],
  options: InitOptions = {},
  rewrite: (code: string) => string = (code) => code,
): Jailed {
  const plan = planInit(Cluster.fromObjects(manifests), options);
  const files = emitApp(plan, { packageSpec: '^0.1.0', input: 'manifests.yaml' });
  const objects = synthesized(files.map(({ path, text }) => ({ path, text: rewrite(text) })));
  return { plan, files, objects, cluster: applied(manifests, objects) };
}

/** The cluster after `kubectl apply` of some objects. */
export function applied(manifests: readonly SourceObject[], objects: readonly KubeObject[]): Cluster {
  const key = ({ kind, metadata }: KubeObject): string =>
    `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
  const replaced = new Set(objects.map(key));
  const kept = manifests.filter(({ object }) => !replaced.has(key(object)));
  return Cluster.fromObjects([...kept, ...fromObjects(objects).objects]);
}

export const enforced = (code: string): string => code.replaceAll("mode: 'audit',", "mode: 'deny',");

export function codeOf(files: readonly AppFile[]): AppFile[] {
  return files.filter(({ path }) => path.endsWith('.ts'));
}

/** Type errors of an app under the options of its own tsconfig.json, in one program. */
export function typeErrors(files: readonly AppFile[]): string[] {
  const config = JSON.parse(files.find(({ path }) => path === 'tsconfig.json')?.text ?? '{}') as object;
  const { compilerOptions } = config as { compilerOptions: Record<string, unknown> };
  const asked = ts.convertCompilerOptionsFromJson(compilerOptions, ROOT).options;
  const options: ts.CompilerOptions = {
    ...asked,
    // Our own sources stand in for the published declarations, and they want a later library
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    esModuleInterop: true,
    paths: { 'cdk8s-namespace-jail': [join(ROOT, 'lib', 'index.ts')] },
    noEmit: true,
    types: ['node'],
  };
  const folder = join(ROOT, 'test', 'review', 'app');
  const sources = new Map(codeOf(files).map(({ path, text }) => [join(folder, path), text]));
  const host = ts.createCompilerHost(options);
  const disk = {
    exists: host.fileExists.bind(host),
    read: host.readFile.bind(host),
    source: host.getSourceFile.bind(host),
  };
  host.fileExists = (path) => sources.has(path) || disk.exists(path);
  host.readFile = (path) => sources.get(path) ?? disk.read(path);
  host.directoryExists = () => true;
  host.getSourceFile = (path, target, ...rest) => {
    const text = sources.get(path);
    return text === undefined ? disk.source(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) =>
        `${path.slice(folder.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
  });
}

/** Runs an app's `main.ts` in this process and gives the objects of its charts. */
export function synthesized(files: readonly AppFile[]): KubeObject[] {
  const outdir = mkdtempSync(join(tmpdir(), 'init-'));
  const apps: cdk8s.App[] = [];
  class App extends cdk8s.App {
    public constructor() {
      super({ outdir });
      apps.push(this);
    }
  }
  const sources = new Map(files.map(({ path, text }) => [path, text]));
  const loaded = new Map<string, object>();
  const load = (path: string): object => {
    const known = loaded.get(path);
    if (known !== undefined) return known;
    const exports = {};
    loaded.set(path, exports);
    const { outputText } = ts.transpileModule(sources.get(path) ?? '', {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const required = (name: string): unknown => {
      if (name.startsWith('.')) return load(`${posix.join(posix.dirname(path), name)}.ts`);
      return name === 'cdk8s' ? { ...cdk8s, App } : jest.requireActual(name);
    };
    // Running what was written is what this is for
    new Function('require', 'exports', outputText)(required, exports);
    return exports;
  };
  try {
    load('main.ts');
    return apps.flatMap((app) => app.charts.flatMap((chart) => chart.toJson() as KubeObject[]));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
