#!/usr/bin/env bash
# Generates protovec/v1 from the descriptor image that `npm run generate` writes. The output is
# committed; a second run changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

buf=../../node_modules/.bin/buf
if [ ! -x "$buf" ]; then
  echo "$buf is missing: run npm ci in the repository's root" >&2
  exit 3
fi
./setup.sh
rm -rf protovec
"$buf" generate --template buf.gen.yaml
gofmt -w protovec
