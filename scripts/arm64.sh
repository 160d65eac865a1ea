#!/usr/bin/env bash
# Cross-compiles for ARM64 and runs the tests under qemu, which holds the NEON kernels against their scalar twins.
#   scripts/arm64.sh [CTEST_ARGUMENT...]
# Left out: tests labelled slow or golden, whose nets compute for minutes even without emulation, and those of the whole
# tree, which are about this machine. Also the five that start a program which is not there: qemu makes a fork of
# posix_spawn's vfork, so that the error stays in the child and nobody hears of it. They run, and must pass, in `make
# test`; the code that they hold has nothing of a processor's in it. What ran is ctest's own summary, at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset arm64 >/dev/null
cmake --build --preset arm64 -j "$(nproc)"
of_missing_programs='^(BadRecording\.TextRenamed|Ffmpeg\.(DecodesWhatAWavMayHoldBeyondLibsndfile|MissingProgramSaysWhatToDo)|FfmpegSource\.TellsWhenTheProgramIsNotFfmpeg|ChildProcess\.IsNothingWhereTheProgramIsMissing)$'
count() { ctest --preset arm64 -N "$@" | sed -n 's/^Total Tests: //p'; }
echo "left out: $(count -L 'slow|golden') tests labelled slow or golden, and $(count -R "$of_missing_programs") that look for a program that is not there"
ctest --preset arm64 -LE 'slow|golden' -E "$of_missing_programs" -j "$(nproc)" "$@"
