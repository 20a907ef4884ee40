#!/usr/bin/env bash
# run.sh ADDRESS: installs the client from its folder into an empty project and runs the sample there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$here/../../../clients/typescript" && pwd)
address=${1:?usage: run.sh ADDRESS}

project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cp "$here/quickstart.ts" "$here/../records.jsonl" "$project"
(cd "$client" && npm run --silent build && npm pack --silent --pack-destination "$project" >/dev/null)
cd "$project"
npm init --yes --silent --init-type module >/dev/null
npm install --silent --no-audit --no-fund ./*.tgz typescript@6.0.3 @types/node@20.19.43
npx tsc --strict --module nodenext --target es2023 --types node quickstart.ts
node quickstart.js "$address"
