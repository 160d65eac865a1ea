#!/usr/bin/env bash
# Builds the fuzzers (Clang) and runs each for some seconds from its seeds.
#   scripts/fuzz.sh [SECONDS_EACH]
# A fuzzer's seeds lie in tests/ROOM/corpus/FUZZER/; what breaks it is left in build/fuzz/findings/.
set -euo pipefail
seconds=${1:-60}
cd "$(dirname "$0")/.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target diarist_fuzzers
shopt -s nullglob
fuzzers=(build/fuzz/fuzzers/*)
((${#fuzzers[@]})) || { echo "no fuzzers were built" >&2; exit 1; }
mkdir -p build/fuzz/findings
run_one() {
  local fuzzer=$1 seconds=$2 name
  name=$(basename "$fuzzer")
  shopt -s nullglob
  local seeds=(tests/*/corpus/"$name")
  mkdir -p "build/fuzz/corpus/$name"
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="build/fuzz/findings/$name-" "build/fuzz/corpus/$name" "${seeds[@]}" 2>&1 | sed "s/^/$name: /"
}
export -f run_one
printf '%s\0' "${fuzzers[@]}" |
  xargs -0 -P "$(nproc)" -I{} bash -c 'set -euo pipefail; run_one "$1" "$2"' _ {} "$seconds"
echo "${#fuzzers[@]} fuzzers ran for $seconds s each and found nothing"
[[ -z ${CI:-} ]] || rm -rf build/fuzz
