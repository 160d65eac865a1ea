"""What the runners of Python engines share: arguments in, turns and seconds out."""
import json
import os
import pathlib
import sys
import wave


def arguments(argv):
    if len(argv) < 4:
        sys.exit(f"usage: {argv[0]} MODELS OUT WAV...")
    return pathlib.Path(argv[1]), pathlib.Path(argv[2]), [pathlib.Path(each) for each in argv[3:]]


def threads():
    """As many as there are cores that the process may run on."""
    return len(os.sched_getaffinity(0))


def read_wav(file):
    """16-bit mono samples as floats."""
    import numpy as np

    with wave.open(str(file)) as source:
        return np.frombuffer(source.readframes(source.getnframes()), "<i2").astype("f4") / 32768


def done(file, seconds):
    print(json.dumps({"file": file.stem, "wall_s": seconds}), flush=True)


def write(out, file, found):
    """`found`: (start, end, speaker) in seconds."""
    lines = [f"SPEAKER {file.stem} 1 {start:.3f} {end - start:.3f} <NA> <NA> {speaker} <NA> <NA>\n"
             for start, end, speaker in found]  # fmt: skip
    (out / f"{file.stem}.rttm").write_text("".join(lines))
