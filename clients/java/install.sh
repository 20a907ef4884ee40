#!/usr/bin/env bash
# Puts the package into the local Maven repository, unless it is there and nothing has changed since.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./setup.sh
installed="$HOME/.m2/repository/io/protovec/protovec-client/0.1.0/protovec-client-0.1.0.jar"
if [ -e "$installed" ] && [ -z "$(find pom.xml src/main ../../proto -newer "$installed" -print -quit)" ]; then
  exit 0
fi
mvn -q -B -ntp install -Dmaven.test.skip >&2
touch "$installed"
