"""Transcripts get the speakers that the command line gives them."""

import dataclasses
import json
import math
import pathlib
from typing import List, Optional

import pytest

import diarist

from conftest import SOURCE, run_program

DATA = SOURCE / "tests" / "data" / "transcripts"
TURNS = SOURCE / "samples" / "sample.rttm"
FILES = sorted(file.name for file in DATA.iterdir() if file.is_file())


@pytest.mark.parametrize("name", FILES)
def test_the_bytes_of_the_command_line(name, tmp_path):
    assigned = diarist.assign(DATA / name, TURNS)
    own = run_program("assign", DATA / name, TURNS)
    assigned.write(tmp_path / "out.unknown")
    assert (tmp_path / "out.unknown").read_text(encoding="utf-8") == own
    for ending, made in (
        ("json", assigned.to_json),
        ("srt", assigned.to_srt),
        ("vtt", assigned.to_vtt),
        ("ctm", assigned.to_ctm),
        ("txt", assigned.to_text),
        ("md", assigned.to_markdown),
        ("html", assigned.to_html),
    ):
        assert made() == run_program("assign", DATA / name, TURNS, "-f", ending)
        assigned.write(tmp_path / f"out.{ending}")
        assert (tmp_path / f"out.{ending}").read_bytes() == made().encode()


def test_segments_and_words():
    assigned = diarist.assign(DATA / "whisperx.json", TURNS)
    assert assigned.name == "whisperx" and assigned.format == "whisperx" and assigned.language == "en"
    assert len(assigned) == 5 and assigned.notices == ()
    segment = assigned.segments[1]
    assert "".join(each.text for each in segment.words) == segment.text
    assert [each.speaker for each in segment.words] == 8 * ["speaker90"] + 3 * ["speaker91"]
    assert segment.speaker == "speaker90" and 0 < segment.confidence < 1
    assert [each.timed for each in assigned.segments[2].words].count(False) == 1
    assert list(assigned) == list(assigned.segments)
    assert "5 segments" in repr(assigned) and str(assigned).startswith("speaker90 [0:00:06]: Hello?")
    before = diarist.read_transcript(DATA / "whisperx.json")
    assert before.segments[0].speaker is None and math.isnan(before.segments[0].confidence)
    assert before.segments[0].text == assigned.segments[0].text


def test_what_recognizers_return():
    result = json.loads((DATA / "whisper-words.json").read_text())
    from_dict = diarist.assign(result, TURNS)
    assert from_dict.format == "whisper"
    assert from_dict.to_dict() == diarist.assign(DATA / "whisper-words.json", TURNS).to_dict()
    assert "speaker" not in result["segments"][0]

    @dataclasses.dataclass
    class Word:
        start: float
        end: float
        word: str

    @dataclasses.dataclass
    class Segment:
        start: float
        end: float
        text: str
        words: Optional[List[Word]]

    segments = (Segment(s["start"], s["end"], s["text"], None) for s in result["segments"])
    assert diarist.assign(segments, TURNS).to_text() == diarist.assign(DATA / "whisper.json", TURNS).to_text()
    content = (DATA / "whisper.srt").read_bytes()
    assert diarist.assign(content, TURNS).to_srt() == diarist.assign(DATA / "whisper.srt", TURNS).to_srt()
    spoken = diarist.read_transcript(content, "srt")
    assert diarist.assign(spoken, TURNS).to_srt() == diarist.assign(content, TURNS).to_srt()


def test_turns_of_a_run_and_of_several_recordings(expected):
    text = diarist.assign(DATA / "whisper.srt", expected).to_text()
    assert "SPEAKER_0" in text
    (named,) = diarist.read(TURNS)
    other = diarist.Diarization("other", 1.0, (), ())
    several = [other, named]
    assert diarist.assign(DATA / "sample.ctm", several).to_text() == diarist.assign(DATA / "sample.ctm", TURNS).to_text()
    with pytest.raises(diarist.InvalidArgumentError, match="of others only: other, sample"):
        diarist.assign(DATA / "whisper.srt", several)
    picked = diarist.assign(DATA / "whisper.srt", several, recording="other")
    assert picked.segments[0].speaker is None and "nobody speaks" in picked.notices[0]


def test_options():
    never = diarist.assign(DATA / "whisper.json", TURNS, split="never")
    assert len(never) == 5 and len(diarist.assign(DATA / "whisper.json", TURNS)) == 7
    far = b"1\n00:00:40,000 --> 00:00:41,000\nFar.\n"
    assert diarist.assign(far, TURNS).segments[0].speaker is None
    assert diarist.assign(far, TURNS, max_gap=20).segments[0].speaker == "speaker90"


def test_names_of_any_bytes():
    text = "<script>\udcff"
    turns = diarist.Diarization("r", 2.0, (diarist.Turn(0, 2, text),), (diarist.Speaker(text, 2.0),))
    assigned = diarist.assign(b"1\n00:00:00,000 --> 00:00:01,000\nHi.\n", turns)
    assert assigned.segments[0].speaker == text
    assert "<script>" not in assigned.to_html() and "<script>" not in assigned._repr_html_()
    assert assigned.to_json().count("\ufffd") > 0


@pytest.mark.parametrize(
    "arguments, options, error",
    [
        ((3, TURNS), {}, diarist.InvalidTypeError),
        (({"segments": [{"start": float("nan")}]}, TURNS), {}, diarist.InvalidTypeError),
        (({"segments": [object()]}, TURNS), {}, diarist.InvalidTypeError),
        (("no such file.json", TURNS), {}, diarist.NotFoundError),
        ((b'{"segments": [{"start": "soon"}]}', TURNS), {}, diarist.MalformedError),
        ((b"hello", TURNS), {}, diarist.InvalidArgumentError),
        ((b"[]", TURNS), {"format": "html"}, diarist.InvalidArgumentError),
        ((b"[]", TURNS), {"format": "word"}, diarist.InvalidArgumentError),
        ((b"[]", 3), {}, diarist.InvalidTypeError),
        ((b"[]", ["sample"]), {}, diarist.InvalidTypeError),
        ((b"[]", []), {}, diarist.InvalidArgumentError),
        ((b"[]", TURNS), {"split": "maybe"}, diarist.InvalidArgumentError),
        ((b"[]", TURNS), {"max_gap": -1}, diarist.InvalidArgumentError),
        ((b"[]", TURNS), {"max_gap": "1"}, diarist.InvalidTypeError),
        ((b"[]", TURNS), {"recording": "zzz"}, diarist.InvalidArgumentError),
    ],
)
def test_what_is_wrong_is_said(arguments, options, error):
    with pytest.raises(error):
        diarist.assign(*arguments, **options)


def test_writing_refuses_what_it_cannot(tmp_path):
    spoken = diarist.read_transcript(DATA / "whisper.srt")
    for name in ("docx", "openai"):
        with pytest.raises(diarist.InvalidArgumentError):
            spoken.write(tmp_path / "out", name)
    assert list(pathlib.Path(tmp_path).iterdir()) == []
