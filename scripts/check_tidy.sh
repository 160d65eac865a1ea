#!/usr/bin/env bash
# Runs clang-tidy with the checks of .clang-tidy over the library and the program.
#   scripts/check_tidy.sh [--checks=CHECKS] BUILD_FOLDER [FILE...]     (BUILD_FOLDER holds compile_commands.json)
set -euo pipefail
checks=()
if [[ ${1-} == --checks=* ]]; then
  checks=("$1")
  shift
fi
build=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
if (($#)); then
  files=("$@")
else
  # Not the Python extension: nanobind, which it is made with, is only there while pip builds it.
  mapfile -t files < <(find src -name '*.cpp' -not -path 'src/python/*' | sort)
fi
# clang does not know GCC's cost models, and takes them for errors.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed 's/ -fvect-cost-model=[a-z-]*//g' "$build/compile_commands.json" >"$commands/compile_commands.json"
# One process a file keeps every core busy to the end. Kernels are looked at for one instruction set, not for each.
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p "$commands" --quiet "${checks[@]}" \
  --extra-arg=-Wno-unknown-warning-option --extra-arg=-DHWY_COMPILE_ONLY_STATIC 2> >(grep -v 'warnings\? generated' >&2)
