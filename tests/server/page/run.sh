#!/usr/bin/env bash
# Runs the server's page in headless Chromium against the server.
#   tests/server/page/run.sh WORK_FOLDER PROGRAM [TEST...]
# WORK_FOLDER keeps the packages from npm (tests/report/browser/packages.sh), what the servers keep, and screenshots/. Exits with 77
# where there is no Chromium, Node.js 18 or package. CHROMIUM names another browser.
set -euo pipefail
. "$(dirname "$0")/../../report/browser/run_in_browser.sh"
fresh_folders servers screenshots
run_tests
