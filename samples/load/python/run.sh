#!/usr/bin/env bash
# run.sh ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION: installs what the program needs and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$here/../../../clients/python

"$client/setup.sh"
exec "$client/.venv/bin/python" "$here/load.py" "$@"
