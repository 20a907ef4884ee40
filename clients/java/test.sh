#!/usr/bin/env bash
# Checks the format, compiles without a warning, and runs the unit tests and the conformance cases.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./setup.sh
mvn -B -ntp spotless:check verify "$@"
