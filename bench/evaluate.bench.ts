/**
 * What judging a jail of 1,000 workloads costs compared with parsing its YAML (`evaluation.ts`). Compiled and in a
 * separate process, as package users run it: the compiler's own memory would make every garbage collection longer.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.examples.json'], { cwd: root, stdio: 'inherit' });
execFileSync(process.execPath, [join(root, 'build', 'bench', 'evaluation.js')], { stdio: 'inherit' });
