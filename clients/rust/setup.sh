#!/usr/bin/env bash
# Fetches the crates of the lock file. Everything else is the Rust toolchain: 1.88 or newer, with
# cargo fmt and cargo clippy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for tool in cargo rustc rustfmt cargo-clippy; do
  if ! command -v "$tool" >/dev/null; then
    echo "clients/rust: $tool is not installed; install Rust 1.88 or newer with rustfmt and clippy" >&2
    exit 3
  fi
done
minor=$(rustc --version | sed -E 's/^rustc 1\.([0-9]+)\..*/\1/')
if [ "$minor" -lt 88 ]; then
  echo "clients/rust: $(rustc --version) is too old; install Rust 1.88 or newer" >&2
  exit 3
fi
for manifest in Cargo.toml generate/Cargo.toml; do
  cargo fetch --quiet --locked --manifest-path "$manifest"
done
