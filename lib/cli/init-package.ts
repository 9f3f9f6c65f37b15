import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { valueAt, asText } from '../kubernetes/fields';
import { version } from './version';

/**
 * How the app's package.json refers to this package: by the file it was installed from, if any, so that the app gets the
 * very package that wrote it; otherwise by version.
 *
 * @param folder where the app's package.json will be
 */
export function packageSpec(folder: string): string {
  const installed = installedFrom(__dirname);
  return installed === undefined
    ? `^${version()}`
    : `file:${relative(folder, installed).replaceAll('\\', '/')}`;
}

/** The tarball recorded in npm's lock file of the node_modules folder that holds this package. */
function installedFrom(from: string): string | undefined {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) !== 'node_modules') continue;
    const lock = readJson(join(folder, '.package-lock.json'));
    const resolved = asText(valueAt(lock, 'packages', 'node_modules/cdk8s-namespace-jail', 'resolved'));
    return resolved?.startsWith('file:') === true
      ? resolve(dirname(folder), resolved.slice('file:'.length))
      : undefined;
  }
  return undefined;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
