#!/usr/bin/env bash
# run.sh ADDRESS: installs the client from its folder into an empty module and runs the sample there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$here/../../../clients/go" && pwd)
address=${1:?usage: run.sh ADDRESS}

project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cd "$project"
cp "$here/main.go" .
go mod init example.com/quickstart 2>/dev/null
# Until the module is published: the folder in its place, and the versions that it is tested with.
go mod edit -require github.com/protovec/protovec/clients/go@v0.1.0 \
  -replace "github.com/protovec/protovec/clients/go=$client"
cp "$client/go.sum" .
go mod tidy 2>tidy.log || { cat tidy.log >&2; exit 1; }
go build -o quickstart .
PROTOVEC_RECORDS="$here/../records.jsonl" ./quickstart "$address"
