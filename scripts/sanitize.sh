#!/usr/bin/env bash
# Builds with sanitizers and runs the tests under them.
#   scripts/sanitize.sh asan|tsan [CTEST_ARGUMENT...]
# Tests labelled slow or golden run in the release build only: under a sanitizer they take many minutes and
# walk the same code as the small ones.
set -euo pipefail
preset=$1
shift
cd "$(dirname "$0")/.."
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
ctest --preset "$preset" -LE 'slow|golden' -j "$(nproc)" "$@"
# A gigabyte or three, and nobody comes back for them there.
[[ -z ${CI:-} ]] || rm -rf "build/$preset/tests"
