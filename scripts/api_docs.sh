#!/usr/bin/env bash
# The documentation as web pages: guide, C++ and C with Doxygen in FOLDER/html, Python with pdoc in FOLDER/python.
# Warnings are errors: a link to nothing, a public thing without a comment.
#   scripts/api_docs.sh FOLDER [PYTHON]
# With PYTHON, one that has the package `diarist` and pdoc, the Python part is made too.
set -euo pipefail
folder=$(realpath -m "$1")
python=${2:-}
cd "$(dirname "$0")/.."
if ! command -v doxygen >/dev/null; then
  echo "skipped: doxygen is not installed; scripts/install-dependencies.sh docs does so"
  [[ ${CI:-} ]] && exit 1 || exit 77
fi
mkdir -p "$folder"
rm -rf "$folder/html"
{
  cat docs/Doxyfile
  echo "OUTPUT_DIRECTORY = \"$folder\""
} | doxygen -
echo "$folder/html/index.html"
if [[ $python ]]; then
  rm -rf "$folder/python"
  # Elsewhere than in the checkout, whose folders would stand in for what is installed.
  cd "$folder"
  # pdoc looks for the types of a NamedTuple's constructor in the module that shows it; they are shown as they are written.
  "$python" -W error -W "ignore:Error parsing type annotation:UserWarning" -m pdoc --docformat numpy --output-directory "$folder/python" diarist
  echo "$folder/python/diarist.html"
fi
