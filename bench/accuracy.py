#!/usr/bin/python3
"""How far diarist's turns are from people's: every set, with presets and options in columns (docs/accuracy.md).

    accuracy.py --program build/release/diarist --shared FOLDER [--sets ami test] [--configurations exact balanced fast]
                [--check] [--json OUT] [--into docs/accuracy.md] [--plots docs/accuracy]

Sets are described in accuracy_sets.py and made on demand below --work; configurations, lists of options, are in
accuracy_runs.py, and one whose options the program does not know is shown as such. For each set: per recording and in
all, DER with its three parts, JER, speakers found, all at collar 0 with overlap scored; a paired bootstrap of the
difference to `exact`; and what confidence is worth. --check holds all that to accuracy_limits.py and exits with 1 where
a limit is missed. Turns are kept in --work by the contents of program and recording, so that a second run is quick;
--reuse takes those of an earlier build for the configurations that it names.
Needs Debian's python3; sets other than `ami` and `goldens` need python3-numpy, python3-scipy and python3-soundfile to
be made, and the comparison with md-eval needs sctk.
"""
import argparse
import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import accuracy_figures as figures
import accuracy_limits as limits
import accuracy_plots as plots
import report
from accuracy_runs import CONFIGURATIONS, Turns
from accuracy_sets import SETS, made, speakers_of

SKIPPED = 77  # exit code that ctest takes for a skipped test
BASES = ["exact", "1 s plain", "plain"]  # what differences are taken to: the first of them that was run
SHOWN = "balanced"  # whose failures and confidence are plotted
NOTHING = "–"


class Results:
    """What came of one set: recordings, and a score for each configuration and recording."""

    def __init__(self, name, recordings):
        self.name, self.recordings = name, recordings
        self.turns, self.scores, self.unknown, self.judged = {}, {}, {}, {}

    def names(self):
        return [recording.audio.stem for recording in self.recordings]

    def configurations(self):
        return list(self.scores)

    def total(self, configuration):
        return figures.in_all(self.scores[configuration])

    def differences(self, configuration, against):
        """Of DER, recording by recording."""
        return [a.der - b.der for a, b in zip(self.scores[configuration], self.scores[against])]


class Bench:
    def __init__(self, args):
        self.args = args
        self.turns = Turns(args.program, args.work / "turns", args.reuse, args.threads, args.model)
        self.sets = {}
        self.missed = []

    def run(self, name):
        results = Results(name, made(self.args.shared, self.args.work / "sets", name))
        for wanted in self.args.configurations:
            configuration = CONFIGURATIONS[wanted]
            unknown = self.turns.unknown(configuration)
            if unknown:
                results.unknown[wanted] = f"no {' '.join(unknown)}"
                continue
            if wanted in self.args.if_stored and not all(self.turns.stored(configuration, r) for r in results.recordings):
                results.unknown[wanted] = "not run"
                continue
            found = [self.turns.of(configuration, recording) for recording in results.recordings]
            pairs = list(zip(results.recordings, found))
            results.turns[wanted] = found
            results.scores[wanted] = [figures.score(self.args.program, r.reference, turns) for r, turns in pairs]
            results.judged[wanted] = [j for r, turns in pairs for j in figures.judged_turns(r.reference, turns)]
            self.agree_with_md_eval(results, wanted, pairs)
        self.sets[name] = results
        return results

    def agree_with_md_eval(self, results, configuration, pairs):
        """`--convention nist` against NIST's own program, where it is installed."""
        program = shutil.which("md-eval.pl", path="/usr/lib/sctk/bin:/usr/bin")
        if program is None:
            return
        with tempfile.TemporaryDirectory() as folder:
            joined = [pathlib.Path(folder) / side for side in ("reference", "hypothesis")]
            for file, texts in zip(joined, zip(*((r.reference.read_text(), turns.read_text()) for r, turns in pairs))):
                file.write_text("".join(texts))
            out = subprocess.run(["perl", program, "-r", str(joined[0]), "-s", str(joined[1])],
                                 capture_output=True, text=True, check=True).stdout  # fmt: skip
        line = [line for line in out.splitlines() if "OVERALL SPEAKER DIARIZATION ERROR" in line][-1]
        theirs = float(line.split("=")[1].split()[0])
        ours = figures.in_all([figures.score(self.args.program, r.reference, turns, "nist") for r, turns in pairs]).der
        if abs(ours - theirs) > limits.MD_EVAL_AGREES + 1e-9:
            self.missed.append(f"{results.name}, {configuration}: our nist is {ours:.3f}, md-eval's {theirs:.2f}")

    def measured(self, results, limit, configuration):
        measure = limit.measure
        if measure in ("der", "confusion"):
            return getattr(results.total(configuration), measure)
        if measure == "worst file":
            return max(results.differences(configuration, limit.against))
        if measure in ("off the reference", "above the reference"):
            off = [score.der - limits.REFERENCE[name] for name, score in zip(results.names(), results.scores[configuration])]
            return max(map(abs, off)) if measure.startswith("off") else max(off)
        if measure == "from exact":
            pairs = zip(results.turns["exact"], results.turns[configuration])
            return figures.in_all([figures.score(self.args.program, ours, theirs) for ours, theirs in pairs]).der
        if measure == "turn auc":
            return figures.area_under_curve(figures.by_turn(results.judged[configuration])) or 0.0
        if measure == "ece":
            return figures.calibration_error(figures.reliability(results.judged[configuration])) or 0.0
        raise ValueError(measure)

    def check(self):
        """One row for each limit that was to be had; fills `missed`."""
        rows = []
        for limit in limits.LIMITS:
            needs = [limit.configuration, *([limit.against] if limit.against else []),
                     *(["exact"] if limit.measure == "from exact" else [])]  # fmt: skip
            if not all(need in self.args.configurations for need in needs):
                continue
            for name in (name for name in limit.sets.split() if name in self.sets):
                results = self.sets[name]
                against = f" against {limit.against}" if limit.against else ""
                what = f"{name}, {limit.configuration}: {limit.measure}{against}"
                lacking = [results.unknown[need] for need in needs if need in results.unknown]
                if lacking:
                    rows.append([what, NOTHING, NOTHING, lacking[0]])
                    self.missed.append(f"{what}: {lacking[0]}")
                    continue
                found = self.measured(results, limit, limit.configuration)
                if limit.least is not None:
                    bound, good, sign = limit.least, found >= limit.least, "≥"
                else:
                    bound = limit.most
                    if limit.against and limit.measure != "worst file":
                        bound += limit.times * self.measured(results, limit, limit.against)
                    good, sign = found <= bound + 1e-9, "≤"
                rows.append([what, f"{found:.3f}", f"{sign} {bound:.3f}", "met" if good else "missed"])
                if not good:
                    self.missed.append(f"{what}: {found:.3f}, to be {sign} {bound:.3f}")
        return report.table(["limit", "found", "to be", ""], rows) if rows else ""


