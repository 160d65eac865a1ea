#!/usr/bin/env python3
"""Makes the wheel of the Python package, installs it into a fresh virtual environment, and runs its tests there.

    run.py --work FOLDER --program diarist [--cc COMPILER --cxx COMPILER] [PYTEST_ARGUMENT...]

Exits with 77, saying why, where the packages that the tests need cannot be installed; in continuous integration (CI is
set) that is a failure.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import venv

# Of the wheel with the libraries that it carries: 22 MB, the model being 18 of them.
MOST_BYTES = 22_000_000
SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests" / "testing"))
from python_environment import environment  # noqa: E402

# Of diarist[ray], as pyproject.toml names them.
EXTRAS = re.findall(r'"([^"]+)"', re.search(r"^ray = \[(.*)\]$", (SOURCE / "pyproject.toml").read_text(encoding="utf-8"), re.M)[1])

# What the tests need, and what is tried with the package where it is at hand; nanobind for scripts/sanitize_python.sh.
PACKAGES = ["pytest", "numpy", "mypy", "pandas", "polars", "pyannote.core", "pyannote.metrics", "IPython", "matplotlib",
            "tqdm", "rich", "nanobind", "pdoc", "pyright[nodejs]", *EXTRAS]


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
    python = environment(work / "environment", PACKAGES)

    # The build's own compiler and warnings, so that ccache knows all of the library already.
    compilers = {"CC": arguments.cc, "CXX": arguments.cxx}
    variables = {name: value for name, value in compilers.items() if value}
    print("building the wheels", flush=True)
    wheels = work / "wheels"
    environment_variables = {**os.environ, "DIARIST_DEVELOPER": "ON", **variables}
    command = [SOURCE / "scripts" / "wheel.sh", wheels, sys.executable]
    if subprocess.run(command, check=False, env=environment_variables).returncode:
        print("failed: scripts/wheel.sh")
        return 1

    # What `pip install .` installs.
    if not install(python, "--force-reinstall", "--no-deps", *(wheels / "plain").glob("*.whl")):
        print("failed: the wheel cannot be installed")
        return 1
    # Elsewhere than in the checkout, whose folders would stand in for what is installed.
    place = work / "place"
    place.mkdir(exist_ok=True)
    variables = {**os.environ, "DIARIST_PROGRAM": str(arguments.program.resolve())}
    print("pytest", flush=True)
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "-q", SOURCE / "python" / "tests", *rest]
    failed = subprocess.run(command, check=False, cwd=place, env=variables).returncode != 0
    return 1 if carries_its_libraries(work, wheels, arguments.program, place) or failed else 0


def carries_its_libraries(work, wheels, program, place):
    """The wheel for machines without the libraries, in an environment with nothing but NumPy; returns what is wrong."""
    (wheel,) = wheels.glob("*.whl")
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
    if wheel.stat().st_size > MOST_BYTES:
        print(f"failed: the wheel has more than {MOST_BYTES} bytes")
        return "it is too large"
    folder = work / "clean"
    venv.create(folder, clear=True, with_pip=False)
    python = folder / "bin" / "python"
    if not install(python, wheel):
        return "it cannot be installed"
    sample = SOURCE / "samples" / "sample.wav"
    command = [python, SOURCE / "python" / "tests" / "carried.py", sample]
    carried = subprocess.run(command, check=False, cwd=place, stdout=subprocess.PIPE)
    wanted = subprocess.run([program.resolve(), "-q", "-f", "rttm", sample], check=True, stdout=subprocess.PIPE)
    if carried.returncode or carried.stdout != wanted.stdout:
        print("failed: the wheel with its libraries")
        return "other turns, or other libraries"
    return None


if __name__ == "__main__":
    sys.exit(main())
