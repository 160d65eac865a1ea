"""Cutting a recording by its turns: a file per speaker or per turn."""

from __future__ import annotations

import os
from typing import NamedTuple, Optional, Union

from diarist import _native
from diarist._diarizer import diarize
from diarist._errors import InvalidArgumentError
from diarist._options import (
    PathLike,
    flag,
    number,
    optional_integer,
    optional_word,
    path,
    word,
)
from diarist._progress import ProgressLike, watching
from diarist._result import Diarization, read


class SplitPiece(NamedTuple):
    """One continuous stretch of the recording in a file.

    Attributes
    ----------
    start, end : float
        Seconds in the recording, padding included.
    first_sample, samples : int
        The same in samples of the recording, per channel.
    sample_in_file : int
        Where it begins in the file.
    padding_before, padding_after : float
        Seconds that came along beyond the turns.
    confidence : float
        Of its turns, by their lengths; NaN where none has any.
    """

    start: float
    end: float
    first_sample: int
    samples: int
    sample_in_file: int
    padding_before: float
    padding_after: float
    confidence: float


class SplitFile(NamedTuple):
    """One file that was written.

    Attributes
    ----------
    path : str
        Within the folder, which is part of it.
    speaker : str
    channel : int or None
        The one that it has; None for all.
    samples : int
        Its length, per channel.
    sample_rate : int
        In Hz: the recording's own.
    pieces : tuple of SplitPiece
    """

    path: str
    speaker: str
    channel: Optional[int]
    samples: int
    sample_rate: int
    pieces: tuple[SplitPiece, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.samples / self.sample_rate


def split(
    audio: PathLike,
    folder: PathLike,
    turns: Union[Diarization, PathLike, None] = None,
    *,
    by: str = "speaker",
    format: Optional[str] = None,
    bits: Optional[int] = None,
    padding: float = 0.0,
    min_duration: float = 0.0,
    exclude_overlap: bool = False,
    gap: float = 0.0,
    template: Optional[str] = None,
    channels: str = "automatic",
    progress: ProgressLike = None,
) -> list[SplitFile]:
    """Cuts a recording into a file per speaker or per turn, with ``manifest.csv`` and ``manifest.json`` beside them.

    Samples are copied bit for bit, at the recording's own rate and in its own coding.

    Parameters
    ----------
    audio : path
        A file in any audio format.
    folder : path
        Where the files go; made where it is missing. All of them appear once all are complete.
    turns : Diarization or path, optional
        Who speaks when, or a file that ``diarist.read`` takes. The recording is diarized where it is left out: call
        ``diarist.diarize`` for its options.
    by : {"speaker", "turn"}
        What becomes one file.
    format : {"wav", "flac"}, optional
        The recording's own where left out, WAV where that is neither.
    bits : {16, 24}, optional
        Round samples to integers of so many bits, which FLAC needs where they are floats.
    padding : float
        Seconds before and after each turn that come along; turns of a speaker that meet then become one piece.
    min_duration : float
        Leave out what is shorter, padding not counted.
    exclude_overlap : bool
        Only where nobody else speaks.
    gap : float
        Seconds of silence between the pieces of a speaker's file.
    template : str, optional
        Names of the files, of ``{recording}``, ``{speaker}``, ``{index}``, ``{start}``, ``{end}``, ``{duration}`` and
        ``{channel}``.
    channels : {"automatic", "own", "all"}
        ``"own"`` cuts the channel that a turn is on; automatic does so where channels were diarized apart.
    progress : callable, bool or str, optional
        As for ``Diarizer.diarize``.

    Returns
    -------
    list of SplitFile
        By speaker in order of first appearance, or by turn in time.

    Raises
    ------
    NotFoundError, InputOutputError, UnsupportedAudioError, CorruptAudioError
        Of the recording; the second also of the folder.
    InvalidArgumentError, InvalidTypeError
        Of arguments, of turns that are not the recording's, and where two files would have one name.
    MalformedError
        Of a file of turns.

    Examples
    --------
    >>> for file in diarist.split("meeting.wav", "voices", padding=0.1):
    ...     print(file.path, file.speaker, file.duration)
    """
    source = path("audio", audio)
    target = path("folder", folder)
    options = _native.SplitOptions()
    options.set_by(word("by", by))
    options.set_format(optional_word("format", format))
    options.set_bits(optional_integer("bits", bits))
    options.set_padding(number("padding", padding))
    options.set_min_duration(number("min_duration", min_duration))
    options.set_exclude_overlap(flag("exclude_overlap", exclude_overlap))
    options.set_gap(number("gap", gap))
    name = optional_word("template", template)
    if name == "":
        raise InvalidArgumentError("template", "is empty", "leave it out")
    options.set_template(os.fsencode(name or ""))
    options.set_channels(word("channels", channels))
    options.check(source)

    title = os.path.basename(os.fsdecode(source))
    found = _turns_of(title, source, turns, progress)
    places = {speaker.name: i for i, speaker in enumerate(found.speakers)}
    with watching(progress, title) as callback:
        files, _ = _native.split(
            source,
            os.fsencode(found.recording),
            found.duration,
            [(t.start, t.end, places[t.speaker], t.confidence, t.channel) for t in found.turns],
            [(os.fsencode(s.name), s.total, s.centroid, s.channel) for s in found.speakers],
            target,
            options,
            callback,
        )
    place = os.fsdecode(target)
    return [
        SplitFile(
            os.path.join(place, file),
            speaker,
            channel,
            samples,
            rate,
            tuple(SplitPiece(*piece) for piece in pieces),
        )
        for file, speaker, channel, samples, rate, pieces in files
    ]


def _turns_of(
    title: str, source: bytes, turns: Union[Diarization, PathLike, None], progress: ProgressLike
) -> Diarization:
    if isinstance(turns, Diarization):
        return turns
    if turns is None:
        return diarize(os.fsdecode(source), progress=progress)
    read_before = read(turns)
    if len(read_before) == 1:
        return read_before[0]
    stem = os.path.splitext(title)[0]
    for each in read_before:
        if each.recording in (stem, stem.replace(" ", "_")):
            return each
    raise InvalidArgumentError(
        os.fsdecode(path("turns", turns)),
        f"holds turns of {len(read_before)} recordings, none of them {stem!r}",
        "give those of this recording alone",
    )
