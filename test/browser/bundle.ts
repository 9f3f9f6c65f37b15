import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { buildSync, type Metafile } from 'esbuild';
import type { can } from './can';
import { ROOT } from '../helpers/paths';

const RREGEX = 'node_modules/rregex/lib';
const { EDGES } = jest.requireActual<{ EDGES: readonly string[] }>('../../scripts/rooms.cjs');

export interface Bundle {
  readonly script: string;
  readonly metafile: Metafile;
}

/** Every file of the core. */
export function coreFiles(): string[] {
  const lib = join(ROOT, 'lib');
  return readdirSync(lib, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !EDGES.includes(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(lib, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => relative(ROOT, join(lib, name, file))),
    )
    .sort();
}

/** The files as one script for a browser that leaves what ./can exports in `core`. */
export function bundle(files: readonly string[]): Bundle {
  const contents = [
    ...files.map((file) => `import ${JSON.stringify(`./${file}`)};`),
    "export * from './test/browser/can';",
    // As a page would: the web build, and its WebAssembly as bytes that were fetched.
    "import { useRegexEngine } from './lib/linkerd/regex';",
    `import { initSync, RRegex } from './${RREGEX}/web.js';`,
    'export const start = (module) => { initSync({ module }); useRegexEngine(() => RRegex); };',
  ].join('\n');
  const { outputFiles, metafile } = buildSync({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'core',
    logLevel: 'silent',
  });
  return { script: outputFiles[0]?.text ?? '', metafile };
}

/** What the script needs that is of browsers, not of JavaScript. */
const BROWSER = { structuredClone, TextDecoder, TextEncoder, URLSearchParams };

/** Runs the script where nothing of Node is. */
export function canOf({ script }: Bundle): typeof can {
  const context = createContext({ ...BROWSER });
  runInContext(script, context);
  const start = runInContext('core.start', context) as (wasm: Uint8Array) => void;
  start(readFileSync(join(ROOT, RREGEX, 'rregex.wasm')));
  return runInContext('core.can', context) as typeof can;
}
