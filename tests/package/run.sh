#!/usr/bin/env bash
# Installs a build into a fresh prefix, builds an outside program against it and compares what the program prints
# with what the installed diarist says.
#   run.sh cmake|pkgconfig|shared BUILD_FOLDER WORK_FOLDER
set -euo pipefail
way=$1 build=$2 work=$3
source=$(cd "$(dirname "$0")/../.." && pwd)
sample=$source/samples/sample.wav
rm -rf "$work/prefix" "$work/outside"
mkdir -p "$work/outside"

if [[ $way == shared ]]; then
  cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON \
    -DDIARIST_DEVELOPER=OFF
  cmake --build "$work/build"
  build=$work/build
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
if [[ $way == pkgconfig ]]; then
  export PKG_CONFIG_PATH=$libdir/pkgconfig
  # shellcheck disable=SC2046
  c++ "$source/tests/package/outside.cpp" -o "$work/outside/outside" $(pkg-config --static --cflags --libs diarist)
else
  cmake -S "$source/tests/package" -B "$work/outside" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved"
  cmake --build "$work/outside"
fi
export LD_LIBRARY_PATH=$libdir

"$work/outside/outside" "$sample" >"$work/turns"
[[ -s $work/turns ]] || { echo "the outside program printed no turns" >&2; exit 1; }
"$work/moved/bin/diarist" --quiet -f rttm "$sample" |
  awk '{printf "%.2f %.2f %s\n", $4, $4 + $5, $8}' >"$work/expected"
# RTTM rounds starts and lengths: a boundary may differ in its last digit.
paste -d ' ' "$work/turns" "$work/expected" | awk '
  NF != 6 || $3 != $6 || ($1 - $4) ^ 2 > 0.011 ^ 2 || ($2 - $5) ^ 2 > 0.021 ^ 2 {print "differs: " $0; bad = 1}
  END {exit bad}'
cat "$work/turns"
