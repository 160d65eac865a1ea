# One word for each thing a developer does. Every target works first on a bare Debian 12 with only make and git:
# it installs the packages that are missing (as root or through sudo), then builds what it needs.
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
MEETINGS ?= samples/sample.wav

.PHONY: build demo test deb install docs format lint asan tsan fuzz test-arm64 test-avx512 test-clang test-pythons bench performance sbom analyze clean help

help:
	@echo "make build    the program, at build/release/diarist"
	@echo "make demo     build, then diarize samples/sample.wav and show the turns"
	@echo "make test     everything that is checked: tests, sanitizers, fuzzers, style, package"
	@echo "make install  program, library, headers, man page and completions under PREFIX ($(PREFIX))"
	@echo "make deb      the same as a Debian package, in build/release/deb/"
	@echo "make docs     guide and API reference as web pages, in build/docs"
	@echo "make bench    speed and memory, printed"
	@echo "make performance    the tables of docs/performance.md anew; nothing else should run meanwhile"
	@echo "make sbom     the software of others that is in the program, as CycloneDX, at build/release/diarist.cdx.json"
	@echo "make analyze  clang's static analyser over all sources; an hour, not part of make test"
	@echo "make test-arm64    cross-compiled for ARM64, the tests under qemu; half an hour, not part of make test"
	@echo "make test-avx512   the AVX-512 kernels on any x86-64 machine, in an emulator; an hour or two, not part of make test"
	@echo "make test-clang     library and program with Clang 16, static and shared; not part of make test"
	@echo "make test-pythons   the Python package with Python 3.9 and those of the stable ABI; not part of make test"
	@echo "make format | lint | asan | tsan | fuzz    one of the checks alone"

build:
	scripts/install-dependencies.sh build
	cmake --preset release
	cmake --build --preset release --target diarist_cli diarist_page_files -j $(JOBS)

demo: build
	scripts/demo.sh

test:
	scripts/install-dependencies.sh build test lint docs
	cmake --preset release
	cmake --build --preset release -j $(JOBS)
	ctest --preset release -j $(JOBS)

deb: build
	scripts/install-dependencies.sh deb
	cmake -E chdir build/release cpack -G DEB -B $(CURDIR)/build/release/deb

install: build
	cmake --install build/release --prefix $(PREFIX)

docs:
	scripts/install-dependencies.sh build docs
	python3 -m venv --without-pip build/docs/environment
	python3 -m pip --python build/docs/environment/bin/python install --quiet pdoc .
	scripts/api_docs.sh build/docs $(CURDIR)/build/docs/environment/bin/python

format:
	scripts/install-dependencies.sh lint
	scripts/check_format.sh --fix

lint:
	scripts/install-dependencies.sh build lint
	cmake --preset release
	scripts/check_format.sh
	/usr/bin/python3 scripts/check_layers.py
	scripts/check_tidy.sh build/release

analyze:
	scripts/install-dependencies.sh build lint
	cmake --preset release
	scripts/check_tidy.sh --checks='-*,clang-analyzer-*' build/release

sbom: build
	scripts/sbom.py build/release -o build/release/diarist.cdx.json

asan tsan:
	scripts/install-dependencies.sh build test
	scripts/sanitize.sh $@

test-arm64:
	scripts/install-dependencies.sh build arm64
	scripts/arm64.sh

test-avx512:
	scripts/install-dependencies.sh build avx512
	scripts/avx512.sh

test-clang: build
	scripts/install-dependencies.sh clang16
	tests/package/compiler.sh clang-16 clang++-16 build/release/tests/package-clang build/release/diarist

test-pythons: build
	scripts/install-dependencies.sh test
	/usr/bin/python3 python/tests/versions.py --program build/release/diarist --work build/release/tests/python-versions --cc gcc --cxx g++

fuzz:
	scripts/install-dependencies.sh build test
	scripts/fuzz.sh $(FUZZ_SECONDS)

bench:
	scripts/install-dependencies.sh build test bench
	cmake --preset release
	cmake --build --preset release -j $(JOBS)
	cmake --build --preset release --target bench

performance:
	scripts/install-dependencies.sh build test bench
	cmake --preset release
	cmake --build --preset release -j $(JOBS)
	bench/kernels.py --bench build/release/bench/kernels_bench --into docs/performance.md
	bench/pipeline.py --program build/release/diarist --lengths 1m 10m 1h 24h --into docs/performance.md
	bench/peers.py --program build/release/diarist --files $(MEETINGS) --into docs/performance.md

clean:
	rm -rf build
