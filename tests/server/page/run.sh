#!/usr/bin/env bash
# Runs the server's page in headless Chromium against the server.
#   tests/server/page/run.sh WORK_FOLDER PROGRAM [TEST...]
# WORK_FOLDER keeps the packages from npm (tests/report/browser/packages.sh), what the servers keep, and screenshots/. Exits with 77
# where there is no Chromium, Node.js 18 or package. CHROMIUM names another browser.
set -euo pipefail
mkdir -p "$1"
work=$(realpath "$1")
program=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../../.." && pwd)
. "$source/tests/report/browser/packages.sh"

rm -rf "$work/servers" "$work/screenshots"
mkdir -p "$work/servers" "$work/screenshots"
export CHROMIUM WORK=$work DIARIST=$program SAMPLES=$source/samples
tests=("$@")
((${#tests[@]})) || tests=("$here"/*.test.mjs)
status=0
for test in "${tests[@]}"; do
  node --test --test-reporter=spec "$test" || status=1
done
exit $status
