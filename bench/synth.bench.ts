/**
 * What the jail adds to a whole `cdk8s synth` of the Emojivoto example, compared with an app whose same objects are bare
 * ApiObjects, both compiled (`npm run synth` compiles the example). The two take turns, process by process.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { JailedEmojivoto } from '../examples/emojivoto/chart';

const PAIRS = 15;
const root = join(__dirname, '..');
const cli = join(root, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
mkdirSync(join(root, 'build'), { recursive: true });
execFileSync(
  process.execPath,
  [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.examples.json'],
  { cwd: root },
);
const folder = mkdtempSync(join(root, 'build', 'synth-bench-'));

/** The example's own objects, each written out in full. */
function bareApp(): string {
  const objects = new JailedEmojivoto(new App(), 'emojivoto').toJson();
  const lines = objects.map(
    (object, at) => `new ApiObject(chart, 'object-${at}', ${JSON.stringify(object)});`,
  );
  return `const { ApiObject, App, Chart } = require('cdk8s');
const app = new App();
const chart = new Chart(app, 'emojivoto');
${lines.join('\n')}
app.synth();
`;
}

function synth(app: string, output: string): number {
  const args = [cli, 'synth', '--check-upgrade=false', '--app', `node ${app}`, '--output', output];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const bare = join(folder, 'bare.js');
writeFileSync(bare, bareApp());
const [jailedOutput, bareOutput] = [join(folder, 'jailed'), join(folder, 'plain')];
try {
  const pairs = Array.from({ length: PAIRS + 1 }, () => ({
    jailed: synth(join('build', 'examples', 'emojivoto', 'main.js'), jailedOutput),
    bare: synth(bare, bareOutput),
  })).slice(1);
  const [a, b] = [jailedOutput, bareOutput].map((out) =>
    readFileSync(join(out, 'emojivoto.k8s.yaml'), 'utf8'),
  );
  if (a !== b) throw new Error('the two apps write different manifests');
  const ratio = median(pairs.map((pair) => pair.jailed / pair.bare));
  console.log(`cdk8s synth of examples/emojivoto, ${PAIRS} pairs of processes (median)`);
  console.log(`  jail          ${median(pairs.map((pair) => pair.jailed)).toFixed(0)} ms`);
  console.log(`  bare objects  ${median(pairs.map((pair) => pair.bare)).toFixed(0)} ms`);
  console.log(`  ratio         ${ratio.toFixed(3)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
