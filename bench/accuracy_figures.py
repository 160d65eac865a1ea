"""What is measured of turns: DER and its parts, JER, the number of speakers, confidence, and differences with intervals.

Times are exact (stretches, no frames). Everything is a sum over recordings of seconds, or of Jaccard errors, so that
recordings weigh by how much is said in them.
"""
import dataclasses
import json
import random
import subprocess

from accuracy_sets import Turn, read_rttm

RESAMPLES = 10000
SEED = 20261123
INTERVAL = 0.95
BINS = 10


@dataclasses.dataclass(frozen=True)
class Score:
    """Of one recording, or of several in all. Times in seconds, rates in per cent."""

    total_s: float = 0.0
    miss_s: float = 0.0
    false_alarm_s: float = 0.0
    confusion_s: float = 0.0
    jaccard: float = 0.0
    speakers: int = 0
    found: int = 0
    miscounted: int = 0  # sum over recordings of |found - speakers|
    recordings: int = 0

    def __add__(self, other):
        return Score(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))

    def rate(self, seconds):
        return 100 * seconds / self.total_s

    @property
    def der(self):
        return self.rate(self.miss_s + self.false_alarm_s + self.confusion_s)

    @property
    def miss(self):
        return self.rate(self.miss_s)

    @property
    def false_alarm(self):
        return self.rate(self.false_alarm_s)

    @property
    def confusion(self):
        return self.rate(self.confusion_s)

    @property
    def jer(self):
        return 100 * self.jaccard / self.speakers

    @property
    def count_error(self):
        return self.miscounted / self.recordings


def in_all(scores):
    return sum(scores, Score())


def score(program, reference, hypothesis, convention="pyannote"):
    """By `diarist score`; found are the speakers that the JSON beside the turns lists, whether they speak or not."""
    answer = subprocess.run(
        [program, "score", str(reference), str(hypothesis), "--convention", convention, "--json"],
        check=True, capture_output=True, text=True)  # fmt: skip
    total = json.loads(answer.stdout)["total"]
    beside = hypothesis.with_suffix(".json")
    found = len(json.loads(beside.read_text())["speakers"]) if beside.exists() else total["hypothesis_speakers"]
    speakers = total["reference_speakers"]
    return Score(total["total"], total["miss"], total["false_alarm"], total["confusion"], total["jaccard_error_sum"],
                 speakers, found, abs(found - speakers), 1)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Difference:
    """In points of DER, of one configuration from another."""

    points: float
    low: float
    high: float

    def __str__(self):
        return f"{self.points:+.2f} [{self.low:+.2f}, {self.high:+.2f}]"


