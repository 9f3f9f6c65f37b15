#!/usr/bin/env bash
# Packs the package, installs it into an empty project (the folder given) as `cdk8s init typescript-app` sets one up,
# and uses it there: types, synth, the main entry point's modules, the command under both its names, and its pages.
set -euo pipefail
project="$1"
root="$(cd "$(dirname "$0")/.." && pwd)"
mkdir -p "$project"

version() {
  node -p "require('$root/package.json').devDependencies['$1']"
}

tarball="$(cd "$root" && npm pack --silent --pack-destination "$project" | tail -n 1)"
cp -R "$root"/scripts/consumer/* "$project"
cd "$project"
# A tarball of the same name counts as installed, whatever is in it
rm -rf package-lock.json node_modules/.package-lock.json node_modules/cdk8s-namespace-jail
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

# Both entry points, by import and by require, and their types in every way TypeScript resolves them
node doors/import.mjs
node doors/require.cjs
for resolution in node10 node16 bundler; do npx tsc -p "doors/tsconfig.$resolution.json"; done

npx --no-install namespace-jail --version
# As a plugin, under which name it shows itself
PATH="$PWD/node_modules/.bin:$PATH" kubectl-namespace_jail --help | grep -q '^Usage: kubectl namespace-jail '

# What the README links to and a reader without a network needs
installed=node_modules/cdk8s-namespace-jail
for page in README.md CHANGELOG.md SECURITY.md LICENSE docs/README.md docs/in-pipelines.md docs/rules/probe-refused.md; do
  test -s "$installed/$page"
done
for room in test scripts .github action; do test ! -e "$installed/$room"; done
