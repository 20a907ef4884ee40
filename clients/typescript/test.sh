#!/usr/bin/env bash
# Checks format and runs the tests of the client, the conformance cases among them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
npx biome ci clients/typescript
npx mocha 'clients/typescript/test/**/*.test.ts'
