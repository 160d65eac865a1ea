"""How far turns are from a reference: DER and JER."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, Optional

from diarist import _native
from diarist._errors import InvalidArgumentError, InvalidTypeError
from diarist._options import PathLike, flag, kind, number, path, text, word
from diarist._result import Diarization


class Segment(NamedTuple):
    """A labelled stretch of time, as annotation files hold it; ``start`` and ``end`` in seconds."""

    start: float
    end: float
    label: str = ""
    channel: str = "1"


class Score:
    """How far turns are from a reference. Scores of several recordings add up with ``+`` and ``sum``.

    Attributes
    ----------
    der : float
        Diarization error rate, 1 = 100 %.
    jer : float
        Jaccard error rate, mean over the reference's speakers.
    total, miss, false_alarm, confusion : float
        Seconds of speaker time.
    reference_speakers, hypothesis_speakers : int
    recording : str
    """

    __slots__ = ("_native",)

    def __init__(self, native: Optional[_native.Score] = None) -> None:
        self._native = _native.Score() if native is None else native

    @property
    def recording(self) -> str:
        """Its name."""
        return self._native.recording

    @property
    def der(self) -> float:
        """Diarization error rate, 1 = 100 %; infinite where all is false alarm."""
        return self._native.der

    @property
    def jer(self) -> float:
        """Jaccard error rate, 0 to 1, mean over the reference's speakers."""
        return self._native.jer

    @property
    def total(self) -> float:
        """Seconds of the reference's speaker time that are scored."""
        return self._native.total

    @property
    def miss(self) -> float:
        """Seconds that nobody of the hypothesis answers to."""
        return self._native.miss

    @property
    def false_alarm(self) -> float:
        """Seconds of speakers beyond those of the reference."""
        return self._native.false_alarm

    @property
    def confusion(self) -> float:
        """Seconds of somebody else than the one mapped to."""
        return self._native.confusion

    @property
    def reference_speakers(self) -> int:
        """Who speak in what is scored."""
        return self._native.reference_speakers

    @property
    def hypothesis_speakers(self) -> int:
        """Likewise."""
        return self._native.hypothesis_speakers

    def __add__(self, other: Score) -> Score:
        if not isinstance(other, Score):
            return NotImplemented
        return Score(self._native.added(other._native))

    def __radd__(self, other: object) -> Score:
        if other == 0:  # sum() begins with it.
            return self
        return NotImplemented

    def __repr__(self) -> str:
        return (
            f"<Score of {self.recording!r}: DER {100 * self.der:.2f} % (miss {self.miss:.2f}, "
            f"false alarm {self.false_alarm:.2f}, confusion {self.confusion:.2f} of {self.total:.2f} s), "
            f"JER {100 * self.jer:.2f} %>"
        )


def _recordings(pairs: list[tuple[str, list[tuple[float, float, str, str]]]]) -> dict[str, list[Segment]]:
    return {recording: [Segment(*segment) for segment in segments] for recording, segments in pairs}


def read_rttm(file: PathLike) -> dict[str, list[Segment]]:
    """The segments of each recording in an RTTM file.

    Raises
    ------
    NotFoundError, InputOutputError, MalformedError
        The last with the line, and what was expected.
    """
    return _recordings(_native.read_rttm(path("file", file)))


def _read(file: PathLike) -> dict[str, list[Segment]]:
    """The segments of each recording in a file of any format that ``diarist.read`` takes."""
    return _recordings(_native.read_annotations(path("file", file)))


def read_uem(file: PathLike) -> dict[str, list[Segment]]:
    """The stretches of each recording that are scored, of a UEM file. Raises as ``read_rttm``."""
    return _recordings(_native.read_uem(path("file", file)))


def _segments(name: str, value: Any) -> list[Segment]:
    """One recording's segments of whatever holds them."""
    if isinstance(value, Diarization):
        return [Segment(t.start, t.end, t.speaker, str(t.channel)) for t in value.turns]
    if callable(getattr(value, "itertracks", None)):  # pyannote.core.Annotation
        return [
            Segment(segment.start, segment.end, str(label))
            for segment, _, label in value.itertracks(yield_label=True)
        ]
    if isinstance(value, (bytes, dict)) or not hasattr(value, "__iter__"):
        raise InvalidTypeError(
            name,
            f"is of type {kind(value)}",
            "give a Diarization, an RTTM file, a pyannote Annotation or (start, end, label) each",
        )
    segments = []
    for each in value:
        try:
            start, end, label, *rest = each
        except (TypeError, ValueError):
            raise InvalidTypeError(name, f"holds {each!r}", "give (start, end, label) each") from None
        channel = rest[-1] if isinstance(each, Segment) else "1"
        segments.append(Segment(number(name, start), number(name, end), str(label), channel))
    return segments


