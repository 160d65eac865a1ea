#!/usr/bin/env bash
# Builds diarist with the small model pack in it, and checks its size, what it holds and that it diarizes.
#   tests/package/small.sh BUILD_FOLDER [DEFAULT_PROGRAM]
set -euo pipefail
build=$(realpath -m "$1")
cd "$(dirname "$0")/../.."
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDIARIST_MODEL=small >/dev/null
cmake --build "$build" --target diarist_cli
most=9000000
bytes=$(stat -c %s "$build/small.safetensors")
echo "small.safetensors: $bytes bytes"
((bytes <= most)) || { echo "more than $most bytes" >&2; exit 1; }
tests/package/size.sh 14000000 "$build/diarist"
listing=$("$build/diarist" inspect)
grep -Eq 'embedding\.seg_1\.weight +(palette|linear)8' <<<"$listing" || { echo "not quantized" >&2; exit 1; }
points() {
  "$1" samples/sample.wav -o "$build/sample.rttm"
  "$1" score samples/sample.rttm "$build/sample.rttm" --json | grep -m1 -o '"der": *[0-9.]*' | grep -o '[0-9.]*$'
}
small=$(points "$build/diarist")
echo "DER on the sample: $small"
if [[ ${2:-} ]]; then
  whole=$(points "$2")
  echo "with the default pack: $whole"
  awk -v a="$whole" -v b="$small" 'BEGIN { exit !(b - a <= 0.003) }'
fi
