#!/usr/bin/env bash
# Compiles library and program with another compiler, static and shared, every warning being an error; holds what the program says
# of the sample against DEFAULT_PROGRAM, and what the shared library shows against the list.
#   tests/package/compiler.sh C_COMPILER CXX_COMPILER BUILD_FOLDER DEFAULT_PROGRAM
# Exits with 77 where there is no such compiler.
set -euo pipefail
cc=$1 cxx=$2
build=$(realpath -m "$3")
program=$(realpath "$4")
cd "$(dirname "$0")/../.."
for compiler in "$cc" "$cxx"; do
  command -v "$compiler" >/dev/null || { echo "skipped: $compiler is not installed"; exit 77; }
done
"$cxx" --version | head -n 1
for kind in static shared; do
  shared=OFF
  [[ $kind == static ]] || shared=ON
  cmake -S . -B "$build/$kind" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
    -DBUILD_SHARED_LIBS=$shared -DDIARIST_TESTS=OFF >/dev/null
  target=diarist
  [[ $kind == shared ]] || target=diarist_cli
  cmake --build "$build/$kind" --target $target | tee "$build/log"
  ! grep -i 'warning:' "$build/log"
  echo "$kind: no warnings"
done
/usr/bin/python3 tests/capi/check_symbols.py include/diarist/diarist.h tests/capi/symbols.txt "$build/shared/libdiarist.so"

"$program" samples/sample.wav --quiet -f rttm >"$build/expected.rttm"
"$build/static/diarist" samples/sample.wav --quiet -f rttm >"$build/found.rttm"
[[ -s $build/found.rttm ]]
# Compilers differ in how they contract products and sums, which may move a boundary by a frame.
"$program" score "$build/expected.rttm" "$build/found.rttm" --json >"$build/score.json"
der=$(grep -m1 -o '"der": *[0-9.e-]*' "$build/score.json" | grep -o '[0-9.e-]*$')
echo "DER against the default compiler's: $der"
awk -v der="$der" 'BEGIN { exit !(der <= 0.005) }'
