#!/usr/bin/env bash
# Looks for what Maven cannot install: Java and Maven themselves.
set -euo pipefail
if ! command -v mvn > /dev/null || ! command -v javac > /dev/null; then
  echo 'the Java client needs a JDK 17 or newer and Maven 3.8 or newer' >&2
  exit 3
fi
