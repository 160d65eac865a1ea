#!/usr/bin/env bash
# Is every C++ file of the repository as clang-format would write it? With --fix: make it so.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(find include src tests bench -name '*.hpp' -o -name '*.cpp' -o -name '*.h' | sort)
if [[ ${1:-} == --fix ]]; then
  exec clang-format -i "${files[@]}"
fi
exec clang-format --dry-run --Werror "${files[@]}"
