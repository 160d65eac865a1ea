#!/usr/bin/env bash
# Runs the report in headless Chromium, as a reader would.
#   tests/report/browser/run.sh WORK_FOLDER PROGRAM [TEST...]
# WORK_FOLDER keeps the two packages from npm that drive the browser and look for barriers, the pages that were made, and
# screenshots/. Exits with 77 where there is no Chromium, Node.js 18 or package. CHROMIUM names another browser.
set -euo pipefail
mkdir -p "$1"
work=$(realpath "$1")
program=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../../.." && pwd)
. "$here/packages.sh"

rm -rf "$work/pages" "$work/screenshots"
mkdir -p "$work/pages" "$work/screenshots"
export CHROMIUM WORK=$work DIARIST=$program SAMPLES=$source/samples
node "$here/make_pages.mjs"
tests=("$@")
((${#tests[@]})) || tests=("$here"/*.test.mjs)
# One file after the other: the browser is one, and frame times are measured.
status=0
for test in "${tests[@]}"; do
  node --test --test-reporter=spec "$test" || status=1
done
exit $status