def table_in_all(results):
    base = next((base for base in BASES if base in results.scores), None)
    rows = []
    for name, scores in results.scores.items():
        all_of_it = results.total(name)
        row = [name, f"{all_of_it.der:.2f}", f"{all_of_it.miss:.2f}", f"{all_of_it.false_alarm:.2f}",
               f"{all_of_it.confusion:.2f}", f"{all_of_it.jer:.2f}",
               f"{(all_of_it.found - all_of_it.speakers) / all_of_it.recordings:+.2f}",
               f"{all_of_it.count_error:.2f}"]  # fmt: skip
        if base and name != base:
            changes = results.differences(name, base)
            better, worse = sum(c < -limits.PRINTED for c in changes), sum(c > limits.PRINTED for c in changes)
            row += [str(figures.paired_bootstrap(scores, results.scores[base])), f"{better} / {worse}"]
        else:
            row += ["", ""]
        rows.append(row)
    for name, options in results.unknown.items():
        rows.append([name, options, *[""] * 8])
    head = ["", "DER", "miss", "false alarm", "confusion", "JER", "speakers ±", "speakers off",
            f"DER less that of {base} [95 %]" if base else "", "better / worse"]  # fmt: skip
    return report.table(head, rows)


def table_of_files(results):
    """DER (confusion) and speakers found, a column for each configuration."""
    head = ["recording", "speakers", *(["reference"] if results.names()[0] in limits.REFERENCE else []), *results.scores]
    rows = []
    for i, name in enumerate(results.names()):
        scores = [results.scores[c][i] for c in results.scores]
        row = [name, speakers_of(results.recordings[i].reference)]
        if "reference" in head:
            row.append(f"{limits.REFERENCE[name]:.2f}" if name in limits.REFERENCE else NOTHING)
        rows.append(row + [f"{s.der:.2f} ({s.confusion:.2f}) {s.found}" for s in scores])
    return report.table(head, rows)


def table_of_confidence(results):
    rows = []
    for name, judged in results.judged.items():
        right, wrong = sum(j.right_s for j in judged), sum(j.wrong_s for j in judged)
        moments, turns = figures.area_under_curve(judged), figures.area_under_curve(figures.by_turn(judged))
        calibration = figures.calibration_error(figures.reliability(judged))
        rows.append([name, len(judged), f"{100 * wrong / (right + wrong):.1f} %" if right + wrong else NOTHING,
                     *(NOTHING if value is None else f"{value:.3f}" for value in (moments, turns, calibration))])  # fmt: skip
    head = ["", "turns", "time that is wrong", "area under the curve", "the same of turns", "calibration error"]
    return report.table(head, rows)


def table_of_bins(judged):
    rows = [[f"{b.low:.1f} to {b.high:.1f}", f"{b.seconds:.0f}", f"{b.confidence:.3f}", f"{b.right:.3f}"]
            for b in figures.reliability(judged)]  # fmt: skip
    return report.table(["confidence", "seconds", "mean confidence", "share that is right"], rows)


def failures(results):
    """The recording that `SHOWN` does worst on, and the one with the most confusion: a name of the plot for each."""
    scores = results.scores[SHOWN]
    worst = max(range(len(scores)), key=lambda i: scores[i].der)
    confused = max(range(len(scores)), key=lambda i: scores[i].confusion)
    return {f"worst-{results.name}": worst, **({f"confused-{results.name}": confused} if confused != worst else {})}


