#!/usr/bin/env bash
# Builds diarist with the small model pack in it, program and wheel, and checks their sizes, what they hold and that they diarize.
#   tests/package/small.sh BUILD_FOLDER [DEFAULT_PROGRAM]
set -euo pipefail
build=$(realpath -m "$1")
cd "$(dirname "$0")/../.."
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DDIARIST_MODEL=small -DDIARIST_TESTS=OFF >/dev/null
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

python=/usr/bin/python3
$python -m pip --version >/dev/null 2>&1 || { echo "no wheel: $python has no pip" >&2; exit ${CI:+1}; }
DIARIST_MODEL=small DIARIST_DEVELOPER=ON scripts/wheel.sh "$build/wheels" $python
wheel=$(ls "$build"/wheels/*.whl)
(($(stat -c %s "$wheel") <= 14000000)) || { echo "the wheel has more than 14 MB" >&2; exit 1; }
$python -m venv --clear --without-pip "$build/environment"
$python -m pip --python "$build/environment/bin/python" install --quiet "$wheel"
sample=$PWD/samples/sample.wav carried=$PWD/python/tests/carried.py
cd "$build"
environment/bin/python "$carried" "$sample" | cmp - <(./diarist --quiet -f rttm "$sample")
echo "the wheel gives the program's turns"
