#!/usr/bin/python3
"""How well diarist knows people again: error rates of names by enrolment and place (docs/accuracy.md).

    identification.py --program build/release/diarist --shared FOLDER [--fit] [--json OUT] [--into docs/accuracy.md]

The ten people of librispeech-test-other, each enrolled from the first half of the recordings and heard in the second:
alone, and in simulated meetings. Enrolment is from 3, 10 and 30 s, of the recordings or of what somebody says alone in
meetings that are made of them. All scores and names are the program's (`speakers add`, `speakers match`, `--identify`).
Five of the people, every second one, are those that the calibration is fitted on; what a threshold does is told of the
other five, too. --fit prints the constants for src/voices/voice_scorer.hpp anew, and thresholds.
Everything is made below --work and taken from there again. Needs Debian's python3, python3-numpy, python3-scipy and
python3-soundfile.
"""
import argparse
import dataclasses
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import numpy
import soundfile

import report
from accuracy_sets import Meeting

RATE = 16000
SECONDS = [3, 10, 30]  # of enrolment
CLIPS = {3: 5, 10: 5, 30: 2}  # of each person
PLACES = ["clean", "meetings"]
ENROLMENT_MEETINGS = [Meeting(f"ve{i}", n, 4, 400 + i, 0.15) for i, n in enumerate([5, 5, 5, 5, 5, 5])]
HEARD_MEETINGS = [Meeting(f"vh{i}", n, 4, 500 + i, 0.2) for i, n in enumerate([3, 4, 5, 6, 4, 6, 5, 5])]
FALSE_ACCEPTS = [0.05, 0.01, 0.001]
SPLITS = 5  # of the people into known and unknown ones
LEAST_SHARE = 0.5  # of a found speaker's time that one person must have to be who it is


@dataclasses.dataclass(frozen=True)
class Trial:
    enrolled: str
    heard: str
    enrolment: str  # place
    seconds: int
    place: str  # where heard
    score: float

    @property
    def same(self):
        return self.enrolled == self.heard


def read_reference(rttm):
    turns = []
    for line in rttm.read_text().splitlines():
        words = line.split()
        if words and words[0] == "SPEAKER":
            turns.append((float(words[3]), float(words[3]) + float(words[4]), words[7]))
    return turns


def alone(turns, person):
    """Stretches in which nobody else speaks."""
    edges = sorted({edge for start, end, _ in turns for edge in (start, end)})
    for start, end in zip(edges, edges[1:]):
        speaking = {who for a, b, who in turns if a < end and b > start}
        if speaking == {person}:
            yield start, end


def who_is(turns, found):
    """Of each speaker of a result: the person who has most of the time, if that is enough of it."""
    people = {}
    for speaker in found["speakers"]:
        shares, total = {}, 0
        for turn in found["turns"]:
            if turn["speaker"] != speaker["name"]:
                continue
            total += turn["end"] - turn["start"]
            for start, end, who in turns:
                shares[who] = shares.get(who, 0) + max(0, min(end, turn["end"]) - max(start, turn["start"]))
        best = max(shares, key=shares.get, default=None)
        people[speaker["name"]] = best if best and shares[best] >= LEAST_SHARE * total else None
    return people


def equal_error_rate(same, different):
    """Where as large a share of strangers is let in as of the people themselves is turned away."""
    same, different = numpy.sort(same), numpy.sort(different)
    thresholds = numpy.concatenate([same, different])
    turned_away = numpy.searchsorted(same, thresholds) / len(same)
    let_in = 1 - numpy.searchsorted(different, thresholds) / len(different)
    best = numpy.argmin(numpy.abs(turned_away - let_in))
    return float(turned_away[best] + let_in[best]) / 2


