#!/usr/bin/env bash
# Runs the report in headless Chromium, as a reader would.
#   tests/report/browser/run.sh WORK_FOLDER PROGRAM [TEST...]
# WORK_FOLDER keeps the two packages from npm that drive the browser and look for barriers, the pages that were made, and
# screenshots/. Exits with 77 where there is no Chromium, Node.js 18 or package. CHROMIUM names another browser.
set -euo pipefail
. "$(dirname "$0")/run_in_browser.sh"
fresh_folders pages screenshots
node "$here/make_pages.mjs"
run_tests
