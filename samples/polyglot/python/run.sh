#!/usr/bin/env bash
# run.sh ADDRESS COLLECTION SECONDS: installs what the program needs and runs it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
client=$here/../../../clients/python

"$client/setup.sh"
exec "$client/.venv/bin/python" "$here/searches.py" "$@"
