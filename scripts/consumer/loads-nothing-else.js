// Loading the main entry point must load only cdk8s, constructs and the constructs of this package.
const { sep } = require('node:path');

const before = new Set(Object.keys(require.cache));
require('cdk8s-namespace-jail');

const inPackage = (path, ...names) =>
  names.some((name) => path.includes(`${sep}node_modules${sep}${name}${sep}`));
const ours = (path) =>
  inPackage(path, 'cdk8s-namespace-jail') &&
  /build.(lib.(index|constructs|basics|kubernetes|linkerd|workloads)|imports)\b/.test(path);
const loaded = Object.keys(require.cache).filter((path) => !before.has(path));
const others = loaded.filter((path) => !ours(path) && !inPackage(path, 'cdk8s', 'constructs'));

if (loaded.length === 0 || others.length > 0) {
  console.error(`the main entry point loads ${others.length} modules it should not:\n${others.join('\n')}`);
  process.exit(1);
}
console.log(`${loaded.length} modules, all from cdk8s, constructs and this package`);
