"""Who said what: transcripts and their speakers."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any, Iterable, Iterator, NamedTuple, Optional, Union

from diarist import _native
from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._files import write_whole
from diarist._options import PathLike, kind, number, optional_word, path, word
from diarist._result import Diarization
from diarist._result import read as read_turns

TRANSCRIPT_FORMATS: tuple[str, ...] = tuple(name for name, _, _, _ in _native.transcript_formats())
"""Names of the formats of transcripts; docs/transcripts.md says what each is."""

_JSON = {name for name, ending, _, _ in _native.transcript_formats() if ending == "json"}


class TranscriptWord(NamedTuple):
    """One word, or in Chinese and Japanese one character.

    Attributes
    ----------
    start, end : float
        Seconds from the start of the recording.
    text : str
        As it stands in the segment's text, with the white space before it.
    speaker : str or None
    confidence : float
        0 to 1, how sure the speaker is; NaN where there is none.
    timed : bool
        The transcript has these times; otherwise they are estimated.
    """

    start: float
    end: float
    text: str
    speaker: Optional[str] = None
    confidence: float = float("nan")
    timed: bool = True


class TranscriptSegment(NamedTuple):
    """A segment or subtitle.

    Attributes
    ----------
    start, end : float
        Seconds from the start of the recording.
    text : str
    speaker : str or None
        Who says most of it.
    confidence : float
        0 to 1; NaN where there is no speaker.
    words : tuple of TranscriptWord
        Joined, their texts are the segment's, unless the transcript's words are not to be found in its text.
    """

    start: float
    end: float
    text: str
    speaker: Optional[str] = None
    confidence: float = float("nan")
    words: tuple[TranscriptWord, ...] = ()


class Transcript:
    """A transcript, as it was read or with speakers. Immutable.

    A sequence of its segments: ``len(transcript)``, ``for segment in transcript``.

    Attributes
    ----------
    name : str
        The file's, without folder and ending.
    format : str
        What it was read as: a name of ``diarist.TRANSCRIPT_FORMATS``.
    language : str
        As the file has it, or empty.
    segments : tuple of TranscriptSegment
        In the order of the file.
    notices : tuple of str
        Things to know about it, one sentence each.
    """

    __slots__ = ("_native", "_segments")

    def __init__(self, native: _native.Transcript) -> None:
        self._native = native
        self._segments: Optional[tuple[TranscriptSegment, ...]] = None

    @property
    def name(self) -> str:
        """The file's, without folder and ending."""
        return self._native.name

    @property
    def format(self) -> str:
        """What it was read as."""
        return self._native.format

    @property
    def language(self) -> str:
        """As the file has it, or empty."""
        return self._native.language

    @property
    def notices(self) -> tuple[str, ...]:
        """Things to know about it, one sentence each."""
        return tuple(self._native.notices)

    @property
    def segments(self) -> tuple[TranscriptSegment, ...]:
        """In the order of the file."""
        if self._segments is None:
            self._segments = tuple(
                TranscriptSegment(start, end, text, speaker, confidence, tuple(TranscriptWord(*each) for each in words))
                for start, end, text, speaker, confidence, words in self._native.segments()
            )
        return self._segments

    def __len__(self) -> int:
        return len(self.segments)

    def __iter__(self) -> Iterator[TranscriptSegment]:
        return iter(self.segments)

    def __bool__(self) -> bool:
        """True, also where nothing is said: ask ``len()``."""
        return True

    def __repr__(self) -> str:
        return f"<Transcript {self.name!r} of {self.format}: {len(self)} segments>"

    def __str__(self) -> str:
        return self.to_text()

    def to_json(self) -> str:
        """The transcript's own JSON with speakers in it; WhisperX's of one that is none."""
        return self._native.render(self.format if self.format in _JSON else "whisperx")

    def to_dict(self) -> Any:
        """What ``to_json`` says, as dicts and lists."""
        return json.loads(self.to_json())

    def to_srt(self) -> str:
        """SubRip subtitles: ``Name: text``."""
        return self._native.render("srt")

    def to_vtt(self) -> str:
        """WebVTT subtitles: ``<v Name>text</v>``."""
        return self._native.render("vtt")

    def to_ctm(self) -> str:
        """NIST's time-marked words, the speaker in the eighth column."""
        return self._native.render("ctm")

    def to_text(self) -> str:
        """A dialogue to read: ``Name [0:00:05]: ...``."""
        return self._native.render("txt")

    def to_markdown(self) -> str:
        """The same in Markdown."""
        return self._native.render("md")

    def to_html(self) -> str:
        """The same as a web page that needs nothing else and runs no script."""
        return self._native.render("html")

    def _repr_html_(self) -> str:
        from html import escape

        # A page of its own, so that its style stays there.
        return f'<iframe sandbox srcdoc="{escape(self.to_html())}" style="width:100%;height:30em;border:0"></iframe>'

    def write(self, file: PathLike, format: Optional[str] = None) -> None:
        """Writes a file, whole or not at all.

        Parameters
        ----------
        file : str or path
        format : str, optional
            ``"json"`` or a name of ``diarist.TRANSCRIPT_FORMATS``. Told by the file's ending where left out, or else
            the transcript's own.
        """
        chosen = optional_word("format", format)
        encoded = path("file", file)
        if chosen is None:
            json_ending = os.fsdecode(encoded).lower().endswith(".json")
            told = _native.transcript_format_of_ending(encoded)
            chosen = "json" if json_ending else told or self.format
        write_whole(file, self.to_json() if chosen == "json" else self._native.render(_known(chosen)))


