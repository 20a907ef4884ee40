#!/usr/bin/env bash
# Installs the pinned generators into .tools and fetches the modules that go.mod names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

PROTOC_GEN_GO=v1.36.12
PROTOC_GEN_GO_GRPC=v1.6.2

if ! command -v go >/dev/null; then
  echo "go is not installed: Protovec's Go client needs Go 1.26 or newer" >&2
  exit 3
fi

pins="$PROTOC_GEN_GO $PROTOC_GEN_GO_GRPC"
if [ "$(cat .tools/versions 2>/dev/null || true)" != "$pins" ]; then
  mkdir -p .tools
  export GOBIN="$PWD/.tools"
  go install "google.golang.org/protobuf/cmd/protoc-gen-go@$PROTOC_GEN_GO"
  go install "google.golang.org/grpc/cmd/protoc-gen-go-grpc@$PROTOC_GEN_GO_GRPC"
  echo "$pins" >.tools/versions
fi
go mod download
