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
skip() { echo "skipped: $1"; exit 77; }
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[[ $CHROMIUM ]] || skip "Chromium is not installed"
command -v node >/dev/null || skip "Node.js is not installed"
(($(node -p 'process.versions.node.split(".")[0]') >= 18)) || skip "Node.js is older than 18"

# The last playwright-core that runs on Debian's Node.js 18.
packages=(playwright-core@1.60.0 axe-core@4.14.1)
wanted="${packages[*]}"
if [[ $(cat "$work/packages" 2>/dev/null) != "$wanted" ]]; then
  command -v npm >/dev/null || skip "npm is not installed"
  (cd "$work" && npm install --no-save --no-audit --no-fund --silent --prefix . "${packages[@]}") ||
    skip "npm reaches no registry"
  echo "$wanted" >"$work/packages"
fi

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
