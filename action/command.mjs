/** Finds the command `namespace-jail`, or installs it, and runs it: without a shell, and without the token. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from './inputs.mjs';

const PACKAGE = 'cdk8s-namespace-jail';
const OWN = join(dirname(fileURLToPath(import.meta.url)), '..', 'package.json');

/** The script of the command: of the version asked for, else of the project's own package, else of this action's version. */
export function findCommand({ version, cwd, scratch, env }) {
  if (version === '') {
    const own = installedIn(cwd);
    if (own !== undefined) return own;
  }
  const wanted = version === '' ? JSON.parse(readFileSync(OWN, 'utf8')).version : version;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--prefix', scratch, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status, stderr, error } = spawnSync(npm, [...args, `${PACKAGE}@${wanted}`], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: 300_000,
    env: withoutSecrets(env),
    shell: process.platform === 'win32',
  });
  const found = status === 0 ? installedIn(scratch) : undefined;
  if (found !== undefined) return found;
  const why = (error?.message ?? stderr ?? '').trim().split('\n').slice(0, 5).join(' ');
  throw new InputError(
    `cannot install ${PACKAGE}@${wanted} (${why}); check the input version, or install the package in the project before this step`,
  );
}

function installedIn(folder) {
  // Not by name: a project that is called as this package would find itself.
  const folders = createRequire(join(folder, 'package.json')).resolve.paths(PACKAGE) ?? [];
  for (const modules of folders) {
    const file = join(modules, PACKAGE, 'package.json');
    if (!existsSync(file)) continue;
    const script = join(dirname(file), JSON.parse(readFileSync(file, 'utf8')).bin['namespace-jail']);
    if (existsSync(script)) return script;
  }
  return undefined;
}

/** Runs it. A command that did not end by itself has the status of bad input: it gave no answer. */
export function runCommand(script, argv, { cwd, env }) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...argv], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...withoutSecrets(env), NO_COLOR: '1' },
  });
  return {
    status: status === 0 || status === 1 ? status : 2,
    out: stdout ?? '',
    err: `${stderr ?? ''}${error === undefined ? '' : `\n${error.message}`}`.trim(),
  };
}

/** What runs code of the pull request needs no token. */
export function withoutSecrets(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^INPUT_|TOKEN|SECRET/i.test(name)));
}
