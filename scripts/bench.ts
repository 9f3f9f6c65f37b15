/** Runs every benchmark in bench/, or those whose file name contains one of the arguments. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();

let failed = 0;
for (const file of files) {
  const args = [...process.execArgv, '-r', 'ts-node/register/transpile-only', join('bench', file)];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed++;
}
if (files.length === 0) console.error(`no benchmark matches ${wanted.join(' ')}`);
process.exitCode = failed > 0 || files.length === 0 ? 1 : 0;
