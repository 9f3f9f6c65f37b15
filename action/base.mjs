/** The manifests as they are on the branch that a pull request goes to. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withoutSecrets } from './command.mjs';
import { InputError } from './inputs.mjs';

/** Checks the base out beside the workspace, and says where a path is there; `undefined` if the base does not have it. */
export function pathInBase({ base, path, cwd, scratch, env }) {
  const git = (...args) =>
    spawnSync('git', ['-C', cwd, ...args], { encoding: 'utf8', env: withoutSecrets(env) });
  const top = git('rev-parse', '--show-toplevel');
  if (top.status !== 0)
    throw new InputError(
      'diff compares with a commit, but this is no git checkout; run actions/checkout, or set old',
    );
  const commit = revision(git, base);
  const folder = join(scratch, 'base');
  const added = git('worktree', 'add', '--detach', '--force', folder, commit);
  if (added.status !== 0) throw new InputError(`cannot check out ${base}: ${added.stderr.trim()}`);
  const found = join(folder, relative(top.stdout.trim(), join(cwd, path)));
  return {
    folder,
    path: existsSync(found) ? found : undefined,
    remove: () => git('worktree', 'remove', '--force', folder),
  };
}

/** A checkout of a single commit lacks the base, so it is fetched. */
function revision(git, base) {
  const known = () => {
    for (const name of [base, `origin/${base}`]) {
      const { status, stdout } = git('rev-parse', '--verify', '--quiet', `${name}^{commit}`);
      if (status === 0) return stdout.trim();
    }
    return undefined;
  };
  const here = known();
  if (here !== undefined) return here;
  const fetched = git('fetch', '--no-tags', '--depth=1', 'origin', base);
  if (fetched.status !== 0)
    throw new InputError(
      `cannot fetch ${base}: ${fetched.stderr.trim()}; set old, or fetch-depth: 0 for actions/checkout`,
    );
  return known() ?? git('rev-parse', 'FETCH_HEAD').stdout.trim();
}
