#!/usr/bin/env bash
# Cross-compiles for ARM64 and runs the tests under qemu, which holds the NEON kernels against their scalar twins.
#   scripts/arm64.sh [CTEST_ARGUMENT...]
# Left out: tests labelled slow or golden, whose nets compute for minutes even without emulation, and those of the whole
# tree, which are about this machine. Also, by name, what needs to hear that a program cannot be started: qemu makes a
# fork of posix_spawn's vfork, so that the error stays in the child. What ran is ctest's own summary, at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset arm64 >/dev/null
cmake --build --preset arm64 -j "$(nproc)"
unheard='^(BadRecording\.TextRenamed|Ffmpeg\.(DecodesWhatAWavMayHoldBeyondLibsndfile|MissingProgramSaysWhatToDo)|FfmpegSource\.TellsWhenTheProgramIsNotFfmpeg|ChildProcess\.IsNothingWhereTheProgramIsMissing)$'
count() { ctest --preset arm64 -N "$@" | sed -n 's/^Total Tests: //p'; }
echo "left out: $(count -L 'slow|golden') tests labelled slow or golden, and $(count -R "$unheard") that look for a program that is not there"
ctest --preset arm64 -LE 'slow|golden' -E "$unheard" -j "$(nproc)" "$@"