def _stretches(value: Any) -> list[Segment]:
    """What is scored: a Timeline, or (start, end) each."""
    if not hasattr(value, "__iter__"):
        raise InvalidTypeError("uem", f"is of type {kind(value)}", "give a UEM file or (start, end) each")
    stretches = []
    for each in value:
        if isinstance(each, Segment):
            stretches.append(each)
            continue
        try:
            start, end = (each.start, each.end) if hasattr(each, "start") else each
        except (TypeError, ValueError):
            raise InvalidTypeError("uem", f"holds {each!r}", "give (start, end) each") from None
        stretches.append(Segment(number("uem", start), number("uem", end)))
    return stretches


def _encoded(name: str, segments: list[Segment]) -> list[tuple[float, float, bytes, bytes]]:
    encoded = []
    for each in segments:
        if each.end < each.start:
            raise InvalidArgumentError(
                name, f"holds a stretch from {each.start} to {each.end} s", "give its start first"
            )
        encoded.append((each.start, each.end, text(name, each.label), text(name, each.channel)))
    return encoded


def _is_file(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike))


def score(
    reference: Any,
    hypothesis: Any,
    *,
    uem: Any = None,
    collar: float = 0.0,
    skip_overlap: bool = False,
    convention: str = "pyannote",
) -> Score:
    """Scores turns against a reference.

    Parameters
    ----------
    reference, hypothesis : Diarization, file of turns, pyannote.core.Annotation, or list
        Files are RTTM or another format that ``diarist.read`` takes. A list holds ``(start, end, label)`` each. Two
        files with several recordings are matched by their names and summed; one with a single recording goes with
        whatever the other side is.
    uem : UEM file, or list of (start, end), optional
        The stretches that are scored.
    collar : float
        Seconds left out around each boundary of the reference: in all (pyannote), or to each side (nist).
    skip_overlap : bool
        Leave out where several people speak in the reference.
    convention : {"pyannote", "nist"}
        docs/scoring.md has every difference.

    Returns
    -------
    Score

    Raises
    ------
    DiaristError
    """
    options = (
        word("convention", convention),
        number("collar", collar),
        flag("skip_overlap", skip_overlap),
    )
    references = _read(reference) if _is_file(reference) else None
    hypotheses = _read(hypothesis) if _is_file(hypothesis) else None
    evaluated = read_uem(uem) if _is_file(uem) else None

    if references is not None and (hypotheses is not None or len(references) != 1):
        if hypotheses is None:
            title = hypothesis.recording if isinstance(hypothesis, Diarization) else None
            if title not in references:
                raise InvalidArgumentError(
                    str(reference), f"holds {len(references)} recordings", "which one is scored?"
                )
            hypotheses = {title: _segments("hypothesis", hypothesis)}
            references = {title: references[title]}
        elif not references.keys() & hypotheses.keys():
            raise InvalidArgumentError(
                str(hypothesis),
                f"has no recording of {reference}",
                "recordings are matched by their names: in RTTM the second column",
            )
        pairs = [(each, references[each], hypotheses.get(each, [])) for each in references]
    else:
        if hypotheses is not None and len(hypotheses) > 1:
            raise InvalidArgumentError(
                str(hypothesis), f"holds {len(hypotheses)} recordings", "give one, or two files"
            )
        truth = _only(references) if references is not None else _segments("reference", reference)
        found = _only(hypotheses) if hypotheses is not None else _segments("hypothesis", hypothesis)
        pairs = [(_title(reference, hypothesis, references, hypotheses), truth, found)]

    total: Optional[Score] = None
    for title, truth, found in pairs:
        if uem is None:
            stretches = None
        elif evaluated is not None:
            known = evaluated.get(title) or (_only(evaluated) if len(evaluated) == 1 else None)
            stretches = None if known is None else _encoded("uem", known)
        else:
            stretches = _encoded("uem", _stretches(uem))
        one = Score(
            _native.score(
                text("recording", title),
                _encoded("reference", truth),
                _encoded("hypothesis", found),
                stretches,
                *options,
            )
        )
        total = one if total is None else total + one
    return total if total is not None else Score()


def _only(recordings: dict[str, list[Segment]]) -> list[Segment]:
    return next(iter(recordings.values()), [])


def _title(reference: Any, hypothesis: Any, *named: Optional[dict[str, list[Segment]]]) -> str:
    for recordings in named:
        if recordings:
            return next(iter(recordings))
    for side in (hypothesis, reference):
        title = getattr(side, "recording", None) or getattr(side, "uri", None)
        if isinstance(title, str):
            return title
    return ""
