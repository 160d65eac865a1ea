#!/usr/bin/env python3
"""Compiles and runs every example of a page.

Fenced blocks marked `cpp` or `c` are built as whole programs against the build's library and run; blocks marked `sh`
run under `bash -e` with the built program first in PATH. Each runs in a fresh folder that holds samples/.

    run_examples.py --readme README.md --build build/release --samples samples
    run_examples.py --readme docs/c.md --show c > first.c        # the page's first example in a language, no more
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```(cpp|c|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(readme LANGUAGES C CXX)
find_package(diarist REQUIRED)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS OFF)
file(GLOB sources ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE diarist::diarist m)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Werror $<$<COMPILE_LANGUAGE:C>:-pedantic>)
endforeach()
"""


def examples(text):
    """Yields (language, first line number, code)."""
    for match in BLOCK.finditer(text):
        yield match[1], text.count("\n", 0, match.start()) + 2, match[2]


def build_programs(sources, build, work):
    """Installs the build and compiles each source against it; returns the folder of the programs."""
    prefix, project = work / "prefix", work / "project"
    project.mkdir()
    (project / "CMakeLists.txt").write_text(PROJECT)
    for name, code in sources.items():
        (project / name).write_text(code)
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["cmake", "-S", project, "-B", work / "programs", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(["cmake", "--build", work / "programs"], check=True)
    return work / "programs"


def run(title, command, samples, work, path):
    folder = pathlib.Path(tempfile.mkdtemp(dir=work))
    shutil.copytree(samples, folder / "samples")
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"--- {title}: exit code {done.returncode}\n{done.stdout}")
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--readme", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--samples", type=pathlib.Path)
    parser.add_argument("--show", metavar="LANGUAGE")
    arguments = parser.parse_args()
    blocks = list(examples(arguments.readme.read_text(encoding="utf-8")))
    if arguments.show:
        sys.stdout.write(next(code for language, _, code in blocks if language == arguments.show))
        return 0
    programs = {f"line_{line}.{language}": code for language, line, code in blocks if language != "sh"}
    scripts = {f"line_{line}": code for language, line, code in blocks if language == "sh"}
    if not blocks:
        print("no examples found: has the page lost them?")
        return 1

    failed = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        built = build_programs(programs, arguments.build.resolve(), work) if programs else None
        for name in programs:
            if not run(f"program at {name}", [built / pathlib.Path(name).stem], arguments.samples, work, arguments.build.resolve()):
                failed.append(name)
        for name, code in scripts.items():
            command = ["bash", "-euo", "pipefail", "-c", code]
            if not run(f"shell at {name}", command, arguments.samples, work, arguments.build.resolve()):
                failed.append(name)
    print(f"{len(blocks)} examples, failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
