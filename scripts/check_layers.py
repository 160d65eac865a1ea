#!/usr/bin/env python3
"""Checks who includes whom: a room of src/ sees only rooms of lower layers, and the public headers no
third-party ones. Prints each offence as FILE:LINE and exits with 1 where there is any.

    scripts/check_layers.py [ROOT]
"""

import pathlib
import re
import sys

# The one table of layers: a room includes rooms of smaller numbers and itself.
LAYERS = {
    "base": 0,
    "sqlite": 0,
    "kernels": 1,
    "audio": 1,
    "dsp": 2,
    "model": 2,
    "nets": 3,
    "clustering": 3,
    "pipeline": 4,
    "modeltools": 4,
    "formats": 4,
    "scoring": 4,
    "cutting": 5,
    "transcripts": 5,
    "report": 5,
    "plotting": 5,
    "voices": 5,
    "linking": 6,
    "archive": 6,
    "server": 6,
    "capi": 6,
    "cli": 7,
    "python": 7,
}
PUBLIC = "diarist"

QUOTED = re.compile(r'^\s*#\s*include\s*"([^"]+)"')
ANGLED = re.compile(r"^\s*#\s*include\s*<([^>]+)>")
# <vector>, <cstdint>, and what the C header needs; every third-party header has a dot or slash.
STANDARD = re.compile(r"^([a-z0-9_]+|std(def|int)\.h)$")


def source_files(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in {".hpp", ".cpp", ".h", ".cc", ".inc"})


def offences_of_room(room, path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = QUOTED.match(line)
        if not match:
            continue
        target = match[1].split("/")[0] if "/" in match[1] else None
        if target == PUBLIC:
            continue
        if target is None or target == "..":
            yield number, f'"{match[1]}" does not name its room'
        elif target not in LAYERS:
            yield number, f"'{target}' is no room of the table"
        elif target != room and LAYERS[target] >= LAYERS[room]:
            yield number, f"{room} (layer {LAYERS[room]}) must not include {target} (layer {LAYERS[target]})"


def offences_of_public_header(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        angled, quoted = ANGLED.match(line), QUOTED.match(line)
        if angled and not STANDARD.match(angled[1]):
            yield number, f"<{angled[1]}> is not of the standard library"
        elif quoted and not quoted[1].startswith(PUBLIC + "/"):
            yield number, f'"{quoted[1]}" is not public'


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    offences = 0
    files = 0
    for room in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        if room.name not in LAYERS:
            print(f"{room}: '{room.name}' is no room of the table")
            offences += 1
            continue
        for path in source_files(room):
            files += 1
            for number, text in offences_of_room(room.name, path):
                print(f"{path}:{number}: {text}")
                offences += 1
    for path in source_files(root / "include"):
        files += 1
        for number, text in offences_of_public_header(path):
            print(f"{path}:{number}: {text}")
            offences += 1
    print(f"{files} files, {offences} offences")
    return 1 if offences or not files else 0


if __name__ == "__main__":
    sys.exit(main())
