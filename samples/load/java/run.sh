#!/usr/bin/env bash
# Builds the sample with the package from the folder, when something has changed, and runs it:
# run.sh ADDRESS COLLECTION VECTORS_FILE COUNT DIMENSION
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/../../../clients/java/install.sh"
classpath="$here/target/classpath"
if [ ! -e "$classpath" ] || [ -n "$(find "$here/pom.xml" "$here/src" -newer "$classpath" -print -quit)" ]; then
  mvn -q -B -ntp -f "$here/pom.xml" compile dependency:build-classpath \
    -Dmdep.outputFile="$classpath" >&2
fi
exec java -cp "$here/target/classes:$(cat "$classpath")" Load "$@"
