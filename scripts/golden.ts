/** `npm run golden`: rewrites the golden files of the compiled examples. Read `git diff examples` afterwards. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const cli = join(root, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');

for (const example of readdirSync(join(root, 'examples')).sort()) {
  const app = `node build/examples/${example}/main.js`;
  const args = [
    cli,
    'synth',
    '--check-upgrade=false',
    '--app',
    app,
    '--output',
    `examples/${example}/golden`,
  ];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}
