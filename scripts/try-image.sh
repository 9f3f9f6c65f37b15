#!/usr/bin/env bash
# Builds the container image and uses it as pipelines do: as its own user, without a network, on files that it may only
# read. Where no container engine is, it says so and is done; test/packaging then is all that looks at the Dockerfile.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
engine="$(command -v docker || command -v podman || true)"
if [ -z "$engine" ] || ! "$engine" info >/dev/null 2>&1; then
  echo 'no container engine: the image was not built'
  exit 0
fi
image=namespace-jail:try
"$engine" build --quiet --tag "$image" "$root"
in_image() {
  "$engine" run --rm --read-only --network none --cap-drop ALL --volume "$root/test/docs-fixtures:/work:ro" "$@"
}
test "$(in_image "$image" --version)" = "$(node -p "require('$root/package.json').version")"
in_image "$image" check shop.yaml jail.yaml
in_image --entrypoint sh "$image" -c 'test "$(id -u)" -ne 0 && namespace-jail kinds'
