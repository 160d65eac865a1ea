"""The result: who spoke when."""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING, Any, Iterator, NamedTuple, Optional, Union, overload

from diarist import _native
from diarist._arrays import floats
from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._files import write_whole
from diarist._options import PathLike, integer, kind, number, optional_number, path, text, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


FORMATS: tuple[str, ...] = tuple(name for name, _, _ in _native.formats())
"""Names of the formats that turns are written in; docs/formats.md says what each holds."""


class Turn(NamedTuple):
    """One stretch of speech by one speaker. Turns of different speakers may overlap.

    Attributes
    ----------
    start, end : float
        Seconds from the start of the recording.
    speaker : str
        A name among ``Diarization.speakers``.
    confidence : float
        0 to 1, how sure the turn is; NaN where a file that was read does not say.
    channel : int
        From 1; always 1 unless the channels were diarized apart.
    """

    start: float
    end: float
    speaker: str
    confidence: float = 1.0
    channel: int = 1

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start


class Speaker(NamedTuple):
    """One person heard in the recording.

    Attributes
    ----------
    name : str
        ``"SPEAKER_00"``, ``"SPEAKER_01"``, ... in order of first appearance.
    total : float
        Seconds: the summed length of the turns.
    centroid : numpy.ndarray of float32, shape [dimensions], or None
        What the voice sounds like, not normalised; None where nothing was clean enough.
    channel : int
        As ``Turn.channel``.
    score : float or None
        Where a ``SpeakerStore`` gave the name: how sure that is, a calibrated log-likelihood ratio.
    """

    name: str
    total: float
    centroid: Optional[npt.NDArray[np.float32]] = None
    channel: int = 1
    score: Optional[float] = None


class Statistics(NamedTuple):
    """What the run cost: no part of the answer, and another one each time.

    Attributes
    ----------
    stages : dict of str to float
        Seconds of work in each stage, summed over threads.
    wall : float
        Seconds.
    real_time_factor : float
        How many times faster than the recording plays.
    peak_memory : int
        Bytes, of the process.
    threads : int
    instruction_set, precision, preset, model : str
    step : float
        Seconds between windows.
    trunk_skipped : float
        Share of the recording, 0 to 1, that the embedding network passed over: nobody is heard there.
    cached : bool
        The networks did not run: the cache had it all.
    """

    stages: dict[str, float]
    wall: float
    real_time_factor: float
    peak_memory: int
    threads: int
    instruction_set: str
    precision: str
    preset: str
    step: float
    trunk_skipped: float
    model: str
    cached: bool


