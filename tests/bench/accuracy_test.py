"""The arithmetic behind bench/accuracy.py: maps, bootstrap, confidence, slices, plots."""
import itertools
import json
import pathlib
import random
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import accuracy_figures as figures  # noqa: E402
import accuracy_limits as limits  # noqa: E402
import accuracy_plots as plots  # noqa: E402
import accuracy_runs as runs  # noqa: E402
import accuracy_sets as sets  # noqa: E402
from accuracy_figures import Judged, Score  # noqa: E402
from accuracy_sets import Turn  # noqa: E402


def wrong_by(seconds, total=100.0):
    return Score(total_s=total, confusion_s=seconds, speakers=2, found=2, recordings=1)


class Assignment(unittest.TestCase):
    def test_is_the_best_of_all(self):
        chance = random.Random(1)
        for _ in range(200):
            rows, columns = chance.randint(1, 5), chance.randint(1, 5)
            gain = [[float(chance.randint(0, 20)) for _ in range(columns)] for _ in range(rows)]
            chosen = figures.assignment(gain)
            taken = [j for j in chosen if j is not None]
            self.assertEqual(len(taken), min(rows, columns))
            self.assertEqual(len(set(taken)), len(taken))
            padded = list(range(columns)) + [None] * rows
            best = max(
                sum(gain[i][j] for i, j in enumerate(order) if j is not None)
                for order in set(itertools.permutations(padded, rows))
            )
            self.assertEqual(sum(gain[i][j] for i, j in enumerate(chosen) if j is not None), best)

    def test_of_nothing(self):
        self.assertEqual(figures.assignment([]), [])

    def test_a_greedy_map_would_be_worse(self):
        self.assertEqual(figures.assignment([[5.0, 4.0], [4.0, 0.0]]), [1, 0])


class Scores(unittest.TestCase):
    def test_recordings_weigh_by_their_speech(self):
        self.assertAlmostEqual(figures.in_all([wrong_by(10, 100), wrong_by(0, 900)]).der, 1.0)

    def test_counts_do_not_cancel(self):
        more, fewer = Score(speakers=2, found=4, miscounted=2, recordings=1), Score(speakers=3, found=1, miscounted=2, recordings=1)
        self.assertEqual(figures.in_all([more, fewer]).count_error, 2.0)


class Bootstrap(unittest.TestCase):
    def test_the_same_everywhere_is_certain(self):
        pairs = [(wrong_by(10 + i), wrong_by(13 + i)) for i in range(8)]
        found = figures.paired_bootstrap(*zip(*pairs))
        for value in (found.points, found.low, found.high):
            self.assertAlmostEqual(value, -3.0)

    def test_one_recording_that_decides_is_not(self):
        ours, theirs = [wrong_by(5)] * 7 + [wrong_by(60)], [wrong_by(6)] * 8
        found = figures.paired_bootstrap(ours, theirs)
        self.assertAlmostEqual(found.points, (54 - 7) / 8)
        self.assertLess(found.low, 0)
        self.assertGreater(found.high, found.points)

    def test_is_the_same_each_time(self):
        chance = random.Random(2)
        ours, theirs = ([wrong_by(chance.uniform(0, 20)) for _ in range(9)] for _ in range(2))
        self.assertEqual(figures.paired_bootstrap(ours, theirs), figures.paired_bootstrap(ours, theirs))


class Confidence(unittest.TestCase):
    def test_area_counts_seconds(self):
        judged = [Judged(0.9, 3.0, 1.0), Judged(0.2, 1.0, 1.0)]
        # Right and wrong seconds paired: (0.9, 0.2) 3 wins; (0.9, 0.9) 3 and (0.2, 0.2) 1 ties; (0.2, 0.9) 1 loss.
        self.assertAlmostEqual(figures.area_under_curve(judged), (3 + 1.5 + 0.5) / 8)
        self.assertIsNone(figures.area_under_curve([Judged(0.5, 1.0, 0.0)]))

    def test_turns_count_alike(self):
        judged = [Judged(0.9, 30.0, 2.0), Judged(0.8, 0.1, 0.3), Judged(0.3, 5.0, 5.0)]
        self.assertEqual([j.right_s for j in figures.by_turn(judged)], [1.0, 0.0, 1.0])
        self.assertAlmostEqual(figures.area_under_curve(figures.by_turn(judged)), 0.5)

    def test_calibration(self):
        sure = [Judged(0.75, 3.0, 1.0)]
        self.assertAlmostEqual(figures.calibration_error(figures.reliability(sure)), 0.0)
        boastful = [Judged(1.0, 1.0, 1.0), Judged(0.55, 1.1, 0.9)]
        bins = figures.reliability(boastful)
        self.assertEqual([b.low for b in bins], [0.5, 0.9])
        self.assertAlmostEqual(figures.calibration_error(bins), 0.25)

    def test_half_of_a_turn_is_half_right(self):
        with tempfile.TemporaryDirectory() as folder:
            reference, turns = pathlib.Path(folder) / "r.rttm", pathlib.Path(folder) / "h.rttm"
            sets.write_rttm(reference, [Turn(0, 10, "Ann"), Turn(10, 14, "Bob")])
            said = [(0, 8, "S0", 0.9), (8, 12, "S1", 0.4)]
            turns.with_suffix(".json").write_text(
                json.dumps({"turns": [dict(zip(("start", "end", "speaker", "confidence"), t)) for t in said]})
            )
            self.assertEqual(figures.judged_turns(reference, turns), [Judged(0.9, 8.0, 0.0), Judged(0.4, 2.0, 2.0)])


class Data(unittest.TestCase):
    def test_no_meeting_is_both_chosen_on_and_tested_on(self):
        seeds = [m.seed for m in [*sets.TEST_MEETINGS, *sets.CROWDS]]
        self.assertEqual(len(set(seeds)), len(seeds))
        self.assertFalse(set(seeds) & set(range(100, 116)))  # those of make_meetings.sh
        self.assertFalse(sets.SETS["test"].chosen_on)

    def test_limits_name_what_there_is(self):
        for limit in limits.LIMITS:
            self.assertLessEqual(set(limit.sets.split()), set(sets.SETS))
            self.assertIn(limit.configuration, runs.CONFIGURATIONS)
            self.assertIn(limit.against or "exact", runs.CONFIGURATIONS)

    def test_rttm_is_read_as_it_was_written(self):
        turns = [Turn(0.5, 1.75, "A"), Turn(1.0, 2.0, "B")]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "x.rttm"
            sets.write_rttm(file, turns[::-1])
            self.assertEqual(sets.read_rttm(file), turns)


class Plots(unittest.TestCase):
    def test_each_kind_of_error(self):
        people = [Turn(0, 4, "A"), Turn(4, 6, "B"), Turn(8, 9, "A")]
        turns = [Turn(0, 5, "S0"), Turn(5, 7, "S1")]
        found = plots.errors(people, turns, {"S0": "A", "S1": "B"})
        self.assertEqual(found, {"miss": [(8, 9)], "false alarm": [(6, 7)], "confusion": [(4, 5)]})

    def test_is_svg(self):
        svg = plots.reliability("a <title>", [figures.Bin(0.5, 0.6, 10.0, 0.55, 0.5)])
        self.assertTrue(xml.etree.ElementTree.fromstring(svg).tag.endswith("svg"))


if __name__ == "__main__":
    unittest.main()
