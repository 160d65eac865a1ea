"""Diarizes a recording and prints its turns; fails where a library came from elsewhere than from the wheel.

    python carried.py RECORDING
"""

import pathlib
import sys

import diarist

# What the extension needs beyond the C and C++ run-time libraries, which every Linux has.
CARRIED = ("libsndfile", "libFLAC", "libvorbis", "libopus", "libmpg123", "libsoxr", "libminizip", "libhwy", "libxxhash", "libpugixml", "libsqlite3")

print(diarist.diarize(sys.argv[1]).to_rttm(), end="")
mapped = {line.split()[-1] for line in open("/proc/self/maps") if ".so" in line}
for name in CARRIED:
    files = [file for file in mapped if pathlib.Path(file).name.startswith(name)]
    if not files or any("/diarist.libs/" not in file for file in files):
        sys.exit(f"{name} is not the wheel's own: {files}")
