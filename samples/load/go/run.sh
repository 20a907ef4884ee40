#!/usr/bin/env bash
# run.sh ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION: builds the program and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$here/../../../clients/go/.tools/samples

mkdir -p "$build"
(cd "$here" && go build -o "$build/load" .)
exec "$build/load" "$@"
