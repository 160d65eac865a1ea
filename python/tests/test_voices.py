"""Known voices: what Python keeps and names is what the program does, and what is wrong is said in Python's words."""

import json
import stat

import pytest

import diarist

from conftest import run_program


@pytest.fixture
def people(sample, expected, tmp_path):
    """A result of each of the sample's people alone."""
    cut = diarist.split(sample, tmp_path / "people", expected)
    return [diarist.diarize(file.path) for file in cut]


@pytest.fixture
def store(tmp_path):
    return diarist.SpeakerStore(tmp_path / "voices.db", create=True)


def test_names_who_is_enrolled(store, people, expected, tmp_path):
    assert store.add("Ann", people[0])
    assert not store.add("Ann", people[0])
    assert stat.S_IMODE((tmp_path / "voices.db").stat().st_mode) == 0o600
    (ann,) = store.voices()
    assert ann.named and ann.sessions[0].embedding.shape == (256,) and ann.sessions[0].speech > 5
    named = store.identify(expected)
    assert [s.name for s in named.speakers] == ["Ann", "SPEAKER_01"]
    assert named.speakers[0].score >= diarist.LEAST_SCORE and named.speakers[1].score is None
    assert {turn.speaker for turn in named} == {"Ann", "SPEAKER_01"}
    assert json.loads(named.to_json())["speakers"][0]["score"] == pytest.approx(named.speakers[0].score)
    assert "score" not in expected.to_json()
    best = {(speaker, voice): score for speaker, voice, score in store.scores(expected)}
    assert best["SPEAKER_00", "Ann"] == pytest.approx(named.speakers[0].score)
    assert store.identify(expected, min_score=1e6).to_json() == expected.to_json()


def test_remembers(store, expected):
    done = store.remember(expected)
    assert done.added == ("VOICE_0001", "VOICE_0002") and done.updated == ()
    assert [s.name for s in done.result.speakers] == list(done.added)
    store.rename("VOICE_0001", "Ann")
    store.merge("Ann", "VOICE_0002")
    assert [len(voice.sessions) for voice in store.voices()] == [2]
    store.forget("Ann")
    assert store.voices() == []


def test_the_program_reads_what_python_writes(store, people, tmp_path):
    store.add("Ann", people[0])
    listed = run_program("speakers", "list", "--json", "--store", tmp_path / "voices.db")
    assert '"name": "Ann"' in listed
    other = diarist.SpeakerStore(tmp_path / "other.db", create=True)
    assert other.import_voices(store.export_voices()) == (1, 1, 0)
    assert other.import_voices(store.export_voices()) == (0, 0, 1)


def test_refusals(store, people, expected, tmp_path):
    with pytest.raises(diarist.NotFoundError):
        diarist.SpeakerStore(tmp_path / "none.db")
    with pytest.raises(diarist.InvalidArgumentError, match="more than one voice"):
        store.add("Ann", expected)
    with pytest.raises(diarist.InvalidArgumentError):
        store.add("SPEAKER_00", people[0])
    with pytest.raises(diarist.InvalidArgumentError, match="no voice 'Bob'"):
        store.forget("Bob")
    with pytest.raises(diarist.MalformedError):
        store.import_voices("{}")
    with pytest.raises(diarist.InvalidTypeError):
        store.identify("meeting.wav")
    with pytest.raises(diarist.InvalidTypeError):
        diarist.SpeakerStore(tmp_path / "voices.db", model="built-in")
    with pytest.raises(diarist.InvalidArgumentError):
        diarist.SpeakerStore(tmp_path / "voices.db", patience=-1)
    (tmp_path / "x.db").write_bytes(b"x" * 1000)
    with pytest.raises(diarist.MalformedError, match="no SQLite file"):
        diarist.SpeakerStore(tmp_path / "x.db")