def _known(format: str) -> str:
    if format not in TRANSCRIPT_FORMATS:
        raise InvalidArgumentError("format", f"{format!r} is none", "take one of " + ", ".join(TRANSCRIPT_FORMATS))
    return format


def read_transcript(transcript: Any, format: Optional[str] = None) -> Transcript:
    """Reads a transcript: JSON of whisper.cpp, openai-whisper, faster-whisper, WhisperX or OpenAI's interface, SRT, WebVTT, CTM.

    Parameters
    ----------
    transcript : path, bytes, dict, or segments
        A file; its content; or what a recognizer returned: the dict of openai-whisper or WhisperX, the segments of
        faster-whisper.
    format : str, optional
        A name of ``diarist.TRANSCRIPT_FORMATS``; told by ending and content where left out.

    Returns
    -------
    Transcript

    Raises
    ------
    NotFoundError, InputOutputError, InvalidArgumentError, InvalidTypeError, MalformedError
        The last with the line, in JSON also the path, and what was expected.
    """
    chosen = None if format is None else _known(word("format", format))
    if isinstance(transcript, Transcript):
        return transcript
    if isinstance(transcript, (str, os.PathLike)):
        return Transcript(_native.Transcript.read(path("transcript", transcript), chosen))
    if isinstance(transcript, (bytes, bytearray)):
        return Transcript(_native.Transcript.parse(bytes(transcript), b"transcript", chosen))
    if not isinstance(transcript, dict):
        if not hasattr(transcript, "__iter__"):
            raise InvalidTypeError(
                "transcript",
                f"is of type {kind(transcript)}",
                "give a file, bytes, or the dict or segments of a recognizer",
            )
        transcript = list(transcript)
    try:
        content = json.dumps(transcript, default=_plain, ensure_ascii=False, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidTypeError(
            "transcript", f"holds what JSON does not ({error})", "give plain values, finite numbers"
        ) from None
    data = content.encode("utf-8", "replace")
    return Transcript(_native.Transcript.parse(data, b"transcript", chosen or None))


def _plain(value: Any) -> Any:
    """What JSON has for faster-whisper's segments, NumPy's numbers and models of pydantic."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    for method in ("model_dump", "tolist"):
        if callable(getattr(value, method, None)):
            return getattr(value, method)()
    raise TypeError(f"a value of type {kind(value)}")


def _values(diarization: Diarization) -> Any:
    place = {speaker.name: i for i, speaker in enumerate(diarization.speakers)}
    return (
        os.fsencode(diarization.recording),
        diarization.duration,
        [(t.start, t.end, place[t.speaker], t.confidence, t.channel) for t in diarization.turns],
        [(os.fsencode(s.name), s.total, None, s.channel) for s in diarization.speakers],
    )


def assign(
    transcript: Any,
    turns: Union[Diarization, Iterable[Diarization], PathLike],
    *,
    format: Optional[str] = None,
    recording: Optional[str] = None,
    split: str = "untimed",
    max_gap: float = 1.0,
) -> Transcript:
    """Gives every word and segment of a transcript its speaker, by the rules of docs/transcripts.md.

    Parameters
    ----------
    transcript : path, bytes, dict, segments, or Transcript
        As ``read_transcript`` takes it.
    turns : Diarization, list of Diarization, or file of turns
        Whoever speaks when: what ``diarize`` returned, or a file that ``read`` takes. Of several recordings the one
        that has the transcript's name; a CTM of several goes to the turns of each.
    format : str, optional
        Of the transcript, where ending and content do not tell.
    recording : str, optional
        Whose turns to take, where there are several recordings.
    split : {"untimed", "always", "never"}
        Divide segments where the speaker changes: those without times of words, all, or none.
    max_gap : float
        Words in silence go to the nearest turn up to so many seconds away.

    Returns
    -------
    Transcript
        With speakers and confidences.

    Raises
    ------
    DiaristError
        As ``read_transcript`` and ``read``; InvalidArgumentError where no recording is the transcript's.
    """
    spoken = read_transcript(transcript, format)
    people: list[Diarization]
    if isinstance(turns, (str, os.PathLike)):
        people = read_turns(turns)
    elif isinstance(turns, Diarization):
        people = [turns]
    else:
        given: Any = turns
        people = list(given) if hasattr(given, "__iter__") else [given]
        for each in people:
            if not isinstance(each, Diarization):
                raise InvalidTypeError("turns", f"are of type {kind(each)}", "give a Diarization or a file of turns")
    if recording is not None:
        named = word("recording", recording)
        known = ", ".join(each.recording for each in people)
        people = [each for each in people if each.recording == named]
        if not people:
            raise InvalidArgumentError("recording", f"{named!r} has no turns", f"there are those of {known}")
    return Transcript(
        spoken._native.assigned([_values(each) for each in people], word("split", split), number("max_gap", max_gap))
    )
