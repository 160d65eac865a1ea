"""Runs a built program as a server and is its clients: honest ones, hostile ones, schemathesis.

    tests/server/end_to_end/run.py --program build/release/diarist --work FOLDER [--probe stream_probe] [TEST...]

TEST is a module, class or test, as unittest names them. Packages come from PyPI into FOLDER/environment. Exits with 77 where
they cannot be had.
"""
import argparse
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "testing")]

import python_environment  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--probe", type=pathlib.Path, help="tests/stream_probe: the events of the library's stream")
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    python_environment.enter(arguments.work / "environment", ["websockets", "schemathesis"])

    os.environ["DIARIST_PROGRAM"] = str(arguments.program.resolve())
    if arguments.probe:
        os.environ["DIARIST_STREAM_PROBE"] = str(arguments.probe.resolve())
    loader = unittest.defaultTestLoader
    found = loader.loadTestsFromNames(arguments.tests) if arguments.tests else loader.discover(str(HERE))
    return 0 if unittest.TextTestRunner(verbosity=2).run(found).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
