#!/usr/bin/env bash
# Runs the AVX-512 kernels, with VNNI and without, on a machine that need not have them: in Bochs, which emulates a
# processor that does (tests/emulated/). The kernels' and nets' tests, which hold them against their scalar twins, and
# the program as a whole on the sample, whose turns are held against this machine's own.
#   scripts/avx512.sh [GTEST_FILTER]
# With a filter, only the tests that it names. What each printed is left under build/avx512/. The last line says how many
# tests passed with which instruction set.
set -euo pipefail
cd "$(dirname "$0")/.."
filter=${1:-*avx512*}
sets=(avx512 avx512_vnni)
# Those with tests for each instruction set. Left out: resnet_test, whose scalar twin would take hours here; its kernels
# are the same, and the sample's diarization runs the net.
mapfile -t tests < <(grep -l DIARIST_FOR_EACH_INSTRUCTION_SET tests/*/*_test.cpp | xargs -n 1 basename -s .cpp |
  grep -vx resnet_test)

cmake --preset release >/dev/null
cmake --build --preset release -j "$(nproc)" --target diarist_cli "${tests[@]}"

build=build/release
work=build/avx512
mkdir -p "$work"
rm -rf "${work:?}"/*

emulate() { # NAME [FILE...] -- PROGRAM [ARGUMENT...]
  local name=$1 code=0 count
  shift
  tests/emulated/run.sh "$work/$name" "$@" >"$work/$name.txt" 2>&1 || code=$?
  count=$(cat "$work/$name/instructions" 2>/dev/null || echo unknown)
  echo "$name: exit code $code, $count instructions"
  echo "$code" >"$work/$name.code"
}
export -f emulate
export work

commands=()
recordings=()
if (($# == 0)); then
  recordings=(samples/sample.wav)
  for set in "${sets[@]}"; do
    commands+=("emulate diarize_$set ${recordings[0]} -- $build/diarist diarize ${recordings[0]} --isa $set --threads 1 --quiet")
  done
fi
for name in "${tests[@]}"; do
  commands+=("emulate $name -- $build/tests/$name '--gtest_filter=$filter' --gtest_color=no")
done
printf '%s\n' "${commands[@]}" | xargs -d '\n' -P "$(nproc)" -I{} bash -c '{}'

failed=0
for name in "${tests[@]}"; do
  [[ $(<"$work/$name.code") == 0 ]] && continue
  failed=1
  grep -E '^\[  (FAILED|SKIPPED)|: Failure|^host: ' "$work/$name.txt" || tail -n 5 "$work/$name.txt"
done

for recording in "${recordings[@]}"; do
  "$build/diarist" diarize "$recording" --threads 1 --quiet >"$work/here.rttm"
  for set in "${sets[@]}"; do
    if [[ $(<"$work/diarize_$set.code") == 0 ]] && diff "$work/here.rttm" "$work/diarize_$set.txt"; then
      echo "$recording: with $set the turns are the same as here"
    else
      echo "$recording: with $set the turns are others: see $work/diarize_$set.txt"
      failed=1
    fi
  done
done

summary=""
for set in "${sets[@]}"; do
  ran=$(cat "$work"/*_test.txt | grep -c "^\[ RUN      \].*/$set\$") || true
  passed=$(cat "$work"/*_test.txt | grep -c "^\[       OK \].*/$set ") || true
  summary+="${summary:+; }$set: $passed of $ran tests passed"
  ((ran > 0 && passed == ran)) || failed=1
done
echo "$summary"
exit "$failed"