class Diarization:
    """Who spoke when in one recording.

    A sequence of its turns: ``len(result)``, ``result[0]``, ``for turn in result``. Immutable; can be pickled. Made by
    ``diarize`` and ``read``, or of turns from elsewhere, which are checked: times are numbers, each end after its
    start, each turn's speaker among ``speakers``.

    Attributes
    ----------
    recording : str
        The file's name without folder and ending; ``"samples"`` for an array.
    duration : float
        Seconds.
    turns : tuple of Turn
        By start, end and speaker; empty where nobody spoke.
    speakers : tuple of Speaker
        In order of first appearance.
    notices : tuple of str
        Things to know about this result, one sentence each.
    statistics : Statistics or None
        What the run cost.
    """

    __slots__ = ("duration", "notices", "recording", "speakers", "statistics", "turns")

    recording: str
    duration: float
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    notices: tuple[str, ...]
    statistics: Optional[Statistics]

    def __init__(
        self,
        recording: str,
        duration: float,
        turns: tuple[Turn, ...],
        speakers: tuple[Speaker, ...],
        notices: tuple[str, ...] = (),
        statistics: Optional[Statistics] = None,
    ) -> None:
        put = object.__setattr__
        put(self, "recording", word("recording", recording))
        put(self, "duration", _seconds("duration", duration))
        put(self, "speakers", tuple(_speaker(each) for each in _each("speakers", speakers)))
        known = {speaker.name for speaker in self.speakers}
        put(self, "turns", tuple(_turn(each, known) for each in _each("turns", turns)))
        put(self, "notices", tuple(word("notices", each) for each in _each("notices", notices)))
        put(self, "statistics", statistics)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Diarization does not change: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Diarization does not change: {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        return Diarization, (
            self.recording,
            self.duration,
            self.turns,
            self.speakers,
            self.notices,
            self.statistics,
        )

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    @overload
    def __getitem__(self, index: int) -> Turn: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Turn, ...]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Turn, tuple[Turn, ...]]:
        return self.turns[index]

    def __repr__(self) -> str:
        return (
            f"<Diarization of {self.recording!r}: {len(self.speakers)} speakers, {len(self.turns)} turns "
            f"in {self.duration:.1f} s>"
        )

    def __str__(self) -> str:
        return self.to_text()

    def __bool__(self) -> bool:
        """True, also where nobody spoke: ask ``len()``."""
        return True

    def _render(self, format: str) -> str:
        number = {speaker.name: i for i, speaker in enumerate(self.speakers)}
        return _native.render(
            text("recording", self.recording),
            self.duration,
            [(t.start, t.end, number[t.speaker], t.confidence, t.channel) for t in self.turns],
            [(text("speakers", s.name), s.total, s.centroid, s.channel, s.score) for s in self.speakers],
            [text("notices", notice) for notice in self.notices],
            format,
        )

    def to_rttm(self) -> str:
        """RTTM: the same text as the program writes."""
        return self._render("rttm")

    def to_json(self) -> str:
        """JSON by the schema ``diarist.diarization`` (docs/json-schema.md)."""
        return self._render("json")

    def to_csv(self) -> str:
        """Comma-separated values with a header, one turn a line."""
        return self._render("csv")

    def to_tsv(self) -> str:
        """The same with tabs."""
        return self._render("tsv")

    def to_textgrid(self, short: bool = False) -> str:
        """Praat's TextGrid, long or short: a tier for each speaker."""
        return self._render("textgrid-short" if short else "textgrid")

    def to_audacity(self) -> str:
        """A label track of Audacity's."""
        return self._render("audacity")

    def to_eaf(self) -> str:
        """ELAN's annotation format: a tier for each speaker."""
        return self._render("eaf")

    def to_srt(self) -> str:
        """SubRip subtitles that name the speaker."""
        return self._render("srt")

    def to_vtt(self) -> str:
        """WebVTT subtitles that name the speaker."""
        return self._render("vtt")

    def to_ctm(self) -> str:
        """CTM, the speaker's name in the word's place."""
        return self._render("ctm")

    def to_uem(self) -> str:
        """UEM: the recording's extent."""
        return self._render("uem")

    def to_html(self) -> str:
        """The report as one page, without waveform: to look at, correct and send on."""
        return self._render("html")

    def to_text(self) -> str:
        """A table for people."""
        return self._render("txt")

    def to_dict(self) -> dict[str, Any]:
        """What ``to_json`` says, as dicts and lists."""
        value: dict[str, Any] = json.loads(self.to_json())
        return value

    def write(self, file: PathLike, format: Optional[str] = None) -> None:
        """Writes a file, whole or not at all.

        Parameters
        ----------
        file : str or path
        format : str, optional
            A name of ``diarist.FORMATS``; told by the file's ending where left out.
        """
        chosen = format or _native.format_of_ending(path("file", file))
        if chosen not in FORMATS:
            ending = os.path.splitext(os.fsdecode(file))[1].lstrip(".")
            raise InvalidArgumentError(
                "format", f"'{format or ending}' is none", "take one of " + ", ".join(FORMATS)
            )
        write_whole(file, self._render(chosen))

    def to_dataframe(self, library: Optional[str] = None) -> Any:
        """The turns as a table with the columns recording, channel, start, end, speaker, confidence.

        Parameters
        ----------
        library : {"pandas", "polars"}, optional
            The first of them that is installed where left out.

        Returns
        -------
        pandas.DataFrame or polars.DataFrame
        """
        if library not in (None, "pandas", "polars"):
            raise InvalidArgumentError(
                "library", f"{library!r} is none", "take 'pandas' or 'polars'"
            )
        columns = {
            "recording": [self.recording] * len(self.turns),
            "channel": [turn.channel for turn in self.turns],
            "start": [turn.start for turn in self.turns],
            "end": [turn.end for turn in self.turns],
            "speaker": [turn.speaker for turn in self.turns],
            "confidence": [turn.confidence for turn in self.turns],
        }
        if library != "polars":
            try:
                import pandas

                return pandas.DataFrame(columns)
            except ImportError:
                if library == "pandas":
                    raise
        import polars  # pyright: ignore[reportMissingImports]

        return polars.DataFrame(columns)

    def to_annotation(self) -> Any:
        """The turns as pyannote.core has them.

        Returns
        -------
        pyannote.core.Annotation
            Speakers are labels; turns of one speaker that overlap others keep tracks of their own.
        """
        from pyannote.core import Annotation, Segment

        annotation = Annotation(uri=self.recording)
        for track, turn in enumerate(self.turns):
            annotation[Segment(turn.start, turn.end), track] = turn.speaker
        return annotation

    @property
    def labels(self) -> tuple[str, ...]:
        """The speakers' names."""
        return tuple(speaker.name for speaker in self.speakers)

    @property
    def centroids(self) -> npt.NDArray[np.float32]:
        """What each speaker sounds like.

        Returns
        -------
        numpy.ndarray of float32, shape [speakers, dimensions]
            A row of NaN where nothing was clean enough.
        """
        import numpy as np

        known = [s.centroid for s in self.speakers if s.centroid is not None]
        dimensions = len(known[0]) if known else 0
        rows = np.full((len(self.speakers), dimensions), np.nan, dtype=np.float32)
        for i, speaker in enumerate(self.speakers):
            if speaker.centroid is not None:
                rows[i] = speaker.centroid
        return rows

    def _repr_html_(self) -> str:
        from diarist._display import html

        return html(self)

    def plot(self, ax: Any = None) -> Any:
        """Draws the timeline with matplotlib.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            A new figure's where left out.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from diarist._display import plot

        return plot(self, ax)


def _each(name: str, values: Any) -> Iterator[Any]:
    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__iter__"):
        raise InvalidTypeError(name, f"is of type {kind(values)}", "give a tuple")
    return iter(values)


def _seconds(name: str, value: object) -> float:
    seconds = number(name, value)
    if not math.isfinite(seconds):
        raise InvalidArgumentError(name, f"holds {seconds}", "give seconds")
    return seconds


def _turn(value: Any, known: set[str]) -> Turn:
    if not isinstance(value, Turn):
        raise InvalidTypeError("turns", f"holds a {kind(value)}", "give diarist.Turn each")
    turn = Turn(
        _seconds("turns", value.start),
        _seconds("turns", value.end),
        word("turns", value.speaker),
        number("turns", value.confidence),
        integer("turns", value.channel),
    )
    if turn.end < turn.start:
        raise InvalidArgumentError(
            "turns", f"holds one from {turn.start} to {turn.end} s", "give its start first"
        )
    if turn.speaker not in known:
        raise InvalidArgumentError(
            "turns", f"has one of {turn.speaker!r}, who is not among speakers", "name the speaker there"
        )
    return turn


def _speaker(value: Any) -> Speaker:
    if not isinstance(value, Speaker):
        raise InvalidTypeError("speakers", f"holds a {kind(value)}", "give diarist.Speaker each")
    return Speaker(
        word("speakers", value.name),
        _seconds("speakers", value.total),
        None if value.centroid is None else floats("speakers", value.centroid, 1),
        integer("speakers", value.channel),
        optional_number("speakers", value.score),
    )


def read(file: PathLike, format: Optional[str] = None) -> list[Diarization]:
    """Reads a file of turns: RTTM, JSON, CSV, TSV, TextGrid, Audacity labels, EAF, SRT or WebVTT.

    Parameters
    ----------
    file : str or path
    format : str, optional
        A name of ``diarist.FORMATS``; told by the file's ending or its content where left out.

    Returns
    -------
    list of Diarization
        One for each recording in the file, at least one. A confidence is NaN where the file does not say.

    Raises
    ------
    NotFoundError, InputOutputError, InvalidArgumentError, MalformedError
        The last with the line, and what was expected.
    """
    if format is not None and format not in FORMATS:
        raise InvalidArgumentError(
            "format", f"{format!r} is none", "take one of " + ", ".join(FORMATS)
        )
    read_before = (result_of(each) for each in _native.read_turns(path("file", file), format))
    return [
        Diarization(each.recording, each.duration, each.turns, each.speakers, each.notices)
        for each in read_before
    ]


def result_of(
    native: Any, name: Optional[str] = None, picked: Optional[int] = None
) -> Diarization:
    """Of what the extension gives; ``picked`` is the channel that an array was before it got there."""
    recording, duration, turns, speakers, notices, statistics = native
    people = tuple(
        Speaker(title, total, centroid, picked or channel, score)
        for title, total, centroid, channel, score in speakers
    )
    return Diarization(
        recording if name is None else name,
        duration,
        tuple(
            Turn(start, end, people[speaker].name, confidence, picked or channel)
            for start, end, speaker, confidence, channel in turns
        ),
        people,
        tuple(notices),
        Statistics(**statistics),
    )
