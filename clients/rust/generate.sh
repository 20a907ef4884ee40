#!/usr/bin/env bash
# Writes src/gen from the descriptor image of the schema, which `npm run generate` makes. The versions
# of the generators are those of generate/Cargo.lock, so that a second run changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cargo run --quiet --locked --jobs 2 --manifest-path generate/Cargo.toml -- \
  ../../src/gen/protovec.binpb src/gen
