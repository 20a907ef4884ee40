#!/usr/bin/env bash
# run.sh ADDRESS: installs the client from its folder into an empty project and runs the sample there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$here/../../../clients/rust" && pwd)
address=${1:?usage: run.sh ADDRESS}

project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cd "$project"
cargo init --quiet --bin --vcs none --name quickstart
cp "$client/Cargo.lock" .
cargo add --quiet --path "$client"
cargo add --quiet tokio --features macros,rt-multi-thread
cargo add --quiet serde_json
cp "$here/main.rs" src/main.rs
# What other samples have compiled already is not compiled again.
export CARGO_TARGET_DIR="$client/target/samples"
cargo build --quiet --release --jobs 2
PROTOVEC_RECORDS=${PROTOVEC_RECORDS:-$here/../records.jsonl} "$CARGO_TARGET_DIR/release/quickstart" "$address"
