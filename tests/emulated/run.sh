#!/usr/bin/env bash
# Runs a program in Bochs, which emulates a processor with AVX-512 VNNI, on the host beside this script.
#   tests/emulated/run.sh FOLDER [FILE...] -- PROGRAM [ARGUMENT...]
# The program sees itself, its libraries and FILEs, each under the path given, relative to the root folder; it may write
# to standard output and error only, which both come out as standard output when it has ended. Its exit code is the
# script's; 125 where the host could not go on, 124 after DIARIST_EMULATED_SECONDS (default: 7200). In FOLDER are left:
# output; instructions, how many there were from the processor's reset on; bochs.log.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder/files"

add() { # FILE AS
  mkdir -p "$folder/files/$(dirname "$2")"
  cp -L "$1" "$folder/files/$2"
}
while [[ $1 != -- ]]; do
  add "$1" "$1"
  shift
done
shift
program=$1
shift
add "$program" program
strip "$folder/files/program"
while read -r library; do
  add "$library" "$library"
done < <(ldd "$program" | grep -o '/lib[^ ]*' | sort -u)

cd "$folder"
printf '%s\0' /program "$@" >files/arguments
# Bochs 2.7 is wrong about the size of what XSAVEC stores, which the loader would use to bind a function at its first
# call. One arena of memory is enough for threads that take turns.
printf '%s\0' LD_BIND_NOW=1 GLIBC_TUNABLES=glibc.malloc.arena_max=1 >files/environment
(cd files && find . -type f | sort | cpio --quiet -o -H newc) >archive
rm -r files

# Freestanding, with no vector register touched. It is laid out at fixed addresses.
g++ -std=c++20 -O2 -Wall -Wextra -Werror -ffreestanding -fno-exceptions -fno-rtti -fno-threadsafe-statics \
  -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
  -fcf-protection=none -mgeneral-regs-only -mno-red-zone -nostdlib -static -no-pie \
  -Wl,-T,"$here/host.ld",--build-id=none,--no-warn-rwx-segments,-z,noexecstack -o host "$here"/*.cpp "$here/start.S"
objcopy -O binary --gap-fill 0 host rom

# Ice Lake is the first with all that Highway asks for before it takes its kernels with VNNI.
cat >bochsrc <<'END'
cpu: model=corei7_icelake_u, count=1, ips=50000000, reset_on_triple_fault=0
memory: guest=1536, host=1536
romimage: file=rom
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
optramimage1: file=archive, address=0x1000000
display_library: term
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
com1: enabled=1, mode=file, dev=serial
clock: sync=none
log: bochs.log
panic: action=fatal
END
echo continue >debugger.rc # Debian's Bochs starts in its debugger
# Its display is a terminal, which `script` lends it.
TERM=xterm timeout "${DIARIST_EMULATED_SECONDS:-7200}" \
  script -qfec "bochs -q -f bochsrc -rc debugger.rc" /dev/null </dev/null >display 2>&1 || true

if [[ $(tail -n 1 serial) != exit\ * ]]; then
  cat serial
  echo "Bochs did not get through: see bochs.log in $folder" >&2
  exit 124
fi
code=$(sed -n '$s/^exit //p' serial)
tail -n 2 serial | sed -n 's/^instructions //p' >instructions
head -c "-$(($(tail -n 2 serial | wc -c) + 1))" serial >output # the line break before the host's lines is theirs
rm archive serial
cat output
exit "$code"
