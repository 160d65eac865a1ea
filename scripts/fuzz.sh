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
  local fuzzer=$1 seconds=$2 name log
  name=$(basename "$fuzzer")
  log=build/fuzz/logs/$name.log
  shopt -s nullglob
  local seeds=(tests/*/corpus/"$name")
  mkdir -p "build/fuzz/corpus/$name"
  if "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 -print_funcs=0 \
    -artifact_prefix="build/fuzz/findings/$name-" "build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1; then
    echo "$name: $(sed -n 's/stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
  else
    echo "$name" >>build/fuzz/logs/failed
  fi
}
export -f run_one
rm -rf build/fuzz/logs
mkdir -p build/fuzz/logs
touch build/fuzz/logs/begun
printf '%s\0' "${fuzzers[@]}" |
  xargs -0 -P "$(nproc)" -I{} bash -c 'set -euo pipefail; run_one "$1" "$2"' _ {} "$seconds"
# At the end and with the input itself: what of a long log is cut out is its middle, and the files of a machine are gone with it.
if [[ -s build/fuzz/logs/failed ]]; then
  while read -r name; do
    echo "$name found something:"
    grep -avE '# Uses:' "build/fuzz/logs/$name.log" | tail -n 60 | cut -c1-400
    find build/fuzz/findings -name "$name-*" -newer build/fuzz/logs/begun | while read -r finding; do
      echo "$finding, $(stat -c %s "$finding") bytes, of which the first 65536 in base64:"
      head -c 65536 "$finding" | base64 -w 200
    done
  done <build/fuzz/logs/failed
  echo "fuzzers that found something: $(paste -sd' ' build/fuzz/logs/failed)"
  exit 1
fi
echo "${#fuzzers[@]} fuzzers ran for $seconds s each and found nothing"
[[ -z ${CI:-} ]] || rm -rf build/fuzz
