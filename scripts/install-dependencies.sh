#!/usr/bin/env bash
# Installs the Debian 12 packages that a task needs and that are missing.
#   scripts/install-dependencies.sh build|deb|test|lint|docs|bench|arm64|clang16|avx512...
# Needs root or sudo only where something is missing; asks apt for nothing otherwise.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config
  libhwy-dev libsndfile1-dev libsoxr-dev libkissfft-dev libeigen3-dev nlohmann-json3-dev libcli11-dev libprotozero-dev libminizip-dev libxxhash-dev libpugixml-dev zlib1g-dev libsqlite3-dev libhnswlib-dev
  libcairo2-dev libboost-dev libssl-dev libgtest-dev libgmock-dev libbenchmark-dev)
# What finds out which packages a package needs.
deb=(dpkg-dev file)
# ffmpeg: recordings that libsndfile does not read; sctk: md-eval, which our scores are held against;
# clang with its run-time: the fuzzers; numpy, scipy,
# soundfile: simulated meetings; python3-dev, python3-pip: the Python package; valgrind: counting instructions;
# ccache: what was compiled before is not again; golang: a caller of the C interface; zsh, fish, mandoc: completions and
# the man page as their readers take them; praat: TextGrids as it reads and saves them; debootstrap: a bare Debian for the
# package; lintian: what Debian says of it; advancecomp: a smaller wheel;
# chromium with fonts: the report as its readers see it; curl, openssl: the server's clients and certificates.
test=(ccache ffmpeg sctk clang libclang-rt-14-dev python3 python3-dev python3-pip python3-numpy python3-scipy
  python3-soundfile valgrind golang-go zsh fish mandoc praat debootstrap lintian dpkg-dev file advancecomp
  chromium fonts-dejavu-core fonts-noto-color-emoji curl openssl)
# What drives the browser. Node.js from elsewhere brings its own npm, and does not go together with Debian's.
command -v node >/dev/null && command -v npm >/dev/null || test+=(nodejs npm)
lint=(clang-format clang-tidy python3)
# doxygen: the API reference of C++ and C; that of Python is made with pdoc, from PyPI.
docs=(doxygen python3 python3-dev python3-pip)
# libdnnl: oneDNN, which the kernels are measured against.
bench=(libdnnl-dev python3)
# The cross compiler, the libraries to link, qemu to run what comes out; the programs that the tests start are this
# machine's own.
arm64=(g++-aarch64-linux-gnu qemu-user-static ffmpeg sctk
  libhwy-dev:arm64 libsndfile1-dev:arm64 libsoxr-dev:arm64 libkissfft-dev:arm64 libminizip-dev:arm64 libxxhash-dev:arm64
  libpugixml-dev:arm64 libcairo2-dev:arm64 libboost-dev:arm64 libssl-dev:arm64 zlib1g-dev:arm64 libsqlite3-dev:arm64 libgtest-dev:arm64 libgmock-dev:arm64 libbenchmark-dev:arm64)
# The other compiler that is promised.
clang16=(clang-16)
# An emulator with AVX-512 and a display for it; what packs the files that it sees.
avx512=(bochs bochs-term bochsbios vgabios cpio bsdutils)

wanted=()
for task in "$@"; do
  case $task in
    build) wanted+=("${build[@]}") ;;
    deb) wanted+=("${deb[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    lint) wanted+=("${lint[@]}") ;;
    docs) wanted+=("${docs[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    arm64) wanted+=("${arm64[@]}") ;;
    clang16) wanted+=("${clang16[@]}") ;;
    avx512) wanted+=("${avx512[@]}") ;;
    *)
      echo "usage: $0 build|deb|test|lint|docs|bench|arm64|clang16|avx512..." >&2
      exit 2
      ;;
  esac
done

if ! command -v dpkg-query >/dev/null; then
  echo "This is no Debian: please see to it that these, or their like, are installed: ${wanted[*]}" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "Missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
[[ " ${missing[*]} " != *:arm64\ * ]] || "${as_root[@]}" dpkg --add-architecture arm64
"${as_root[@]}" apt-get update -qq || echo "apt-get update failed; trying with the lists at hand" >&2
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
