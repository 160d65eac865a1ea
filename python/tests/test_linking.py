"""The same voices in all recordings: what Python links is what the program does, and what is wrong is said in Python's words."""

import pickle

import numpy as np
import pytest

import diarist

from conftest import run_program


def heard(result, recording, swapped=False):
    """The result as of another recording; with its speakers' names swapped, as another run might give them."""
    names = [speaker.name for speaker in result.speakers]
    called = dict(zip(names, reversed(names) if swapped else names))
    return diarist.Diarization(
        recording,
        result.duration,
        tuple(turn._replace(speaker=called[turn.speaker]) for turn in result.turns),
        tuple(speaker._replace(name=called[speaker.name]) for speaker in result.speakers),
    )


@pytest.fixture
def talks(expected):
    return [heard(expected, "monday"), heard(expected, "tuesday", swapped=True)]


def people(linking):
    return {
        person.name: [(each.recording, each.speaker) for each in person.appearances] for person in linking.persons
    }


SAME = {
    "PERSON_0001": [("monday", "SPEAKER_00"), ("tuesday", "SPEAKER_01")],
    "PERSON_0002": [("monday", "SPEAKER_01"), ("tuesday", "SPEAKER_00")],
}


def test_the_same_people(talks, expected):
    linking = diarist.link(iter(talks))
    assert people(linking) == SAME and linking.unlinked == ()
    first = linking.persons[0]
    assert first.speech == pytest.approx(2 * expected.speakers[0].total) and not first.known_voice
    assert all(each.score > diarist.LINK_SCORE for each in first.appearances)
    named = [linking.name(talk) for talk in talks]
    assert [speaker.name for speaker in named[1].speakers] == ["PERSON_0001", "PERSON_0002"]
    assert [turn.speaker for turn in named[0]] == [turn.speaker for turn in named[1]]
    assert named[0].speakers[0].score == first.appearances[0].score
    assert people(diarist.link(reversed(talks), threads=1)) == SAME
    # Nobody is as sure as that.
    assert len(diarist.link(talks, min_score=1e6).persons) == 4
    assert diarist.link([]).persons == ()


def test_more_are_added(talks, expected):
    before = diarist.link(talks)
    more = diarist.link([heard(expected, "wednesday")], known=before)
    assert people(more)["PERSON_0001"] == [*SAME["PERSON_0001"], ("wednesday", "SPEAKER_00")]
    assert people(before) == SAME
    nobody = diarist.Diarization("empty", 1.0, (), (diarist.Speaker("SPEAKER_00", 0.5),))
    (unlinked,) = diarist.link([nobody], known=more).unlinked
    assert (unlinked.recording, unlinked.speaker, unlinked.score) == ("empty", "SPEAKER_00", None)
    assert more.name(nobody).speakers == nobody.speakers


def test_known_voices_give_their_names(talks, sample, expected, tmp_path):
    cut = diarist.split(sample, tmp_path / "people", expected)
    store = diarist.SpeakerStore(tmp_path / "voices.db", create=True)
    store.add("Ann", diarist.diarize(cut[0].path))
    linking = diarist.link(talks, voices=store)
    assert [(person.name, person.known_voice) for person in linking.persons] == [("Ann", True), ("PERSON_0001", False)]


def test_documents(talks, tmp_path):
    """The program reads what Python writes, and writes the same bytes."""
    for talk in talks:
        talk.write(tmp_path / "results" / f"{talk.recording}.json")
    run_program("link", tmp_path / "results", "-q", "-o", tmp_path / "persons.json", "--csv", tmp_path / "persons.csv")
    linking = diarist.link(talks)
    assert (tmp_path / "persons.json").read_text() == linking.to_json()
    assert (tmp_path / "persons.csv").read_text() == linking.to_csv()
    linking.write(tmp_path / "again.json")
    again = diarist.Linking.read(tmp_path / "again.json")
    assert again == linking == pickle.loads(pickle.dumps(linking)) and hash(again) == hash(linking)
    assert people(again) == SAME and "2 persons" in repr(again)


@pytest.mark.parametrize(
    "arguments, error",
    [({"min_score": "4"}, TypeError), ({"min_score": float("nan")}, ValueError), ({"threads": -1}, ValueError),
     ({"known": {}}, TypeError), ({"voices": "voices.db"}, TypeError), ({"model": "built-in"}, TypeError)],
)
def test_arguments(talks, arguments, error):
    with pytest.raises(error):
        diarist.link(talks, **arguments)


def test_what_is_refused(talks, expected, tmp_path):
    with pytest.raises(ValueError, match="'monday' twice"):
        diarist.link([talks[0], talks[0]])
    with pytest.raises(TypeError, match="single result"):
        diarist.link(expected)
    with pytest.raises(TypeError, match="holds a str"):
        diarist.link(["monday.json"])
    short = expected.speakers[0]._replace(centroid=np.ones(3, np.float32))
    with pytest.raises(ValueError, match="3"):
        diarist.link([diarist.Diarization("short", 1.0, (), (short,))])
    with pytest.raises(ValueError, match="monday"):  # Diarized anew, and otherwise.
        longer = expected.speakers[0]._replace(total=1.0)
        diarist.link([diarist.Diarization("monday", 1.0, (), (longer,))], known=diarist.link(talks))
    with pytest.raises(FileNotFoundError, match="nobody.json"):
        diarist.Linking.read(tmp_path / "nobody.json")
    with pytest.raises(diarist.MalformedError):
        diarist.Linking.parse(b"{}")
    with pytest.raises(TypeError, match="Diarization|diarize"):
        diarist.link(talks).name("monday")
