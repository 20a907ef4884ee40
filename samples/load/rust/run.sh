#!/usr/bin/env bash
# run.sh ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION: builds the program and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../../clients/rust/target/samples

cargo build --quiet --locked --release --jobs 2 --manifest-path "$here/Cargo.toml" --target-dir "$target"
exec "$target/release/protovec-load" "$@"
