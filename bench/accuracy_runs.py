"""What is compared, and turns that are computed once: named configurations, and a store of their turns.

A configuration is a list of arguments of `diarist diarize`. Turns are kept by the program's and the recording's contents
and the arguments, so that a second run of the bench computes only what is new.
"""
import dataclasses
import hashlib
import re
import subprocess

from accuracy_sets import speakers_of

# In arguments: taken from the recording's reference.
SPEAKERS, FEWER, MORE = "{speakers}", "{fewer}", "{more}"
MODEL = "{model}"  # in arguments: the pack of --model


@dataclasses.dataclass(frozen=True)
class Configuration:
    name: str
    arguments: tuple
    what: str


def configurations(*rows):
    return {name: Configuration(name, tuple(arguments.split()), what) for name, arguments, what in rows}


CONFIGURATIONS = configurations(
    ("exact", "--preset exact", "the reference's numbers: what all others are compared with"),
    ("balanced", "--preset balanced", "the default: windows 2 s apart"),
    ("fast", "--preset fast", "for archives: windows 3 s apart"),
    ("plain", "--preset balanced --no-relabel", "the default without relabelling"),
    ("shared", "--preset balanced --step 1 --no-relabel --min-turn 0 --merge-gap 0", "`exact` but for the shared trunk"),
    ("fast plain", "--preset fast --no-relabel", "`fast` without relabelling"),
    ("1 s", "--preset balanced --step 1", "windows 1 s apart"),
    ("5 s", "--preset balanced --step 5", "windows 5 s apart"),
    ("1 s plain", "--preset balanced --step 1 --no-relabel", "windows 1 s apart, without relabelling"),
    ("5 s plain", "--preset balanced --step 5 --no-relabel", "windows 5 s apart, without relabelling"),
    ("told", f"--preset balanced --speakers {SPEAKERS}", "told how many people there are"),
    ("bounded", f"--preset balanced --min-speakers {FEWER} --max-speakers {MORE}", "told it to within one"),
    ("fast told", f"--preset fast --speakers {SPEAKERS}", "`fast`, told how many people there are"),
    ("raw turns", "--preset balanced --min-turn 0 --merge-gap 0", "turns as they are, not tidied"),
    ("f32", "--preset balanced --precision f32", "the default in 32-bit floating point"),
    ("model", f"--preset balanced --model {MODEL}", "the default with the pack of `--model`"),
    ("model f32", f"--preset balanced --precision f32 --model {MODEL}", "`f32` with the pack of `--model`"),
)


def digest(file, length):
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()[:length]


class Turns:
    """Of each configuration and recording, below `folder`."""

    def __init__(self, program, folder, reused, threads, model=None):
        self.program, self.folder, self.reused, self.threads, self.model = program, folder, reused, threads, model
        self.own = digest(program, 12)
        help_text = subprocess.run([program, "diarize", "--help"], check=True, capture_output=True, text=True).stdout
        self.options = set(re.findall(r"--[a-z][a-z-]*", help_text))
        # Configurations of one step differ in what comes after the networks.
        self.cache = ["--cache", str(folder / self.own / "analyses")] if "--cache" in self.options else []

    def unknown(self, configuration):
        """The options of a configuration that the program does not have, or that lack their value."""
        if MODEL in configuration.arguments and self.model is None:
            return ["--model"]
        return [word for word in configuration.arguments if word.startswith("--") and word not in self.options]

    def arguments(self, configuration, recording):
        people = speakers_of(recording.reference)
        value = {SPEAKERS: people, FEWER: max(1, people - 1), MORE: people + 1, MODEL: self.model}
        return [str(value.get(word, word)) for word in configuration.arguments]

    def place(self, configuration, recording):
        """Where the turns are or are to be, without the ending."""
        words = [digest(self.model, 12) if word == str(self.model) else word.lstrip("-")
                 for word in self.arguments(configuration, recording)]  # fmt: skip
        place = f"{'_'.join(words)}/{recording.audio.stem}-{digest(recording.audio, 12)}"
        own = self.folder / self.own / place
        if configuration.name in self.reused and not own.with_suffix(".json").exists():
            others = sorted(self.folder.glob(f"*/{place}.json"), key=lambda file: file.stat().st_mtime)
            if others:
                return others[-1].with_suffix("")
        return own

    def stored(self, configuration, recording):
        return self.place(configuration, recording).with_suffix(".json").exists()

    def of(self, configuration, recording):
        """The RTTM; the JSON lies beside it."""
        place = self.place(configuration, recording)
        if not place.with_suffix(".json").exists():
            self.compute(self.arguments(configuration, recording), recording, place)
        return place.with_suffix(".rttm")

    def compute(self, arguments, recording, found):
        partial = found.parent / f"{found.name}.partial"
        partial.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [self.program, "diarize", str(recording.audio), *arguments, "--threads", str(self.threads), "-f", "rttm,json",
             "-o", f"{partial}/", "--quiet", *self.cache], check=True)  # fmt: skip
        for kind in ("rttm", "json"):  # the JSON last: it tells that all is there
            (partial / f"{recording.audio.stem}.{kind}").rename(found.with_suffix(f".{kind}"))
        partial.rmdir()
