#!/usr/bin/env bash
# The layer check must find what it is there to find.
#   layers_catches_offences.sh PYTHON CHECK_LAYERS
set -euo pipefail
python=$1 check=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# expect_offence FILE INCLUDE_LINE: a tree with just this line must be refused.
expect_offence() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/src/base" "$tree/include/diarist" "$tree/$(dirname "$1")"
  echo "$2" >"$tree/$1"
  if "$python" "$check" "$tree"; then
    echo "not noticed: $1: $2" >&2
    exit 1
  fi
}
expect_offence src/dsp/a.cpp '#include "nets/trunk.hpp"'
expect_offence src/nets/a.cpp '#include "clustering/ahc.hpp"'
expect_offence src/formats/a.hpp '#  include "cli/terminal.hpp"'
expect_offence src/audio/a.cpp '#include "reader.hpp"'
expect_offence src/utils/a.cpp '#include <vector>'
expect_offence include/diarist/a.hpp '#include <Eigen/Dense>'
expect_offence include/diarist/a.hpp '#include <sndfile.h>'
expect_offence include/diarist/a.hpp '#include "model/pack.hpp"'

rm -rf "${tree:?}"/*
mkdir -p "$tree/src/nets" "$tree/include/diarist"
printf '#include "nets/trunk.hpp"\n#include "dsp/fbank.hpp"\n#include "diarist/model.hpp"\n#include <vector>\n' >"$tree/src/nets/a.cpp"
"$python" "$check" "$tree"
