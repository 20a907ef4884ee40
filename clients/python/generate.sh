#!/usr/bin/env bash
# Generates src/protovec/v1 from the descriptor image that `npm run generate` writes. The output is
# committed; a second run changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./setup.sh
image=../../src/gen/protovec.binpb
find src/protovec/v1 -name '*_pb2*' -delete
# The services that are not Protovec's own, and the server's storage, are not part of a client.
(cd ../../proto && ls protovec/v1/*.proto) | xargs .venv/bin/python -m grpc_tools.protoc \
  --descriptor_set_in="$image" --python_out=src --pyi_out=src --grpc_python_out=src
# Files without a service have empty stubs.
grep -L 'class .*Stub' src/protovec/v1/*_pb2_grpc.py | xargs --no-run-if-empty rm
