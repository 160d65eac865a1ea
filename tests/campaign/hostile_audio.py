#!/usr/bin/env python3
"""Recordings that nobody made in good faith: extreme samples, rates, channels and lengths, headers that lie, files cut short.

    tests/campaign/hostile_audio.py --program build/release/diarist --seed 1 --count 0 [--long]

Every case there is, or with --count so many of them, chosen by --seed; then as many files again whose bytes were changed at random (--changed).
Promises: the program ends with code 0 and a result that docs/json-schema.md allows, with the length that the file has where that is
certain; or with the code of a recording that cannot be read (3, 4) and a message that names it. Never by a signal, late, or with NaN.
"""
import array
import math
import random
import struct
import sys
import wave

import campaign
from campaign import expect
from turns import check_document

RATE_HZ = 16000
# What the pipeline counts in (docs/how-it-works.md): windows and their steps, the trunk's blocks of 30 s, seconds of relabelling, frames of
# filter banks (25 ms each 10 ms), of segmentation (0.0619375 s each 0.016875 s) and what feeds the first layer (251 taps, stride 10).
BOUNDARIES_S = (0.010, 0.025, 0.016875, 0.0619375, 0.24, 0.5, 0.8, 1, 2, 5, 9, 10, 11, 12, 20, 29, 30, 31, 32)
BOUNDARY_SAMPLES = sorted({round(seconds * RATE_HZ) + more for seconds in BOUNDARIES_S for more in (-1, 0, 1)} |
                          {0, 1, 2, 3, 9, 10, 11, 250, 251, 252, 399, 400, 401})
