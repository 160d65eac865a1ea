#!/usr/bin/env bash
# Runs the AVX-512 kernels, with VNNI and without, on a machine that need not have them: in Bochs, which emulates a
# processor that does (tests/emulated/). The kernels' and nets' tests, which hold them against their scalar twins, and
# the program as a whole on the sample, whose turns are held against this machine's own.
#   scripts/avx512.sh [GTEST_FILTER]
# What each printed is left under build/avx512/. The last line says how many tests passed with which instruction set.
set -euo pipefail
cd "$(dirname "$0")/.."
filter=${1:-*avx512*}
sets=(avx512 avx512_vnni)
# Not the tests of whole nets: their scalar twins alone would take hours here, and the sample's diarization runs them.
tests=(kernel_set contraction contraction_i16 lstm_cell matrix_product normalization statistics_pooling winograd
  bilstm bilstm_i16)
tests=("${tests[@]/%/_test}")

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

{
  for name in "${tests[@]}"; do
    printf '%s\n' "emulate $name -- $build/tests/$name '--gtest_filter=$filter' --gtest_color=no"
  done
  for set in "${sets[@]}"; do
    printf '%s\n' "emulate diarize_$set samples/sample.wav -- $build/diarist diarize samples/sample.wav --isa $set --threads 1"
  done
} | xargs -d '\n' -P "$(nproc)" -I{} bash -c '{}'

failed=0
for name in "${tests[@]}"; do
  [[ $(<"$work/$name.code") == 0 ]] && continue
  failed=1
  grep -E '^\[  (FAILED|SKIPPED)|: Failure|^host: ' "$work/$name.txt" || tail -n 5 "$work/$name.txt"
done

"$build/diarist" diarize samples/sample.wav --threads 1 --quiet >"$work/here.rttm"
for set in "${sets[@]}"; do
  if [[ $(<"$work/diarize_$set.code") == 0 ]] && diff "$work/here.rttm" "$work/diarize_$set.txt"; then
    echo "samples/sample.wav: with $set the same turns as here"
  else
    echo "samples/sample.wav: other turns with $set: see $work/diarize_$set.txt"
    failed=1
  fi
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
