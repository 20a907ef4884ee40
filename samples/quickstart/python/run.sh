#!/usr/bin/env bash
# run.sh ADDRESS: installs the client from its folder into an empty environment and runs the sample there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$(cd "$here/../../../clients/python" && pwd)
address=${1:?usage: run.sh ADDRESS}

# For an environment of its own where Debian has no python3-venv.
"$client/setup.sh"
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cd "$project"
cp "$here/quickstart.py" .
"$client/.venv/bin/pip" install --quiet --disable-pip-version-check --target packages "$client"
PYTHONPATH=packages PROTOVEC_RECORDS="$here/../records.jsonl" "$client/.venv/bin/python" quickstart.py "$address"
