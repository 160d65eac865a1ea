#!/usr/bin/env python3
"""Diarizes a recording through the shared library and ctypes alone, prints the turns as RTTM, and sees what mistakes
give: errors, callbacks from Python, buffers.

    with_ctypes.py LIBRARY RECORDING
"""

import array
import ctypes
import sys

SIZE = ctypes.c_size_t
HANDLE = ctypes.c_void_p
INT = ctypes.c_int32
PROGRESS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_double, ctypes.c_double, ctypes.c_void_p)
NOT_FOUND, CORRUPT_AUDIO, CANCELLED, BAD_HANDLE = 2, 5, 10, 14
RTTM = 0


class Hooks(ctypes.Structure):
    _fields_ = [("size", SIZE), ("progress", PROGRESS), ("user", HANDLE), ("cancellation", HANDLE)]


class Turn(ctypes.Structure):
    _fields_ = [
        ("size", SIZE),
        ("start_s", ctypes.c_double),
        ("end_s", ctypes.c_double),
        ("speaker", INT),
        ("channel", INT),
        ("confidence", ctypes.c_double),
    ]


class DiaristError(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Library:
    """Calls functions by name; raises what they report."""

    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        self.c.diarist_version.restype = ctypes.c_char_p
        self.c.diarist_error_message.restype = ctypes.c_char_p
        self.c.diarist_error_message.argtypes = [HANDLE]
        self.c.diarist_turn_count.restype = SIZE
        self.c.diarist_turn_count.argtypes = [HANDLE]
        for name in ("error", "diarizer", "diarization"):
            getattr(self.c, f"diarist_{name}_free").argtypes = [HANDLE]

    def __call__(self, name, *arguments):
        error = HANDLE()
        status = getattr(self.c, name)(*arguments, ctypes.byref(error))
        if status != 0:
            message = self.c.diarist_error_message(error).decode()
            self.c.diarist_error_free(error)
            raise DiaristError(status, message)


def refused(status, part, call):
    try:
        call()
    except DiaristError as error:
        assert error.status == status and part in str(error), (error.status, str(error))
        return
    raise AssertionError(f"{part} was not refused")


def main():
    library = Library(sys.argv[1])
    recording = sys.argv[2].encode()
    diarizer = HANDLE()
    library("diarist_diarizer_new", None, None, ctypes.byref(diarizer))

    calls = []
    hooks = Hooks()
    library("diarist_hooks_init", ctypes.byref(hooks), SIZE(ctypes.sizeof(hooks)))
    progress = PROGRESS(lambda done_s, total_s, user: calls.append((done_s, total_s)) or 0)
    hooks.progress = progress
    result = HANDLE()
    library("diarist_diarize_file", diarizer, recording, None, ctypes.byref(hooks), ctypes.byref(result))
    assert calls and calls[-1][0] == calls[-1][1] > 0, calls

    turns = []
    for i in range(library.c.diarist_turn_count(result)):
        turn = Turn(size=ctypes.sizeof(Turn))
        library("diarist_turn_at", result, SIZE(i), ctypes.byref(turn))
        turns.append((turn.start_s, turn.end_s))
    assert turns and turns == sorted(turns) and all(start < end for start, end in turns), turns

    needed = SIZE()
    library("diarist_diarization_text", result, INT(RTTM), None, SIZE(0), ctypes.byref(needed))
    text = ctypes.create_string_buffer(needed.value + 1)
    library("diarist_diarization_text", result, INT(RTTM), text, SIZE(len(text)), None)
    sys.stdout.write(text.value.decode())

    none = HANDLE()
    refused(
        NOT_FOUND,
        "nowhere.wav",
        lambda: library("diarist_diarize_file", diarizer, b"nowhere.wav", None, None, ctypes.byref(none)),
    )
    samples = array.array("f", [0.0, float("nan")] * 8000)
    address = (ctypes.c_float * len(samples)).from_buffer(samples)
    arguments = (diarizer, address, SIZE(len(samples)), INT(16000), None)
    refused(
        CORRUPT_AUDIO,
        "NaN",
        lambda: library("diarist_diarize_samples", *arguments, None, ctypes.byref(none)),
    )
    samples[:] = array.array("f", [0.0] * len(samples))
    stop = PROGRESS(lambda done_s, total_s, user: 1)
    hooks.progress = stop
    refused(
        CANCELLED,
        "progress",
        lambda: library("diarist_diarize_samples", *arguments, ctypes.byref(hooks), ctypes.byref(none)),
    )
    library.c.diarist_diarization_free(result)
    library.c.diarist_diarizer_free(diarizer)
    refused(
        BAD_HANDLE,
        "freed",
        lambda: library("diarist_diarize_file", diarizer, recording, None, None, ctypes.byref(none)),
    )
    assert none.value is None
    print(f"diarist {library.c.diarist_version().decode()} through ctypes: {len(turns)} turns", file=sys.stderr)


if __name__ == "__main__":
    main()
