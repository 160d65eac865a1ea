#!/usr/bin/env bash
# Prints the size of a program as it is installed from a package, stripped, and fails where that is more than MOST bytes.
#   tests/package/size.sh MOST PROGRAM
set -euo pipefail
stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
strip --strip-all "$2" -o "$stripped"
bytes=$(stat -c %s "$stripped")
echo "$(basename "$2"), stripped: $bytes bytes (at most $1)"
((bytes <= $1))
