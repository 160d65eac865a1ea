#!/usr/bin/env bash
# What Python hands in wrongly, under AddressSanitizer and UndefinedBehaviorSanitizer: the extension built with both, and
# python/tests/test_errors.py run with it.
#   scripts/sanitize_python.sh PYTHON PROGRAM
# PYTHON is of an environment with nanobind and what the tests need, as python/tests/run.py makes one; PROGRAM is diarist.
# Exits with 77, saying so, where there is no such environment.
set -euo pipefail
python=$(realpath -s "$1")
program=$(realpath "$2")
cd "$(dirname "$0")/.."
if ! "$python" -c "import nanobind, pytest" 2>/dev/null; then
  echo "skipped: $1 is not there, or has neither nanobind nor pytest"
  exit 77
fi
cmake --preset asan -DDIARIST_PYTHON_MODULE=ON -DPython_EXECUTABLE="$python" >/dev/null
cmake --build --preset asan --target diarist_python
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
cp -r python/diarist "$package"
cp build/asan/src/python/_native*.so "$package/diarist"
# The interpreter is built without them: the libraries have to be there before it. What it never frees is its own affair.
runtimes="$(clang++ -print-file-name="libclang_rt.asan-$(uname -m).so") $(clang++ -print-file-name=libstdc++.so)"
tests=$PWD/python/tests/test_errors.py
cd "$package"
DIARIST_PROGRAM=$program PYTHONPATH=$package PYTHONMALLOC=malloc LD_PRELOAD=$runtimes \
  ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
  "$python" -m pytest -p no:cacheprovider -q "$tests"
