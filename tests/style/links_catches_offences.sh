#!/usr/bin/env bash
# The check of links must find what it is there to find, and the runner of examples what a page gets wrong.
#   links_catches_offences.sh PYTHON CHECK_LINKS
set -euo pipefail
python=$1 check=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# A sound tree: links in several forms, and what looks like one.
sound() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/docs/guide" "$tree/src"
  printf '# Top\n\n[pages](docs/index.md), [part](docs/guide/a.md#second-part-and-more-1) and [here](#top)\n' >"$tree/README.md"
  printf '# Index\n\n[a](guide/a.md "A") <a href="../README.md">up</a> [web](https://example.org/x#y) `[no](none.md)`\n' >"$tree/docs/index.md"
  printf '# A\n\n## Second part, and more\n\n## Second part, and more\n\n```text\n[no](none.md)\n# no heading\n```\n\n[up](../index.md)\n' >"$tree/docs/guide/a.md"
  echo '// docs/guide/a.md says why.' >"$tree/src/a.cpp"
}

# expect_offence FILE LINE: the sound tree with just that line more must be refused.
expect_offence() {
  sound
  echo "$2" >>"$tree/$1"
  if "$python" "$check" "$tree"; then
    echo "not noticed: $1: $2" >&2
    exit 1
  fi
}
expect_offence README.md '[gone](docs/gone.md)'
expect_offence README.md '![picture](docs/gone.svg)'
expect_offence README.md '[anchor](#nowhere)'
expect_offence docs/index.md '[anchor](guide/a.md#second-part-and-more-2)'
expect_offence docs/index.md '[in a code block](guide/a.md#no-heading)'
expect_offence docs/index.md '[out](../../elsewhere.md)'
expect_offence docs/index.md '[root](/etc/passwd)'
expect_offence docs/guide/a.md '<a href="gone.md">gone</a>'
expect_offence docs/guide/a.md '[gone]: gone.md'
expect_offence docs/orphan.md '# Nobody links here'
expect_offence src/a.cpp '// docs/gone.md says why.'

sound
"$python" "$check" "$tree"
