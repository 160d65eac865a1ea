#!/usr/bin/env python3
"""Installs the Python package as a user does, into a fresh virtual environment, and runs its tests there.

    run.py --work FOLDER --program diarist [--cc COMPILER --cxx COMPILER] [PYTEST_ARGUMENT...]

Exits with 77, saying why, where the packages that the tests need cannot be installed; in continuous integration (CI is
set) that is a failure.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import venv

SKIPPED = 77
SOURCE = pathlib.Path(__file__).resolve().parents[2]
# What the tests need, and what is tried with the package where it is at hand.
PACKAGES = ["pytest", "numpy", "mypy", "pandas", "pyannote.core", "matplotlib", "tqdm", "rich"]


def skip(why):
    if os.environ.get("CI"):
        print(f"failed: {why}")
        sys.exit(1)
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def environment(folder):
    """A virtual environment with the packages, made once; returns its Python."""
    python = folder / "bin" / "python"
    complete = folder / "complete"
    if complete.exists() and complete.read_text() == " ".join(PACKAGES):
        return python
    try:
        # Without pip, which Debian has in a package of its own: the one at hand installs into it.
        venv.create(folder, clear=True, with_pip=False)
    except (OSError, subprocess.CalledProcessError) as error:
        skip(f"no virtual environment can be made here: {error}")
    if not install(python, *PACKAGES):
        skip(f"{' '.join(PACKAGES)} cannot be installed")
    complete.write_text(" ".join(PACKAGES))
    return python


def install(python, *what, **variables):
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", *what]
    return subprocess.run(command, check=False, env={**os.environ, **variables}).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--cc")
    parser.add_argument("--cxx")
    arguments, rest = parser.parse_known_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    python = environment(work / "environment")

    # The build's own compiler and warnings, so that ccache knows all of the library already.
    compilers = {"CC": arguments.cc, "CXX": arguments.cxx}
    variables = {name: value for name, value in compilers.items() if value}
    print("pip install .", flush=True)
    if not install(python, "--force-reinstall", "--no-deps", SOURCE, DIARIST_DEVELOPER="ON", **variables):
        print("failed: pip install .")
        return 1

    checks = [
        ("pytest", ["-m", "pytest", "-p", "no:cacheprovider", "-q", SOURCE / "python" / "tests", *rest]),
    ]
    # Elsewhere than in the checkout, whose folders would stand in for what is installed.
    place = work / "place"
    place.mkdir(exist_ok=True)
    variables = {**os.environ, "DIARIST_PROGRAM": str(arguments.program.resolve())}
    failed = []
    for name, command in checks:
        print(name, flush=True)
        if subprocess.run([python, *command], check=False, cwd=place, env=variables).returncode:
            failed.append(name)
    print(f"failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
