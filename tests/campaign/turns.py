"""Is a result one that docs/json-schema.md allows?"""
import json

from campaign import expect

# Seconds are rounded to the microsecond.
ROUNDING_S = 1.1e-6


def no_such_number(text):
    raise ValueError(f"{text} in JSON")


def check_document(text, duration_s=None):
    """Raises Broken, or gives the document: turns sorted, within the recording, of speakers that it names; no NaN."""
    try:
        document = json.loads(text, parse_constant=no_such_number)
    except ValueError as error:
        expect(False, f"no JSON: {error}: {text[:200]!r}")
    length = document["duration"]
    if duration_s is not None:
        expect(abs(length - duration_s) <= 1 / 16000 + ROUNDING_S, f"duration is {length}, not {duration_s}")
    turns = document["turns"]
    for turn in turns:
        expect(0 <= turn["start"] < turn["end"] <= length + ROUNDING_S, f"a turn beyond the recording of {length} s: {turn}")
        expect(turn["confidence"] is not None and 0 <= turn["confidence"] <= 1, f"confidence: {turn}")
    order = [(turn["start"], turn["end"], turn["speaker"]) for turn in turns]
    expect(order == sorted(order), f"turns are not sorted: {order[:20]}")
    speakers = {(speaker["name"], speaker["channel"]): speaker for speaker in document["speakers"]}
    expect({(turn["speaker"], turn["channel"]) for turn in turns} == set(speakers), "turns and speakers do not go together")
    for (name, channel), speaker in speakers.items():
        total = sum(turn["end"] - turn["start"] for turn in turns if (turn["speaker"], turn["channel"]) == (name, channel))
        expect(abs(total - speaker["total"]) < 1e-4, f"{name} has {speaker['total']} s, and turns of {total} s")
        expect(speaker["centroid"] is None or len(speaker["centroid"]) == 256, f"the centroid of {name}")
    return document
