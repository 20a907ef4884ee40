#!/usr/bin/env bash
# run.sh ADDRESS COLLECTION FROM_SNAPSHOT_ID TO_SNAPSHOT_ID: installs the client from its folder into an
# empty project and runs the program there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$here/../../../clients/typescript" && pwd)

project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cp "$here/diff.ts" "$project"
(cd "$client" && npm run --silent build && npm pack --silent --pack-destination "$project") >/dev/null
(
  cd "$project"
  npm init --yes --silent --init-type module
  npm install --silent --no-audit --no-fund ./*.tgz typescript@6.0.3 @types/node@20.19.43
  npx tsc --strict --module nodenext --target es2023 --types node diff.ts
) >/dev/null
node "$project/diff.js" "$@"
