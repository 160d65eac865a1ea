#!/usr/bin/env bash
# The man page and the completions, as their readers take them: mandoc, bash, zsh and fish.
#   tests/cli/pages.sh FOLDER_OF_PAGES PROGRAM
# Exits with 77 where one of the readers is missing; the others have been asked then.
set -euo pipefail
pages=$(realpath "$1")
program=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
touch 'a b.wav' talk.wav pack.safetensors
mkdir folder
mkdir bin && ln -s "$program" bin/diarist
export HOME=$work PATH=$work/bin:$PATH
missing=()
has() { command -v "$1" >/dev/null || { missing+=("$1"); return 1; }; }

# expect TITLE FOUND WORDS...: these words are what was found, one a line, in any order.
expect() {
  local title=$1 found
  found=$(sort <<<"$2")
  shift 2
  if [[ $found != "$(printf '%s\n' "$@" | sort)" ]]; then
    printf '%s gives:\n%s\nexpected:\n%s\n' "$title" "$found" "$(printf '%s\n' "$@" | sort)" >&2
    exit 1
  fi
  echo "$title: ok"
}

if has mandoc; then
  # Beyond style (long lines) it may say that there is no date: a page is the same whenever it was made.
  complaints=$(mandoc -T lint -W warning "$pages/diarist.1" | grep -v 'missing date' || true)
  [[ -z $complaints ]] || { echo "$complaints" >&2; exit 1; }
  mandoc -T ascii "$pages/diarist.1" | col -b >manual
  for section in NAME SYNOPSIS DESCRIPTION COMMANDS OPTIONS 'EXIT STATUS' ENVIRONMENT EXAMPLES; do
    grep -q "^$section" manual || { echo "the man page has no section $section" >&2; exit 1; }
  done
  echo "man page: ok"
fi

cat >in_bash <<'EOF'
source "$1/diarist.bash"
shift
compopt() { :; }
COMP_WORDS=(diarist "$@") COMP_CWORD=$#
_diarist
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
EOF
in_bash() { bash in_bash "$pages" "$@"; }
expect 'bash: a command' "$(in_bash sc)" score
expect 'bash: a command of several words' "$(in_bash spe)" speakers
expect 'bash: its second word' "$(in_bash speakers re)" rename
expect 'bash: an option of two words' "$(in_bash speakers list --js)" --json
expect 'bash: an option without a command' "$(in_bash --pre)" --preset --precision
expect 'bash: an option of a command' "$(in_bash compare --ch)" --check
expect 'bash: a word of a set' "$(in_bash --preset '')" exact balanced fast
expect 'bash: behind =' "$(in_bash --preset = b)" balanced
expect 'bash: one more of a list' "$(in_bash talk.wav -f rttm,j)" rttm,json
expect 'bash: a number' "$(in_bash talk.wav --speakers '')" ''
expect 'bash: recordings' "$(in_bash talk.wav a)" 'a b.wav'
expect 'bash: packs' "$(in_bash talk.wav --model p)" pack.safetensors
expect 'bash: the built-in pack' "$(in_bash inspect b)" built-in bin
expect 'bash: folders' "$(in_bash --cache f)" folder
expect 'bash: many values' "$(in_bash quantize built-in --calibrate talk.wav t)" talk.wav
expect 'bash: shells' "$(in_bash completion '')" bash zsh fish

if has fish; then
  fish --no-execute "$pages/diarist.fish"
  in_fish() { fish -c "source $pages/diarist.fish; complete -C '$1'" | cut -f 1; }
  expect 'fish: a command' "$(in_fish 'diarist sc')" score
  expect 'fish: a command of several words' "$(in_fish 'diarist spe')" speakers
  expect 'fish: its second word' "$(in_fish 'diarist speakers re')" rename
  expect 'fish: an option of two words' "$(in_fish 'diarist speakers list --js')" --json
  expect 'fish: an option without a command' "$(in_fish 'diarist --pre')" --preset --precision
  expect 'fish: an option of a command' "$(in_fish 'diarist compare --ch')" --check
  expect 'fish: a word of a set' "$(in_fish 'diarist --preset ')" exact balanced fast
  expect 'fish: one more of a list' "$(in_fish 'diarist talk.wav -f rttm,j')" rttm,json
  expect 'fish: recordings' "$(in_fish 'diarist talk.wav a')" 'a b.wav'
  expect 'fish: shells' "$(in_fish 'diarist completion ')" bash zsh fish
fi

if has zsh; then
  zsh -n "$pages/_diarist"
  # A shell on a terminal of its own, in which the words are typed with a tab behind them.
  cat >in_zsh <<'EOF'
zmodload zsh/zpty
zpty shell zsh -f -i
type() { zpty -w shell "$1" }
type "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
type "zstyle ':completion:*' list-separator '--'; setopt no_beep; bindkey '^I' complete-word"
type "print BE''GUN"
local text all
zpty -r -m shell text '*BEGUN*' || exit 1
zpty -n -w shell "$2"$'\t'
# The line as it stands then is what Enter would run: an option that no command has, so print it instead.
zpty -n -w shell $'\x01print -r -- "<\x05>"; print EN\'\'DED\n'
while zpty -r shell text; do
  all+=$text
  [[ $all == *ENDED* ]] && break
done
print -r -- "$all" | tr -d '\r' | sed -n 's/^<\(.*\)>$/\1/p' | sed 's/ $//'
zpty -d shell
EOF
  in_zsh() { timeout 20 zsh -f in_zsh "$pages" "$1"; }
  expect 'zsh: a command' "$(in_zsh 'diarist sco')" 'diarist score'
  expect 'zsh: its second word' "$(in_zsh 'diarist speakers ren')" 'diarist speakers rename'
  expect 'zsh: an option of two words' "$(in_zsh 'diarist speakers list --js')" 'diarist speakers list --json'
  expect 'zsh: an option without a command' "$(in_zsh 'diarist talk.wav --prec')" 'diarist talk.wav --precision'
  expect 'zsh: an option of a command' "$(in_zsh 'diarist compare --ch')" 'diarist compare --check'
  expect 'zsh: a word of a set' "$(in_zsh 'diarist --preset ex')" 'diarist --preset exact'
  expect 'zsh: recordings' "$(in_zsh 'diarist tal')" 'diarist talk.wav'
fi

if ((${#missing[@]})); then
  echo "skipped, not installed here: ${missing[*]}"
  exit 77
fi
