#!/usr/bin/env bash
# run.sh FILE: builds the program and verifies the snapshot file.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../../clients/rust/target/samples

cargo build --quiet --locked --release --jobs 2 --manifest-path "$here/Cargo.toml" --target-dir "$target"
exec "$target/release/protovec-verify" "$@"