def logistic_fit(same, different):
    """Scale and offset that make log-likelihood ratios of scores; both kinds weigh alike. Newton's method."""
    scores = numpy.concatenate([same, different])
    labels = numpy.concatenate([numpy.ones(len(same)), numpy.zeros(len(different))])
    weights = numpy.where(labels == 1, 0.5 / len(same), 0.5 / len(different))
    # With people told apart without an error any steepness fits, the steeper the better: a little ridge says when to stop.
    ridge = 1e-4
    design = numpy.stack([scores, numpy.ones(len(scores))], axis=1)
    x = numpy.array([0.05, 0.0])
    for _ in range(100):
        p = 1 / (1 + numpy.exp(-numpy.clip(design @ x, -500, 500)))
        gradient = design.T @ (weights * (p - labels)) + ridge * numpy.array([x[0], 0])
        hessian = (design * (weights * p * (1 - p))[:, None]).T @ design + numpy.diag([ridge, 1e-12])
        x = x - numpy.linalg.solve(hessian, gradient)
    return x


class Bench:
    def __init__(self, args):
        self.args = args
        self.work = args.work
        self.work.mkdir(parents=True, exist_ok=True)
        speech = args.shared / "audio" / "librispeech-test-other"
        self.people = sorted(p.name for p in speech.iterdir() if p.is_dir())
        self.fitted_on = self.people[::2]
        self.files = {p: sorted((speech / p).glob("*.flac")) for p in self.people}
        self.refused = 0

    def program(self, *words, check=True):
        return subprocess.run([self.args.program, *map(str, words)], check=check, capture_output=True, text=True)

    def meetings(self, which, half):
        """Made of one half of everybody's recordings."""
        source, folder = self.work / f"half{half}", self.work / which
        for person, files in self.files.items():
            (source / person).mkdir(parents=True, exist_ok=True)
            for file in files[:5] if half == 0 else files[5:]:
                link = source / person / file.name
                if not link.exists():
                    link.symlink_to(file.resolve())
        folder.mkdir(exist_ok=True)
        made = []
        for meeting in ENROLMENT_MEETINGS if half == 0 else HEARD_MEETINGS:
            prefix = folder / meeting.name
            if not prefix.with_suffix(".rttm").exists():
                subprocess.run(["/usr/bin/python3", self.args.shared / "tools" / "simulate_meeting.py", source, prefix,
                                "--speakers", str(meeting.speakers), "--minutes", str(meeting.minutes),
                                "--seed", str(meeting.seed), "--overlap", str(meeting.overlap)],
                               check=True, stdout=subprocess.DEVNULL)
            made.append(prefix.with_suffix(".wav"))
        return made

    def clips(self):
        """(place, seconds, person, number) -> file."""
        found = {}
        folder = self.work / "clips"
        folder.mkdir(exist_ok=True)

        def keep(place, seconds, person, number, samples):
            name = folder / f"{place}-{seconds}-{person}-{number}.wav"
            if not name.exists():
                soundfile.write(name, samples[: seconds * RATE], RATE)
            found[place, seconds, person, number] = name

        for person in self.people:
            parts = [soundfile.read(f, dtype="float32")[0] for f in self.files[person][:5]]
            for seconds, count in CLIPS.items():
                for number in range(count):
                    turned = parts[number:] + parts[:number]
                    samples = numpy.concatenate(turned)
                    if len(samples) >= seconds * RATE:
                        keep("clean", seconds, person, number, samples)
        for audio in self.meetings("enrolment", 0):
            sound = soundfile.read(audio, dtype="float32")[0]
            turns = read_reference(audio.with_suffix(".rttm"))
            for person in sorted({who for _, _, who in turns}):
                pieces = [sound[int(a * RATE):int(b * RATE)] for a, b in alone(turns, person) if b - a >= 0.5]
                samples = numpy.concatenate(pieces) if pieces else numpy.zeros(0)
                for seconds in SECONDS:
                    number = sum(1 for key in found if key[:3] == ("meetings", seconds, person))
                    if len(samples) >= seconds * RATE and number < CLIPS[seconds]:
                        keep("meetings", seconds, person, number, samples)
        return found

    def stores(self, clips):
        """A store for each place and length, with a voice for each clip: "PERSON-NUMBER"."""
        stores = {}
        for (place, seconds, person, number), clip in clips.items():
            store = self.work / f"{place}-{seconds}.db"
            if (place, seconds) not in stores:
                stores[place, seconds] = store
                for old in self.work.glob(store.name + "*"):
                    old.unlink()
            done = self.program("speakers", "add", "--quiet", f"{person}-{number}", clip, "--store", store, check=False)
            if done.returncode:
                self.refused += 1
        return stores

    def heard(self):
        """(place, result in JSON, {speaker: person})."""
        results = self.work / "results"
        singles = [f for person in self.people for f in self.files[person][5:]]
        meetings = self.meetings("heard", 1)
        self.program("diarize", *singles, *meetings, "-q", "-f", "json", "-o", f"{results}/", "--cache", self.work / "cache")
        heard = []
        for file in singles:
            result = results / (file.stem + ".json")
            found = json.loads(result.read_text())
            speakers = sorted(found["speakers"], key=lambda s: -s["total"])[:1]
            heard.append(("clean", result, {s["name"]: file.parent.name for s in speakers}))
        for file in meetings:
            result = results / (file.stem + ".json")
            heard.append(("meetings", result, who_is(read_reference(file.with_suffix(".rttm")),
                                                     json.loads(result.read_text()))))
        self.recordings = [*singles, *meetings]
        return heard

    def trials(self, stores, heard):
        trials = []
        for (enrolment, seconds), store in stores.items():
            for place, result, people in heard:
                matched = json.loads(self.program("speakers", "match", result, "--store", store, "--json").stdout)
                for each in matched["scores"]:
                    person = people.get(each["speaker"])
                    if person:
                        trials.append(Trial(each["voice"].split("-")[0], person, enrolment, seconds, place, each["score"]))
        return trials

    def open_set(self, stores, heard):
        """Half of the people known, by one clip each; names as `--identify` gives them."""
        counts = {}
        for split in range(SPLITS):
            known = set(random.Random(split).sample(self.people, len(self.people) // 2))
            for (enrolment, seconds), full in stores.items():
                store = self.work / "half.db"
                for old in self.work.glob(store.name + "*"):
                    old.unlink()
                shutil.copy(full, store)
                names = [v["name"] for v in json.loads(self.program("speakers", "list", "--json", "--store", store).stdout)["voices"]]
                chosen = {}
                for name in names:
                    if name.split("-")[0] in known:
                        chosen.setdefault(name.split("-")[0], []).append(name)
                keep = {sorted(several)[split % len(several)] for several in chosen.values()}
                self.program("speakers", "forget", *(set(names) - keep), "--store", store)
                folder = self.work / "named"
                self.program("diarize", *self.recordings, "-q", "-f", "json", "-o", f"{folder}/", "--identify", store,
                             "--cache", self.work / "cache")
                for place, result, people in heard:
                    before = json.loads(result.read_text())["speakers"]
                    after = json.loads((folder / result.name).read_text())["speakers"]
                    for old, new in zip(before, after):
                        person = people.get(old["name"])
                        if not person:
                            continue
                        called = new["name"].split("-")[0] if "score" in new else None
                        if person in chosen:
                            what = "left unknown" if called is None else "right" if called == person else "wrong"
                        else:
                            what = "stranger left unknown" if called is None else "stranger named"
                        key = (enrolment, seconds, place)
                        counts.setdefault(key, {}).setdefault(what, 0)
                        counts[key][what] += 1
        return counts


def shares(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "–"


def split_scores(trials):
    return (numpy.array([t.score for t in trials if t.same]), numpy.array([t.score for t in trials if not t.same]))


def rates(trials, fitted_on, threshold):
    """Of everybody the equal error rate, which no constant changes; of those that nothing was fitted on the rest."""
    same, different = split_scores(trials)
    held_same, held_different = split_scores([t for t in trials if not {t.enrolled, t.heard} & set(fitted_on)])
    return [len(same), len(different), f"{100 * equal_error_rate(same, different):.2f}", len(held_same), len(held_different),
            f"{100 * numpy.mean(held_different >= threshold):.2f}", f"{100 * numpy.mean(held_same < threshold):.2f}",
            f"{numpy.median(held_same):.1f}", f"{numpy.median(held_different):.1f}"]


def verification_table(trials, fitted_on, threshold):
    rows = []
    for enrolment in PLACES:
        for seconds in SECONDS:
            for place in PLACES:
                chosen = [t for t in trials if (t.enrolment, t.seconds, t.place) == (enrolment, seconds, place)]
                if chosen:
                    rows.append([f"{seconds} s, {enrolment}", place, *rates(chosen, fitted_on, threshold)])
    rows.append(["all", "", *rates(trials, fitted_on, threshold)])
    return report.table(["enrolled from", "heard", "same", "different", "EER %", "of five: same", "different", "false accepts %",
                         "false rejects %", "median same", "median different"], rows)


def threshold_table(same, different):
    rows = [[threshold, f"{100 * numpy.mean(different >= threshold):.2f}", f"{100 * numpy.mean(same < threshold):.2f}"]
            for threshold in range(-2, 8)]
    return report.table(["--min-score", "strangers let through %", "people turned away %"], rows)


def open_set_table(counts):
    rows = []
    for (enrolment, seconds, place), found in sorted(counts.items(), key=lambda c: (PLACES.index(c[0][0]), c[0][1], c[0][2])):
        known = sum(found.get(w, 0) for w in ("right", "wrong", "left unknown"))
        strangers = sum(found.get(w, 0) for w in ("stranger left unknown", "stranger named"))
        rows.append([f"{seconds} s, {enrolment}", place, known, shares(found.get("right", 0), known),
                     shares(found.get("wrong", 0), known), shares(found.get("left unknown", 0), known), strangers,
                     shares(found.get("stranger left unknown", 0), strangers), shares(found.get("stranger named", 0), strangers)])
    return report.table(["enrolled from", "heard", "known", "right %", "wrong %", "left unknown %", "strangers",
                         "left unknown %", "named %"], rows)


def constants():
    header = pathlib.Path(__file__).parent.parent / "src" / "voices" / "voice_scorer.hpp"
    scale, offset = re.search(r"kCalibration\{([-0-9.e]+), ([-0-9.e]+)\}", header.read_text()).groups()
    return float(scale), float(offset)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--shared", type=pathlib.Path, required=True, help="the reference material")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-identification")
    parser.add_argument("--fit", action="store_true", help="print the calibration's constants, and stop there")
    report.add_output_options(parser)
    args = parser.parse_args()
    if not args.shared.is_dir():
        sys.exit(f"{args.shared} is not there")
    machine = report.machine()
    threshold = float(re.search(r"double min_score = ([-0-9.]+);", (pathlib.Path(__file__).parent.parent / "include" / "diarist" /
                                                                  "identification.hpp").read_text())[1])
    bench = Bench(args)
    clips = bench.clips()
    stores = bench.stores(clips)
    heard = bench.heard()
    trials = bench.trials(stores, heard)
    if args.fit:
        of_fit = [t for t in trials if t.enrolled in bench.fitted_on and t.heard in bench.fitted_on]
        scale, offset = logistic_fit(*split_scores(of_fit))
        old_scale, old_offset = constants()
        print(f"kCalibration{{{scale * old_scale:.4g}, {scale * old_offset + offset:.4g}}}, {len(of_fit)} trials")
        strangers = split_scores(trials)[1]
        for rate in FALSE_ACCEPTS:
            print(f"{rate}: {scale * numpy.quantile(strangers, 1 - rate) + offset:.2f} of all strangers")
        return
    counts = bench.open_set(stores, heard)
    same, different = split_scores(trials)
    text = "\n\n".join([
        f"Comparisons of one enrolled voice with one heard one: the equal error rate of all ten people, and, of the five that "
        f"nothing was fitted on, what the default `--min-score {threshold:g}` does. {len(clips)} enrolments, of which "
        f"{bench.refused} were refused.",
        verification_table(trials, bench.fitted_on, threshold),
        f"What other thresholds would do, enrolled and heard in any of these ways: {len(different)} comparisons of strangers and "
        f"{len(same)} of people with themselves, all ten.",
        threshold_table(same, different),
        f"Open set: half of the people enrolled, the others unknown, {SPLITS} such halves; names as `--identify` gives them.",
        open_set_table(counts),
        report.caption(machine, report.command_line())])
    results = {"trials": [dataclasses.asdict(t) for t in trials],
               "open_set": [[*key, found] for key, found in counts.items()]}
    report.deliver(args, "identification", results, text)


if __name__ == "__main__":
    main()
