#!/usr/bin/python3
"""The recordings on which accuracy is measured, and how they come about.

    accuracy_sets.py --shared FOLDER --into FOLDER [SET ...]

Nothing of them is in the repository: excerpts and single speakers' recordings lie in the reference material, everything
else is made from those on demand, the same each time. A set is a folder of recordings with an RTTM of the same stem
beside each. Making meetings needs Debian's python3-numpy, python3-scipy and python3-soundfile; so do the other made sets.

Sets that are `chosen_on` may be used to choose an algorithm or a constant; the others only tell whether that was right.
"""
import argparse
import dataclasses
import itertools
import pathlib
import shutil
import subprocess
import sys

RATE = 16000


@dataclasses.dataclass(frozen=True)
class Meeting:
    """Arguments of simulate_meeting.py."""

    name: str
    speakers: int
    minutes: int
    seed: int
    overlap: float


# Fixed before anything ran on them, and never chosen on.
TEST_MEETINGS = [
    Meeting("te2", 2, 6, 201, 0.2),
    Meeting("te3", 3, 7, 202, 0.1),
    Meeting("te4a", 4, 7, 203, 0.15),
    Meeting("te4b", 4, 8, 204, 0.3),
    Meeting("te5", 5, 6, 205, 0.25),
    Meeting("te6", 6, 7, 206, 0.1),
    Meeting("te7", 7, 8, 207, 0.2),
    Meeting("te8", 8, 6, 208, 0.3),
]
# More people than there are in the material: each of them also with the speed changed, which networks for speakers are
# trained to take for somebody else.
CROWDS = [Meeting("cr12", 12, 8, 212, 0.2), Meeting("cr16", 16, 10, 216, 0.2)]
CROWD_SPEEDS = [(9, 10), (11, 10)]
SHORT_MEETINGS = ["tu3", "tu4", "tv4", "tv6"]
# Where slices of the tuning meetings start, by their length, both in seconds.
SLICES = {30: [60, 200], 60: [60, 180], 120: [120]}
GOLDENS = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"]


@dataclasses.dataclass(frozen=True)
class Turn:
    start: float
    end: float
    speaker: str


def read_rttm(file):
    lines = (line.split() for line in file.read_text().splitlines())
    return [Turn(float(p[3]), float(p[3]) + float(p[4]), p[7]) for p in lines if p and p[0] == "SPEAKER"]


def write_rttm(file, turns):
    with file.open("w") as out:
        for t in sorted(turns, key=lambda t: (t.start, t.end, t.speaker)):
            length = t.end - t.start
            out.write(f"SPEAKER {file.stem} 1 {t.start:.3f} {length:.3f} <NA> <NA> {t.speaker} <NA> <NA>\n")


def speakers_of(file):
    return len({turn.speaker for turn in read_rttm(file)})


def simulate(material, speech, folder, meetings):
    for m in meetings:
        if (folder / f"{m.name}.wav").exists():
            continue
        subprocess.run(
            [sys.executable, str(material / "tools" / "simulate_meeting.py"), str(speech), str(folder / "partial" / m.name),
             "--speakers", str(m.speakers), "--minutes", str(m.minutes), "--seed", str(m.seed), "--overlap", str(m.overlap)],
            check=True)  # fmt: skip
        for ending in ("rttm", "wav"):
            (folder / "partial" / f"{m.name}.{ending}").rename(folder / f"{m.name}.{ending}")
        shutil.rmtree(folder / "partial")


def make_tuning(material, root, folder):
    """The twelve of make_meetings.sh."""
    if len(list(folder.glob("*.wav"))) < 12:
        partial = folder / "partial"
        subprocess.run(["bash", str(material / "tools" / "make_meetings.sh"), str(partial)], check=True)
        for file in [*partial.glob("*.rttm"), *partial.glob("*.wav")]:
            file.rename(folder / file.name)
        shutil.rmtree(partial)


def make_test(material, root, folder):
    simulate(material, material / "audio" / "librispeech-test-other", folder, TEST_MEETINGS)


def make_crowd(material, root, folder):
    """Meetings of more people than the material has."""
    if all((folder / f"{m.name}.wav").exists() for m in CROWDS):
        return
    import soundfile
    from scipy.signal import resample_poly

    speech = folder / "speech"
    for original in sorted((material / "audio" / "librispeech-test-other").glob("*/**/*.flac")):
        samples, rate = soundfile.read(original, dtype="float32")
        person = original.relative_to(material / "audio" / "librispeech-test-other").parts[0]
        for up, down in [(1, 1), *CROWD_SPEEDS]:
            out = speech / f"{person}-{10 * up // down}" / original.name
            out.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(out, resample_poly(samples, up, down) if up != down else samples, rate)
    simulate(material, speech, folder, CROWDS)
    shutil.rmtree(speech)


