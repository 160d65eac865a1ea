#!/usr/bin/env bash
# Installs a build into a fresh prefix, builds outside programs in C++ and C against it and compares what they print
# with what the installed diarist says. Of a shared library also: what it shows, and Python and Go calling it.
#   run.sh cmake|pkgconfig|shared BUILD_FOLDER WORK_FOLDER
set -euo pipefail
way=$1 build=$2 work=$3
source=$(cd "$(dirname "$0")/../.." && pwd)
sample=$source/samples/sample.wav
rm -rf "$work/prefix" "$work/outside"
mkdir -p "$work/outside"

if [[ $way == shared ]]; then
  # Beside the other, as deep in the tree: to a compiler cache, paths are then the same.
  other=$build-shared
  cmake -S "$source" -B "$other" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DDIARIST_TESTS=OFF
  cmake --build "$other"
  build=$other
fi
cmake --install "$build" --prefix "$work/prefix"
libdir=$(dirname "$(find "$work/prefix" -name 'libdiarist.*' | head -n 1)")
for file in LICENSE NOTICE; do
  [[ -n $(find "$work/prefix/share" -name "$file") ]] || { echo "$file is not installed" >&2; exit 1; }
done

# The installed tree must do without the place it was built for: move it.
mv "$work/prefix" "$work/moved"
trap 'rm -rf "$work/moved"' EXIT
libdir=${libdir/#"$work/prefix"/"$work/moved"}
export PKG_CONFIG_PATH=$libdir/pkgconfig
# The example of the guide is the outside program in C.
/usr/bin/python3 "$source/tests/readme/run_examples.py" --readme "$source/docs/c.md" --show c >"$work/outside.c"
strict=(-std=c11 -pedantic -Wall -Wextra -Werror)
if [[ $way == pkgconfig ]]; then
  # shellcheck disable=SC2046
  c++ "$source/tests/package/outside.cpp" -o "$work/outside/outside" $(pkg-config --static --cflags --libs diarist)
  # shellcheck disable=SC2046
  cc "${strict[@]}" "$work/outside.c" -o "$work/outside/outside_c" $(pkg-config --static --cflags --libs diarist-c)
else
  cmake -S "$source/tests/package" -B "$work/outside" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved"
  cmake --build "$work/outside"
  # A project in C alone.
  cmake -S "$source/tests/package/c" -B "$work/outside/c" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved" \
    -DOUTSIDE_SOURCE="$work/outside.c" -DCMAKE_C_FLAGS="${strict[*]}"
  cmake --build "$work/outside/c"
  cp "$work/outside/c/outside_c" "$work/outside"
fi
export LD_LIBRARY_PATH=$libdir

"$work/outside/outside" "$sample" >"$work/turns"
[[ -s $work/turns ]] || { echo "the outside program printed no turns" >&2; exit 1; }
"$work/moved/bin/diarist" --quiet -f rttm "$sample" >"$work/expected.rttm"
awk '{printf "%.2f %.2f %s\n", $4, $4 + $5, $8}' "$work/expected.rttm" >"$work/expected"
# RTTM rounds starts and lengths: a boundary may differ in its last digit.
paste -d ' ' "$work/turns" "$work/expected" | awk '
  NF != 6 || $3 != $6 || ($1 - $4) ^ 2 > 0.011 ^ 2 || ($2 - $5) ^ 2 > 0.021 ^ 2 {print "differs: " $0; bad = 1}
  END {exit bad}'
cat "$work/turns"

same_rttm() {
  echo "the same from $1"
  cmp "$work/expected.rttm" "$work/found.rttm"
}
"$work/outside/outside_c" "$sample" 2>/dev/null >"$work/found.rttm"
same_rttm C
if [[ $way == shared ]]; then
  capi=$source/tests/capi
  /usr/bin/python3 "$capi/check_symbols.py" "$source/include/diarist/diarist.h" "$capi/symbols.txt" "$libdir/libdiarist.so"
  /usr/bin/python3 "$capi/with_ctypes.py" "$libdir/libdiarist.so" "$sample" >"$work/found.rttm"
  same_rttm "Python's ctypes"
  # Debian's own, whatever else is in PATH; nothing is fetched.
  go=$(PATH=/usr/bin command -v go || command -v go)
  (cd "$capi/with_go" && GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOCACHE=$work/go CGO_ENABLED=1 \
    "$go" build -buildvcs=false -o "$work/outside/with_go" .)
  "$work/outside/with_go" "$sample" >"$work/found.rttm"
  same_rttm Go
fi
