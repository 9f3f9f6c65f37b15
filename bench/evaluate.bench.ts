/**
 * What it costs to judge a jail of 1,000 workloads over parsing its YAML (`evaluation.ts`). Compiled and in a process of
 * its own, as whoever uses the package has it: the compiler's own memory would make every garbage collection longer.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.examples.json'], { cwd: root, stdio: 'inherit' });
execFileSync(process.execPath, [join(root, 'build', 'bench', 'evaluation.js')], { stdio: 'inherit' });