def plot(bench, folder):
    """The failures of each set, and the reliability of confidence; what to show of them."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for name, results in bench.sets.items():
        if SHOWN not in results.scores:
            continue
        for file, i in failures(results).items():
            recording, turns, score = results.recordings[i], results.turns[SHOWN][i], results.scores[SHOWN][i]
            title = (f"{name}, {recording.audio.stem}: DER {score.der:.1f} %, miss {score.miss:.1f}, "
                     f"false alarm {score.false_alarm:.1f}, confusion {score.confusion:.1f}")  # fmt: skip
            (folder / f"{file}.svg").write_text(plots.timelines(title, recording.reference, turns))
            parts.append(f"![{title}]({folder.name}/{file}.svg)")
        if sum(j.right_s + j.wrong_s for j in results.judged[SHOWN]) >= plots.LEAST_SECONDS:
            bins = figures.reliability(results.judged[SHOWN])
            (folder / f"confidence-{name}.svg").write_text(plots.reliability(f"{name}, {SHOWN}", bins))
    return "\n\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--shared", type=pathlib.Path, help="the reference material")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=[s for s in SETS if s != "meetings"], metavar="SET")
    parser.add_argument("--configurations", nargs="+", choices=list(CONFIGURATIONS), metavar="NAME",
                        default=["exact", "balanced", "fast", "plain", "told"])  # fmt: skip
    parser.add_argument("--reuse", nargs="*", default=[], metavar="NAME", help="take these configurations' turns of earlier builds")
    parser.add_argument("--if-stored", nargs="*", default=[], metavar="NAME",
                        help="leave these configurations out of sets where they were not run before")  # fmt: skip
    parser.add_argument("--model", type=pathlib.Path, metavar="PACK", help="of the configurations `model` and `model f32`")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "diarist-accuracy")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plots", type=pathlib.Path, metavar="FOLDER", help="plot the worst recordings, and confidence")
    parser.add_argument("--list", action="store_true", help="list sets and configurations, and run nothing")
    report.add_output_options(parser)
    args = parser.parse_args()
    if args.list:
        print(report.table(["set", "what"], [[name, s.what] for name, s in SETS.items()]))
        print(report.table(["configuration", "what", "options"],
                           [[c.name, c.what, f"`{' '.join(c.arguments)}`"] for c in CONFIGURATIONS.values()]))  # fmt: skip
        return 0
    if args.program is None or args.shared is None:
        parser.error("--program and --shared are needed")
    args.program = args.program.resolve()
    if args.model:
        args.model = args.model.resolve()
    if not (args.shared / "audio").is_dir():
        print(f"SKIPPED: {args.shared}: the reference material is not there")
        return SKIPPED
    machine = report.machine()
    bench, sections = Bench(args), []
    for name in args.sets:
        results = bench.run(name)
        purpose = "chosen on" if SETS[name].chosen_on else "never chosen on"
        title, in_all, files, sure = (f"### {name}: {SETS[name].what}; {purpose}", table_in_all(results),
                                      table_of_files(results), table_of_confidence(results))  # fmt: skip
        print("\n\n".join([title, in_all, files, sure]), end="\n\n", flush=True)
        folded = f"<details><summary>{name}: recordings, DER (confusion) and speakers found; confidence</summary>"
        sections += [title, in_all, folded, files, sure, "</details>"]
    checked = bench.check()
    if checked:
        sections += ["### Limits", checked]
        print(f"### Limits\n\n{checked}\n")
    for name, results in bench.sets.items():
        if SHOWN in results.judged and name in ("tuning", "test"):
            sections += [f"### Confidence of {SHOWN} on {name}", table_of_bins(results.judged[SHOWN])]
            if args.plots:
                sections.append(f"![confidence against what is right]({args.plots.name}/confidence-{name}.svg)")
    if args.plots:
        sections += [f"### Failures of {SHOWN}: of each set the worst recording, and the one with the most confusion", plot(bench, args.plots)]
    if args.json:
        args.json.write_text(json.dumps(as_json(bench, machine), indent=1) + "\n")
    if args.into:
        report.put_section(args.into, "accuracy", "\n\n".join([*sections, report.caption(machine, report.command_line())]))
    for missed in bench.missed:
        print(f"MISSED  {missed}")
    if not bench.missed:
        print("all figures are where they should be")
    return 1 if args.check and bench.missed else 0


def as_json(bench, machine):
    return {
        "machine": machine,
        "sets": {
            name: {
                configuration: {
                    "in_all": {**dataclasses.asdict(results.total(configuration)), "der": results.total(configuration).der},
                    "recordings": {
                        recording: {**dataclasses.asdict(score), "der": score.der}
                        for recording, score in zip(results.names(), scores)
                    },
                }
                for configuration, scores in results.scores.items()
            }
            for name, results in bench.sets.items()
        },
        "missed": bench.missed,
    }


if __name__ == "__main__":
    sys.exit(main())
