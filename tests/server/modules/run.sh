#!/usr/bin/env bash
# Tests the modules of the server's page by themselves, in Node.js.
#   tests/server/modules/run.sh
# Exits with 77 where there is no Node.js 18 or later.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null || skip "Node.js is not installed"
(($(node -p 'process.versions.node.split(".")[0]') >= 18)) || skip "Node.js is older than 18"
exec node --test --test-reporter=spec "$here"/*.test.mjs
