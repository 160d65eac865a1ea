"""ELAN's files as pympi reads and writes them."""
import pympi

from cases import any_name, ticks, to_ticks, xml
from consumer import Reader, Writer

DECIMALS = 3


def with_pympi(file, case):
    document = pympi.Elan.Eaf(str(file))
    properties = dict(document.properties)
    assert properties["diarist:recording"] == xml(case.recording), properties
    assert to_ticks(float(properties["diarist:duration_s"]), DECIMALS) == case.duration_us // 1000, properties
    turns = []
    for tier in document.get_tier_names():
        speaker = document.get_parameters_for_tier(tier)["PARTICIPANT"]
        taken = -1
        for start, end, value in sorted(document.get_annotation_data_for_tier(tier)):
            assert value == speaker, f"tier {tier!r} has an annotation {value!r}"
            assert start >= taken, f"tier {tier!r} has annotations over each other"
            taken = end
            turns.append((start, end, speaker))
    return turns


def saved_by_pympi(case, file, _written):
    document = pympi.Elan.Eaf(author="somebody")
    document.remove_tier("default")
    document.add_linked_file(f"file:///C:/recordings/{case.recording}.wav", mimetype="audio/x-wav")
    document.add_linguistic_type("words", constraints="Symbolic_Association", timealignable=False)
    for i, turn in enumerate(case.turns):
        start, end = ticks(turn, case.duration_us, DECIMALS)
        # Annotations of one tier do not overlap in ELAN. The speaker is the participant or, without one, the tier.
        tier = f"tier {i}" if i % 2 else turn.speaker
        if tier in document.get_tier_names():
            tier = f"tier {i}"
        document.add_tier(tier, part=turn.speaker if tier != turn.speaker else None)
        document.add_annotation(tier, start, end, "what is said")
        document.add_tier(f"words {i}", ling="words", parent=tier, part="nobody")
        document.add_ref_annotation(f"words {i}", tier, start, "a word")
    document.to_file(str(file))


READERS = [Reader("eaf", "pympi", with_pympi, DECIMALS, xml)]
WRITERS = [Writer("eaf", "pympi", saved_by_pympi, DECIMALS, any_name, lambda name: name == xml(name))]
