#!/usr/bin/env bash
# Diarizes the sample with the release build, shows the turns and scores them against the reference.
set -euo pipefail
cd "$(dirname "$0")/.."
out=build/demo
mkdir -p "$out"
build/release/diarist samples/sample.wav -o "$out/" -f rttm,json,txt "$@"
echo
cat "$out/sample.txt"
echo
build/release/diarist score samples/sample.rttm "$out/sample.rttm"
echo
echo "Written: $out/sample.rttm, $out/sample.json, $out/sample.txt"
