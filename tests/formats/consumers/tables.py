"""Tables, documents and labels as Python's own readers, pandas and crowsetta have them."""
import csv
import json

import crowsetta
import numpy
import pandas

from cases import any_name, one_line, to_ticks
from consumer import Reader, Writer, has_turns, pandas_takes

DECIMALS = 6
HEADER = ["recording", "channel", "start_s", "end_s", "speaker", "confidence"]


def with_json(file, case):
    document = json.loads(file.read_text(encoding="utf-8"))
    assert (document["schema"], document["version"]) == ("diarist.diarization", 1), document["schema"]
    assert document["recording"] == case.recording, document["recording"]
    assert to_ticks(document["duration"], DECIMALS) == case.duration_us, document["duration"]
    assert all(turn["channel"] == 1 and turn["confidence"] == 0.5 for turn in document["turns"]), "other values"
    return [(to_ticks(t["start"], DECIMALS), to_ticks(t["end"], DECIMALS), t["speaker"]) for t in document["turns"]]


def with_csv(separator):
    def read(file, case):
        with open(file, encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream, delimiter=separator, strict=True))
        assert rows[0] == HEADER, rows[0]
        assert all(row[0] == case.recording and row[1] == "1" and row[5] == "0.5000" for row in rows[1:]), "other values"
        return [(to_ticks(float(row[2]), DECIMALS), to_ticks(float(row[3]), DECIMALS), row[4]) for row in rows[1:]]

    return read


def with_pandas(separator):
    def read(file, case):
        table = pandas.read_csv(file, sep=separator, dtype={"recording": str, "speaker": str}, keep_default_na=False)
        assert list(table.columns) == HEADER, table.columns
        assert (table.recording == case.recording).all() and (table.confidence == 0.5).all(), "other values"
        return [
            (to_ticks(row.start_s, DECIMALS), to_ticks(row.end_s, DECIMALS), row.speaker) for row in table.itertuples()
        ]

    return read


def frame(case):
    return pandas.DataFrame(
        {
            "speaker": [turn.speaker for turn in case.turns],
            "start": [turn.start_us / 1e6 for turn in case.turns],
            "duration": [(turn.end_us - turn.start_us) / 1e6 for turn in case.turns],
            "file": case.recording,
            "what, else": "x",
        }
    )


def saved_by_pandas(separator, decimal):
    """With pandas's own column of numbers in front."""

    def write(case, file, _written):
        frame(case).to_csv(file, sep=separator, decimal=decimal, encoding="utf-8-sig", lineterminator="\r\n")

    return write


def with_crowsetta(file, case):
    # It knows the format by the ending ".txt".
    labels = crowsetta.formats.seq.AudSeq.from_file(file)
    return [
        (to_ticks(float(start), DECIMALS), to_ticks(float(end), DECIMALS), name)
        for start, end, name in zip(labels.start_times, labels.end_times, labels.labels, strict=True)
    ]


def saved_by_crowsetta(case, file, _written):
    crowsetta.formats.seq.AudSeq(
        start_times=numpy.array([turn.start_us / 1e6 for turn in case.turns]),
        end_times=numpy.array([turn.end_us / 1e6 for turn in case.turns]),
        labels=numpy.array([turn.speaker for turn in case.turns]),
        annot_path=file,
    ).to_file(file)


def crowsetta_takes(name):
    return pandas_takes(one_line(name)) and name == one_line(name)


def crowsetta_saves(name):
    """It quotes what holds quotes, as a table's cell, which Audacity does not."""
    return crowsetta_takes(name) and '"' not in name


READERS = [
    Reader("json", "Python's json", with_json, DECIMALS, any_name),
    Reader("csv", "Python's csv", with_csv(","), DECIMALS, any_name),
    Reader("tsv", "Python's csv", with_csv("\t"), DECIMALS, any_name),
    Reader("csv", "pandas", with_pandas(","), DECIMALS, any_name),
    Reader("tsv", "pandas", with_pandas("\t"), DECIMALS, any_name),
    Reader("audacity", "crowsetta", with_crowsetta, DECIMALS, one_line, crowsetta_takes, has_turns),
]
WRITERS = [
    Writer("labels.txt", "crowsetta", saved_by_crowsetta, DECIMALS, one_line, crowsetta_saves, has_turns),
    # Without turns, a table does not say of which recording it is.
    Writer("csv", "pandas", saved_by_pandas(",", "."), DECIMALS, any_name, suits=has_turns),
    Writer("csv", "pandas, semicolons", saved_by_pandas(";", ","), DECIMALS, any_name, suits=has_turns),
    Writer("tsv", "pandas", saved_by_pandas("\t", "."), DECIMALS, any_name, suits=has_turns),
]
