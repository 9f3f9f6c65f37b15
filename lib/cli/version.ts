import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of this package; the compiled command is one folder deeper than its source. */
export function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = readPackage(join(folder, 'package.json'));
    if (found?.name === 'cdk8s-namespace-jail') return found.version;
  }
  return 'unknown';
}

function readPackage(path: string): { readonly name: string; readonly version: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
  } catch {
    return undefined;
  }
}
