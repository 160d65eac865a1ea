#!/usr/bin/env python3
"""Holds the C header, and what a shared library shows, against the list of exported functions.

    check_symbols.py HEADER LIST [LIBRARY]

A function that goes from the list, or changes, breaks programs that were built before: the list changes only with a
version. Of C++ a library shows names of namespace diarist alone, and none of an inner namespace.
"""

import pathlib
import re
import subprocess
import sys

DECLARED = re.compile(r"^DIARIST_API\s[^;]*?\b(diarist_\w+)\s*\(", re.MULTILINE)
# What the public headers have in diarist itself: classes, functions, their types' run-time information.
PUBLIC = re.compile(r"^(?:(?:typeinfo|typeinfo name|vtable) for )?diarist::[A-Za-z_]\w*(?:::~?\w+|::operator[^(]+)*(?:\[abi:\w+\])?(?:\(.*)?$")
INNER = re.compile(r"^(?:(?:typeinfo|typeinfo name|vtable) for )?diarist::([a-z_0-9]+)::")
RETURNED = re.compile(r"^[^(]* (?=diarist::)")


def differences(title, found, wanted):
    for name in sorted(found - wanted):
        print(f"{title}: {name} is not in the list")
    for name in sorted(wanted - found):
        print(f"{title}: {name} is missing")
    return found != wanted


def shown_by(library):
    """The mangled and the demangled names that a shared library defines for others."""
    table = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", library], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    names = [line.split()[0].split("@")[0] for line in table.splitlines()]
    demangled = subprocess.run(
        ["c++filt"], input="\n".join(names), check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()
    return list(zip(names, demangled))


def main():
    header, list_file = (pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:3])
    wanted = {line for line in list_file.splitlines() if line and not line.startswith("#")}
    wrong = differences("header", set(DECLARED.findall(header)), wanted)
    if len(sys.argv) > 3:
        shown = shown_by(sys.argv[3])
        plain = {name for name, _ in shown if not name.startswith("_Z")}
        wrong |= differences("library", plain, wanted)
        for name, text in shown:
            if not name.startswith("_Z"):
                continue
            if not PUBLIC.match(text) or INNER.match(text):
                print(f"library: shows {text}")
                wrong = True
        print(f"{len(plain)} functions in C, {len(shown) - len(plain)} names in C++")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
