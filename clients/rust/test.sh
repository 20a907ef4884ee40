#!/usr/bin/env bash
# Formatter, lints, documentation and all tests, conformance among them, against the built server (dist/).
# PROTOVEC_ADDRESS and its companions (test/conformance/README.md) name servers to use instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cargo fmt --check
cargo fmt --check --manifest-path generate/Cargo.toml
cargo clippy --quiet --locked --jobs 2 --all-targets -- -D warnings
# The reader of snapshot files alone, without tonic and tokio.
cargo clippy --quiet --locked --jobs 2 --no-default-features --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --jobs 2 --no-deps
cargo test --quiet --locked --jobs 2 --no-default-features
cargo test --quiet --locked --jobs 2
