#!/usr/bin/env python3
"""The Python package with the other Pythons that are at hand, from the oldest that is taken.

    versions.py --work FOLDER --program diarist [--cc COMPILER --cxx COMPILER]

The oldest Python before the stable ABI gets a wheel of its own, the oldest with it one that all later ones must take too. Each is
installed where it belongs, with the oldest NumPy that is promised in the first case, and the tests that need no
other package run there. Pythons are looked for in PATH and among pyenv's. Exits with 77 where none is found besides the one
that python.package is run with.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
# pyproject.toml: the oldest that is taken, and the first whose stable ABI nanobind can use.
OLDEST, STABLE = (3, 9), (3, 12)
TESTS = ["test_diarize.py", "test_errors.py", "test_running.py"]  # The first alone for what only has to load elsewhere.
ABOUT = (
    "import os, sys, sysconfig; "
    "print(sys.version_info[0], sys.version_info[1], "
    "os.path.exists(os.path.join(sysconfig.get_path('include'), 'Python.h')), sys.executable)"
)


def interpreters():
    """Version to Python, of those that run and have their headers."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    root = subprocess.run(["pyenv", "root"], check=False, capture_output=True, text=True) if shutil.which("pyenv") else None
    if root and root.returncode == 0:
        folders += map(str, pathlib.Path(root.stdout.strip(), "versions").glob("3.*/bin"))
    found = {}
    for folder in folders:
        for python in sorted(pathlib.Path(folder or ".").glob("python3.*")):
            if not re.fullmatch(r"python3\.\d+", python.name):
                continue
            asked = subprocess.run([python, "-c", ABOUT], check=False, capture_output=True, text=True)
            if asked.returncode or asked.stdout.split()[2] != "True":
                continue
            major, minor, _, executable = asked.stdout.split(maxsplit=3)
            found.setdefault((int(major), int(minor)), executable.strip())
    return dict(sorted(found.items()))


def numpy_of(version):
    """What the package promises to do with, for the oldest Python; the newest elsewhere."""
    if version != OLDEST:
        return "numpy"
    (least,) = re.findall(r'"numpy>=([\d.]+)"', (SOURCE / "pyproject.toml").read_text(encoding="utf-8"))
    return f"numpy~={least}.0"


def tested(version, python, wheel, tests, work, program):
    """Installs and tests; returns whether all is well."""
    folder = work / f"environment-{version[0]}.{version[1]}"
    subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
    own = folder / "bin" / "python"
    # By that Python's own pip: an older one does not know a newer Python.
    command = [python, "-m", "pip", "--python", own, "install", "--quiet", "pytest", numpy_of(version), wheel]
    if subprocess.run(command, check=False).returncode:
        print(f"failed: {wheel.name} cannot be installed into Python {version[0]}.{version[1]}")
        return False
    place = work / "place"
    place.mkdir(exist_ok=True)
    command = [own, "-m", "pytest", "-p", "no:cacheprovider", "-q", *(SOURCE / "python" / "tests" / test for test in tests)]
    environment = {**os.environ, "DIARIST_PROGRAM": str(program)}
    return subprocess.run(command, check=False, cwd=place, env=environment).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--cc")
    parser.add_argument("--cxx")
    arguments = parser.parse_args()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)

    found = {version: python for version, python in interpreters().items() if version >= OLDEST}
    print("Python", ", ".join(f"{major}.{minor}" for major, minor in found) or "nowhere", flush=True)
    before = [version for version in found if version < STABLE and version != sys.version_info[:2]][:1]
    stable = [version for version in found if version >= STABLE]
    if not before and not stable:
        print(f"skipped: no Python but {sys.version_info[0]}.{sys.version_info[1]}, which python.package is run with")
        return SKIPPED

    environment = {**os.environ, "DIARIST_DEVELOPER": "ON"}
    environment |= {name: value for name, value in (("CC", arguments.cc), ("CXX", arguments.cxx)) if value}
    failed = []
    for version in [*before, *stable[:1]]:
        wheels = work / f"wheels-{version[0]}.{version[1]}"
        subprocess.run([SOURCE / "scripts" / "wheel.sh", wheels, found[version]], check=True, env=environment)
        (wheel,) = wheels.glob("*.whl")
        tag = f"cp{STABLE[0]}{STABLE[1]}-abi3" if version >= STABLE else "cp{0}{1}-cp{0}{1}".format(*version)
        if f"-{tag}-" not in wheel.name:
            print(f"failed: {wheel.name} is not for {tag}")
            failed.append(wheel.name)
        for target in stable if version >= STABLE else [version]:
            print(f"{wheel.name} in Python {target[0]}.{target[1]}", flush=True)
            tests = TESTS if target == version else TESTS[:1]
            if not tested(target, found[target], wheel, tests, work, arguments.program.resolve()):
                failed.append(f"{wheel.name} in {target[0]}.{target[1]}")
    print("failed:", ", ".join(failed) or "none")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
