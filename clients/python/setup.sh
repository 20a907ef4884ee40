#!/usr/bin/env bash
# Makes .venv with the client and the pinned tools that generate, check and test it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "python3 is not installed or too old: Protovec's Python client needs Python 3.10 or newer" >&2
  exit 3
fi
pins=$(cat requirements-dev.txt pyproject.toml)
if [ "$(cat .venv/installed 2>/dev/null || true)" != "$pins" ]; then
  # Debian packages venv apart from python3; virtualenv comes with pip alone.
  if [ ! -x .venv/bin/pip ]; then
    rm -rf .venv
    python3 -m venv .venv 2>/dev/null || {
      rm -rf .venv .virtualenv
      python3 -m pip install --quiet --target .virtualenv virtualenv==21.15.8
      PYTHONPATH=.virtualenv python3 -m virtualenv --quiet .venv
    }
  fi
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  printf '%s\n' "$pins" >.venv/installed
fi
