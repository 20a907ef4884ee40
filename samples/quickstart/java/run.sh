#!/usr/bin/env bash
# Installs the package from the folder, copies the sample to an empty project and runs it there:
# run.sh ADDRESS
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
"$here/../../../clients/java/install.sh"
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cp -R "$here/pom.xml" "$here/src" "$here/../records.jsonl" "$project"
cd "$project"
mvn -q -B -ntp compile dependency:build-classpath -Dmdep.outputFile=target/classpath >&2
java -cp "target/classes:$(cat target/classpath)" Quickstart "$@"
