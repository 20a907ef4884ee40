#!/usr/bin/env bash
# Format, lint, types, and all tests, conformance among them, against the built server (dist/).
# PROTOVEC_ADDRESS and its companions (test/conformance/README.md) name servers to use instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./setup.sh
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/mypy
.venv/bin/pytest "$@"