def paired_bootstrap(ours, theirs):
    """Difference of DER in all, and where it lies in 95 of 100 sets of recordings drawn from these, with replacement.

    Both sides of a pair are drawn together. Recordings are taken for independent of one another: where they are of one
    meeting, or of the same people, the true interval is wider.
    """
    pairs = [(a.der * a.total_s, b.der * b.total_s, a.total_s, b.total_s) for a, b in zip(ours, theirs)]

    def difference(drawn):
        a, b, seconds_a, seconds_b = (sum(pair[i] for pair in drawn) for i in range(4))
        return a / seconds_a - b / seconds_b

    chance = random.Random(SEED)
    drawn = sorted(difference(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    tail = round(RESAMPLES * (1 - INTERVAL) / 2)
    return Difference(difference(pairs), drawn[tail], drawn[-1 - tail])


def overlap(a, b):
    return max(0.0, min(a.end, b.end) - max(a.start, b.start))


def assignment(gain):
    """One to one, the greatest sum: a column for each row, None where there are fewer (shortest augmenting paths)."""
    rows, columns = len(gain), max((len(row) for row in gain), default=0)
    size = max(rows, columns)
    cost = [[-gain[i][j] if i < rows and j < columns else 0.0 for j in range(size)] for i in range(size)]
    price_row, price_column = [0.0] * size, [0.0] * size
    row_of = [None] * size
    for start in range(size):
        least, came_from, settled = [float("inf")] * size, [None] * size, [False] * size
        row, column = start, None
        while row is not None:
            if column is not None:
                settled[column] = True
            for j in range(size):
                reduced = cost[row][j] - price_row[row] - price_column[j]
                if not settled[j] and reduced < least[j]:
                    least[j], came_from[j] = reduced, column
            nearest = min((j for j in range(size) if not settled[j]), key=lambda j: least[j])
            step = least[nearest]
            price_row[start] += step
            for j in range(size):
                if settled[j]:
                    price_row[row_of[j]] += step
                    price_column[j] -= step
                else:
                    least[j] -= step
            column, row = nearest, row_of[nearest]
        while column is not None:
            before = came_from[column]
            row_of[column] = start if before is None else row_of[before]
            column = before
    answer = [None] * rows
    for j, i in enumerate(row_of):
        if i is not None and i < rows and j < columns:
            answer[i] = j
    return answer


def who_is_who(people, turns):
    """The person that each speaker mostly is, one to one: the map of DER."""
    names, persons = sorted({t.speaker for t in turns}), sorted({p.speaker for p in people})
    shared = [[0.0] * len(persons) for _ in names]
    for turn in turns:
        for person in people:
            shared[names.index(turn.speaker)][persons.index(person.speaker)] += overlap(turn, person)
    chosen = assignment(shared)
    return {name: persons[j] for name, j in zip(names, chosen) if j is not None}


@dataclasses.dataclass(frozen=True)
class Judged:
    """A turn: how sure it is, and how much of it is right: its person speaks there."""

    confidence: float
    right_s: float
    wrong_s: float


def judged_turns(reference, hypothesis):
    """Of a JSON file of turns."""
    people = read_rttm(reference)
    said = json.loads(hypothesis.with_suffix(".json").read_text())["turns"]
    turns = [Turn(t["start"], t["end"], t["speaker"]) for t in said]
    person_of = who_is_who(people, turns)
    judged = []
    for turn, t in zip(turns, said):
        right = sum(overlap(turn, p) for p in people if p.speaker == person_of.get(turn.speaker))
        length = turn.end - turn.start
        judged.append(Judged(t["confidence"], min(right, length), max(0.0, length - right)))
    return judged


@dataclasses.dataclass(frozen=True)
class Bin:
    low: float
    high: float
    seconds: float
    confidence: float
    right: float


def reliability(judged):
    """Bins of confidence: their mean confidence, and the share of their time that is right."""
    bins = []
    for k in range(BINS):
        inside = [j for j in judged if min(BINS - 1, int(j.confidence * BINS)) == k]
        seconds = sum(j.right_s + j.wrong_s for j in inside)
        if seconds > 0:
            mean = sum(j.confidence * (j.right_s + j.wrong_s) for j in inside) / seconds
            bins.append(Bin(k / BINS, (k + 1) / BINS, seconds, mean, sum(j.right_s for j in inside) / seconds))
    return bins


def calibration_error(bins):
    """Expected calibration error: how far confidence is from the share that is right, a mean over time."""
    seconds = sum(b.seconds for b in bins)
    return sum(b.seconds * abs(b.confidence - b.right) for b in bins) / seconds if seconds else None


def area_under_curve(judged):
    """How often a right moment is surer than a wrong one; 0.5 is chance."""
    right, wrong = sum(j.right_s for j in judged), sum(j.wrong_s for j in judged)
    if not right or not wrong:
        return None
    wins, wrong_below = 0.0, 0.0
    by_confidence = {}
    for j in judged:
        r, w = by_confidence.get(j.confidence, (0.0, 0.0))
        by_confidence[j.confidence] = (r + j.right_s, w + j.wrong_s)
    for _, (r, w) in sorted(by_confidence.items()):
        wins += r * (wrong_below + 0.5 * w)
        wrong_below += w
    return wins / (right * wrong)


def by_turn(judged):
    """The same with each turn as one: right where half of it is. Edges that are off by little then do not count."""
    return [Judged(j.confidence, float(good), float(not good)) for j in judged for good in [j.right_s >= j.wrong_s]]
