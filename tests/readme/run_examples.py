#!/usr/bin/env python3
"""Runs every block of pages as it is written, and holds what it prints to what the page says (pages.py has the rules).

The blocks of a page run in order in one fresh folder that holds samples/. C and C++ of all pages are built at once, against the
installed build. Blocks in Python need the package: python/tests/test_docs.py runs them.

    run_examples.py --build build/release --samples samples --readme README.md docs/*.md docs/guide/*.md
    run_examples.py --readme docs/c.md --show c > first.c        # the page's first block in a language, no more
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pages

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(examples LANGUAGES C CXX)
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


def program_name(page, block):
    return f"{page.stem.replace('-', '_')}_{block.line}"


def build_programs(found, work):
    """Compiles the programs of all pages against what is installed in work/prefix, into work/programs."""
    project = work / "project"
    project.mkdir()
    (project / "CMakeLists.txt").write_text(PROJECT)
    for page, blocks in found.items():
        for block in blocks:
            if block.language in ("c", "cpp") and not block.file:
                (project / f"{program_name(page, block)}.{block.language}").write_text(block.code)
    command = ["cmake", "-S", project, "-B", work / "programs", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={work / 'prefix'}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", work / "programs"], check=True)


def run_page(page, blocks, samples, work):
    """Runs the blocks in a folder of their own; returns those that failed, as PAGE:LINE."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=work))
    shutil.copytree(samples, folder / "samples")
    prefix = work / "prefix"
    environment = {
        **os.environ,
        "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}",
        "CMAKE_PREFIX_PATH": str(prefix),
        "PKG_CONFIG_PATH": ":".join(str(place.parent) for place in prefix.rglob("diarist.pc")),
    }
    failed = []
    for block in blocks:
        if block.file:
            (folder / block.file).write_text(block.code)
            continue
        if block.language == "sh":
            command = ["bash", "-euo", "pipefail", "-c", block.code]
        elif block.language in ("c", "cpp"):
            command = [work / "programs" / program_name(page, block)]
        else:
            continue
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        title = f"{page.name}:{block.line}"
        print(f"--- {title}: exit code {done.returncode}\n{done.stdout}")
        wrong = pages.mismatch(block.output, done.stdout) if block.output is not None else None
        if wrong:
            print(f"{title}: {wrong}")
        if wrong or done.returncode:
            failed.append(title)
    shutil.rmtree(folder)
    return failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--readme", type=pathlib.Path, nargs="+", required=True, metavar="PAGE")
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--samples", type=pathlib.Path)
    parser.add_argument("--show", metavar="LANGUAGE")
    arguments = parser.parse_args()
    try:
        found = {page: pages.blocks(page) for page in arguments.readme}
    except pages.PageError as error:
        print(error)
        return 1
    if arguments.show:
        (page,) = found
        sys.stdout.write(next(block.code for block in found[page] if block.language == arguments.show))
        return 0
    run = sum(block.language in ("sh", "c", "cpp") for blocks in found.values() for block in blocks)
    if not run:
        print("no examples found: have the pages lost them?")
        return 1

    failed = []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        command = ["cmake", "--install", arguments.build.resolve(), "--prefix", work / "prefix"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        build_programs(found, work)
        for page, blocks in found.items():
            failed += run_page(page, blocks, arguments.samples, work)
    print(f"{len(found)} pages, {run} examples, failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
