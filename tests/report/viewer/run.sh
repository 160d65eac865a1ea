#!/usr/bin/env bash
# Tests the viewer's modules by themselves, in Node.js.
#   tests/report/viewer/run.sh WORK_FOLDER PROGRAM
# Exits with 77 where there is no Node.js 18 or later.
set -euo pipefail
mkdir -p "$1"
work=$(realpath "$1")
DIARIST=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
samples=$here/../../../samples
skip() { echo "skipped: $1"; exit 77; }
command -v node >/dev/null || skip "Node.js is not installed"
(($(node -p 'process.versions.node.split(".")[0]') >= 18)) || skip "Node.js is older than 18"

# Sound as pages hold it.
OGG_OPUS=$work/sample.ogg
"$DIARIST" report "$samples/sample.wav" "$samples/sample.rttm" --embed-audio -q -o "$work/sample.html"
sed -n 's/.*id="report-audio">data:audio\/ogg;base64,\([^<]*\)<.*/\1/p' "$work/sample.html" | base64 -d >"$OGG_OPUS"
export DIARIST OGG_OPUS
exec node --test --test-reporter=spec "$here"/*.test.mjs