LIES = (0, 1, 2, 3, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def wav(samples, rate_hz=RATE_HZ, channels=1, bits=16, kind=1, **lies):
    """A WAV; `lies` are fields that say something else than what is true."""
    block = max(1, channels * bits // 8)
    field = {"riff": 36 + len(samples), "kind": kind, "channels": channels, "rate": rate_hz, "bytes_per_second": min(rate_hz * block, 0xFFFFFFFF),
             "block": block & 0xFFFF, "bits": bits, "format_bytes": 16, "data": len(samples), **lies}
    return (b"RIFF" + struct.pack("<I", field["riff"]) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", field["format_bytes"], field["kind"], field["channels"], field["rate"], field["bytes_per_second"], field["block"],
        field["bits"]) + b"data" + struct.pack("<I", field["data"]) + samples)


def floats(values, **more):
    return wav(array.array("f", values).tobytes(), bits=32, kind=3, **more)


def speech(samples, from_s=6):
    """So many of the sample's, again and again."""
    with wave.open(str(campaign.SAMPLE)) as source:
        source.setpos(int(from_s * RATE_HZ))
        part = source.readframes(24 * RATE_HZ)
    return (part * (2 * samples // len(part) + 1))[:2 * samples]


def tones(seconds):
    """Three notes with harmonics that change four times a second."""
    out = array.array("h")
    for at in range(int(seconds * RATE_HZ)):
        step = at // 4000
        out.append(int(sum(3000 * math.sin(2 * math.pi * note * 2 ** (step * 7 % 12 / 12) * at / RATE_HZ) for note in (220, 277.2, 329.6))))
    return out.tobytes()


def cases(long):
    """Name, bytes (or what makes them), and the length in seconds where the file has one beyond doubt."""
    noise = random.Random(7)
    ten = 10 * RATE_HZ
    spoken = [value / 32768 for value in array.array("h", speech(5 * RATE_HZ))]
    special = {"ones": [1.0], "minus-ones": [-1.0], "zeros": [0.0], "minus-zeros": [-0.0], "denormals": [1e-40, -1e-42],
               "smallest": [1e-45], "square": [1.0] * 40 + [-1.0] * 40, "huge": [1e30, -1e30], "largest": [3.4e38, -3.4e38],
               "offset": [0.9, 0.91], "beyond-one": [40.0, -40.0, 3.0]}
    for name, values in special.items():
        yield f"float-{name}", floats((values * ten)[:ten]), 10
    for name, value in (("nan", math.nan), ("infinity", math.inf), ("minus-infinity", -math.inf)):
        yield f"float-all-{name}", floats([value] * ten), None
        for at in (0, 1, len(spoken) // 2, len(spoken) - 1):
            yield f"float-one-{name}-at-{at}", floats(spoken[:at] + [value] + spoken[at + 1:]), None
    yield "float-speech-of-1e-30", floats([value * 1e-30 for value in spoken]), 5
    yield "float-speech-of-1e30", floats([value * 1e30 for value in spoken]), 5
    yield "clipped", wav(array.array("h", (max(-32768, min(32767, int(40 * 32768 * value))) for value in spoken)).tobytes()), 5
    yield "noise", wav(noise.randbytes(2 * ten)), 10
    yield "noise-float-bits", wav(noise.randbytes(4 * ten), bits=32, kind=3), None
    yield "noise-double-bits", wav(noise.randbytes(8 * ten), bits=64, kind=3), None
    yield "tones", wav(tones(10)), 10
    yield "largest-integers", wav(b"\xff\x7f" * ten), 10
    yield "smallest-integers", wav(b"\x00\x80" * ten), 10
    for minutes in (1, 10, *([60] if long else [])):
        yield f"silence-{minutes}-minutes", wav(bytes(2 * 60 * minutes * RATE_HZ)), 60 * minutes
    for rate in (1, 2, 3, 7, 100, 999, 4000, 7999, 8000, 11025, 15999, 16001, 22050, 44100, 48000, 96000, 192000, 384000, 767999, 768000):
        samples = max(1, min(3 * rate, 600000))
        yield f"rate-{rate}", wav(speech(samples), rate_hz=rate), round(samples * RATE_HZ / rate) / RATE_HZ
    yield "rate-1-ten-minutes", wav(speech(600), rate_hz=1), 600
    for rate in (0, 768001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        yield f"rate-{rate}", wav(speech(ten), rate_hz=rate), None
    for channels in (2, 3, 6, 7, 8, 63, 64, 255, 1024):
        yield f"channels-{channels}", wav(speech(2 * RATE_HZ // 8 * channels), channels=channels, rate_hz=8000), None
    for channels in (0, 1025, 32768, 65535):
        yield f"channels-{channels}", wav(speech(ten), channels=channels), None
    for bits, kind in ((8, 1), (24, 1), (32, 1), (32, 3), (64, 3), (8, 6), (8, 7), (0, 1), (1, 1), (12, 1), (64, 1), (16, 3), (128, 3),
                       (65535, 1), (4, 2), (4, 17), (16, 0x55), (16, 0xFFFE), (16, 0), (16, 0xFFFF)):
        yield f"bits-{bits}-kind-{kind}", wav(speech(RATE_HZ), bits=bits, kind=kind), None
    for samples in BOUNDARY_SAMPLES:
        yield f"samples-{samples}", wav(speech(samples)), samples / RATE_HZ if samples else None
        yield f"silent-samples-{samples}", wav(bytes(2 * samples)), samples / RATE_HZ if samples else None
    whole = speech(3 * RATE_HZ)
    for field in ("riff", "data", "format_bytes", "rate", "bytes_per_second"):
        for lie in (*LIES, len(whole) - 1, len(whole) + 1, len(whole) + 36, 2 * len(whole)):
            # At 8 Hz the whole is an hour and a half, which takes its time.
            yield f"lie-{field}-{lie}", wav(whole[:600] if field == "rate" else whole, **{field: lie}), None
    for field in ("block", "bits", "channels", "kind"):
        for lie in (0, 1, 3, 4, 5, 7, 255, 0x7FFF, 0x8000, 0xFFFF):
            yield f"lie-{field}-{lie}", wav(whole, **{field: lie}), None
    honest = wav(whole)
    for kept in (0, 1, 3, 4, 7, 8, 11, 12, 15, 16, 20, 24, 35, 36, 40, 43, 44, 45, 46, 1000, len(honest) // 2, len(honest) - 2, len(honest) - 1):
        yield f"first-{kept}-bytes", honest[:kept], None
    yield "bytes-after-the-end", honest + noise.randbytes(1001), 3
    yield "twice-the-header", honest[:44] + honest, None
    yield "text", b"this is no recording\n" * 1000, None
    yield "noise-without-header", noise.randbytes(100000), None
    for start in (b"RIFF", b"RF64", b"BW64", b"FORM", b"fLaC", b"OggS", b"ID3\x04", b".snd", b"caff", b"riff\x2e\x91\xcf\x11", b"\xff\xfb\x90\x00"):
        yield f"only-begins-as-{start.hex()}", start + noise.randbytes(20000), None


def judge(given, content, seconds, folder):
    recording, result = folder / "talk.wav", folder / "talk.json"
    recording.write_bytes(content)
    end = campaign.ended([given.program, "diarize", recording, "-q", "-o", result], patience_s=60 + (seconds or 0) / 2)
    if end.code == 0:
        document = check_document(result.read_bytes(), seconds)
        return "turns" if document["turns"] else "nobody speaks"
    expect(not list(folder.glob("*.json")), "an error, and a result")
    expect(end.code in (3, 4), f"code {end.code}: {end.err}")
    expect("talk.wav" in end.err and len(end.err) > 30, f"a message that does not help: {end.err!r}")
    expect(seconds is None or "finite" in end.err, f"refused: {end.err}")
    return "clear error"


def changed(random, honest):
    """Some bytes of a file are others, a few are gone or too many; half of the time in its header alone."""
    content = bytearray(honest)
    for _ in range(random.randint(1, 12)):
        at = random.randrange(min(len(content), 64) if random.random() < 0.5 else len(content))
        match random.randrange(4):
            case 0: content[at] ^= 1 << random.randrange(8)
            case 1: content[at:at + 4] = random.choice([b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", random.randbytes(4)])
            case 2: del content[at:at + random.randint(1, 100)]
            case 3: content[at:at] = random.randbytes(random.randint(1, 100))
        if not content:
            break
    return bytes(content)


def configure(parser):
    parser.add_argument("--long", action="store_true", help="an hour of silence too")
    parser.add_argument("--changed", type=int, default=300, help="so many files with bytes changed at random")


def kinds(given, folder):
    """A short recording in several formats, as this program writes and reads them, and those of the tests."""
    sound = campaign.cut_sample(folder / "honest.wav", 6, 9)
    turns = folder / "honest.rttm"
    turns.write_text("SPEAKER honest 1 0.0 3.0 <NA> <NA> Ann <NA> <NA>\n")
    found = [sound.read_bytes(), floats([0.01 * (at % 7) for at in range(16000)])]
    campaign.done([given.program, "split", sound, turns, "-q", "-o", folder / "flac", "--format", "flac"])
    found += [path.read_bytes() for path in sorted((folder / "flac").glob("*.flac"))]
    return found


def main():
    import pathlib
    import tempfile
    given = campaign.arguments(__doc__, 0, configure)
    tries = campaign.Campaign(given)
    chosen = list(cases(given.long))
    if given.count:
        chosen = random.Random(given.seed).sample(chosen, min(given.count, len(chosen)))
    for name, content, seconds in chosen:
        tries.run(name, lambda _, folder: judge(given, content, seconds, folder))
    with tempfile.TemporaryDirectory() as folder:
        honest = kinds(given, pathlib.Path(folder))
    number = int(given.only.split("-")[1]) + 1 if given.only and given.only.startswith("changed-") else given.changed
    for index in range(number):
        tries.run(f"changed-{index}", lambda random, folder: judge(given, changed(random, random.choice(honest)), None, folder))
    return tries.end("recordings")


if __name__ == "__main__":
    sys.exit(main())
