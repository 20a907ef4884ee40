#!/usr/bin/env bash
# Format, vet, and all tests with the race detector, conformance among them, against the built server
# (dist/). PROTOVEC_ADDRESS and its companions (test/conformance/README.md) name servers to use instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./setup.sh
unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
  echo "not formatted, run gofmt -w: $unformatted" >&2
  exit 1
fi
go vet ./...
# Not cached: the server, the cases and the golden files are not among what Go looks at.
race=()
if [ "$(go env CGO_ENABLED)" = 1 ] && command -v "$(go env CC)" >/dev/null; then race=(-race); fi
go test -count=1 -p 2 "${race[@]}" ./...
