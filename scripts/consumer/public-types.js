// The published types of the main entry point must name neither generated types (a new import would change our API)
// nor those of cdk8s-cli (a project without it could not compile).
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

const root = dirname(require.resolve('cdk8s-namespace-jail'));
const seen = new Set();
const problems = [];

function follow(file) {
  if (seen.has(file)) return;
  seen.add(file);
  if (/[\\/]build[\\/]imports[\\/]/.test(file)) problems.push(`${file} is generated`);
  for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
    if (target.startsWith('.')) follow(`${join(dirname(file), target)}.d.ts`);
    else if (target !== 'cdk8s' && target !== 'constructs') problems.push(`${file} names ${target}`);
  }
}

follow(join(root, 'index.d.ts'));
if (seen.size < 5 || problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${seen.size} type files, none generated`);
