# Sourced by the run.sh of pages that are tested in a browser, with that script's arguments: WORK_FOLDER PROGRAM [TEST...].
# Sets work, program and source; sees to browser and packages (packages.sh). Afterwards fresh_folders and run_tests.
mkdir -p "$1"
work=$(realpath "$1")
program=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
tests=("${@:3}")
((${#tests[@]})) || tests=("$here"/*.test.mjs)
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$source/tests/report/browser/packages.sh"
export CHROMIUM WORK=$work DIARIST=$program SAMPLES=$source/samples

# Of what earlier runs left.
fresh_folders() {
  local name
  for name in "$@"; do
    rm -rf "${work:?}/$name"
    mkdir -p "$work/$name"
  done
}

# One file after the other: the browser is one, and frame times are measured.
run_tests() {
  local test status=0
  for test in "${tests[@]}"; do
    node --test --test-reporter=spec "$test" || status=1
  done
  return $status
}
