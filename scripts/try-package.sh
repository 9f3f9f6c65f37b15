#!/usr/bin/env bash
# Packs the package, installs it into an empty project (the folder given) as `cdk8s init typescript-app` sets one up,
# and uses it there: types, synth, the front door's modules, and the command if the package has one.
set -euo pipefail
project="$1"
root="$(cd "$(dirname "$0")/.." && pwd)"
mkdir -p "$project"

version() {
  node -p "require('$root/package.json').devDependencies['$1']"
}

tarball="$(cd "$root" && npm pack --silent --pack-destination "$project" | tail -n 1)"
cp "$root"/scripts/consumer/* "$project"
cd "$project"
echo '{ "name": "consumer", "version": "1.0.0", "private": true }' >package.json
packages=()
for name in cdk8s constructs typescript ts-node @types/node; do packages+=("$name@$(version "$name")"); done
npm install --save-exact --no-fund --no-audit "${packages[@]}" "./$tarball"

npx tsc --noEmit
npx ts-node main.ts
grep -q 'config.linkerd.io/default-inbound-policy: deny' dist/shop.k8s.yaml
test "$(grep -c '^kind: Server$' dist/shop.k8s.yaml)" -eq 4
node loads-nothing-else.js
node public-types.js

# The analysis has a front door of its own, which resolves by its physical folder
if [ -f "node_modules/cdk8s-namespace-jail/build/lib/analysis.js" ]; then
  node -e "require('cdk8s-namespace-jail/analysis')"
fi
if [ -f "node_modules/cdk8s-namespace-jail/build/lib/cli/main.js" ]; then
  npx --no-install namespace-jail --version
else
  echo 'the package has no command yet'
fi