def make_slices(material, root, folder):
    """Stretches of the tuning meetings, with what people say in them."""
    import soundfile

    for meeting in made(material, root, "tuning"):
        samples, rate = soundfile.read(meeting.audio, dtype="int16")
        turns = read_rttm(meeting.reference)
        for length, start in ((length, start) for length, starts in SLICES.items() for start in starts):
            out = folder / f"{meeting.audio.stem}-{length}s-{start}"
            end = start + length
            soundfile.write(f"{out}.wav", samples[start * rate : end * rate], rate, subtype="PCM_16")
            cut = [Turn(max(t.start, start) - start, min(t.end, end) - start, t.speaker) for t in turns]
            write_rttm(out.with_name(out.name + ".rttm"), [t for t in cut if t.end > t.start])


def make_joined(material, root, folder):
    """AMI excerpts one after the other: all ten, and each with the next one."""
    import numpy
    import soundfile

    excerpts = [recording for recording in made(material, root, "ami") if recording.audio.stem.startswith("trn")]
    heard = [soundfile.read(e.audio, dtype="int16") for e in excerpts]
    assert all(rate == RATE for _, rate in heard)
    everything = list(range(len(excerpts)))
    for members in [everything, *([i, (i + 1) % len(excerpts)] for i in everything)]:
        name = "all" if members == everything else "-".join(excerpts[i].audio.stem for i in members)
        soundfile.write(folder / f"{name}.wav", numpy.concatenate([heard[i][0] for i in members]), RATE, subtype="PCM_16")
        starts = itertools.accumulate((len(heard[i][0]) / RATE for i in members), initial=0.0)
        turns = [
            Turn(start + t.start, start + t.end, t.speaker)
            for i, start in zip(members, starts)
            for t in read_rttm(excerpts[i].reference)
        ]
        write_rttm(folder / f"{name}.rttm", turns)


def make_ami(material, root, folder):
    """Ten 30 s excerpts of AMI meetings, and sample.wav; annotated by people."""
    audio = material / "audio"
    for file in [*sorted((audio / "ami-excerpts").glob("trn*")), audio / "sample.wav", audio / "sample.rttm"]:
        shutil.copyfile(file, folder / file.name)


def make_goldens(material, root, folder):
    """Four clips with the reference implementation's own turns."""
    for name in GOLDENS:
        golden = material / "goldens" / name
        shutil.copyfile(golden / "clip_16k.wav", folder / f"{name}.wav")
        write_rttm(folder / f"{name}.rttm", read_rttm(golden / "reference.rttm"))


@dataclasses.dataclass(frozen=True)
class RecordingSet:
    """A set is a folder, or those files of another set's folder that `files` names."""

    make: object
    chosen_on: bool
    what: str
    folder: str = ""
    files: str = "*"


SETS = {
    "ami": RecordingSet(make_ami, True, "ten 30 s excerpts of AMI meetings and sample.wav, annotated by people"),
    "goldens": RecordingSet(make_goldens, False, "four clips, against the turns of the reference implementation"),
    "joined": RecordingSet(make_joined, True, "the ten AMI excerpts as one recording, and each joined with the next one"),
    "meetings": RecordingSet(make_tuning, True, "four of the tuning meetings", "tuning", "t[uv][346]"),
    "tuning": RecordingSet(make_tuning, True, "twelve simulated meetings of 6 to 8 minutes, 2 to 9 people"),
    "test": RecordingSet(make_test, False, "eight simulated meetings of other seeds, 2 to 8 people"),
    "slices30": RecordingSet(make_slices, True, "24 stretches of 30 s of the tuning meetings", "slices", "*-30s-*"),
    "slices60": RecordingSet(make_slices, True, "24 stretches of 60 s of the tuning meetings", "slices", "*-60s-*"),
    "slices120": RecordingSet(make_slices, True, "12 stretches of 120 s of the tuning meetings", "slices", "*-120s-*"),
    "crowd": RecordingSet(make_crowd, False, "two simulated meetings of 12 and 16 people"),
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Recording:
    audio: pathlib.Path
    reference: pathlib.Path


def made(material, root, name):
    """The recordings of a set, sorted by name; they are made below `root` where they are not there yet."""
    recipe = SETS[name]
    folder = root / (recipe.folder or name)
    done = folder / "complete"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        recipe.make(material, root, folder)
        done.touch()
    audio = [f for f in sorted(folder.iterdir()) if f.suffix in (".flac", ".wav") and f.match(f"{recipe.files}{f.suffix}")]
    if name == "meetings":
        audio = [f for f in audio if f.stem in SHORT_MEETINGS]
    return [Recording(f, f.with_suffix(".rttm")) for f in audio]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, required=True, help="the reference material")
    parser.add_argument("--into", type=pathlib.Path, required=True)
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"{', '.join(SETS)}; all where none is named")
    args = parser.parse_args()
    for name in args.sets or SETS:
        recordings = made(args.shared, args.into, name)
        print(f"{name}: {len(recordings)} recordings ({SETS[name].what})")


if __name__ == "__main__":
    main()
