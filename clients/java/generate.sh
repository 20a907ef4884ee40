#!/usr/bin/env bash
# Generates the messages and stubs to target/; every build does, so that none are committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mvn -q -B -ntp generate-sources
