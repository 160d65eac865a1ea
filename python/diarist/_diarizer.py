"""Recordings in, speaker turns out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, Optional

from diarist import _native
from diarist._audio import SAMPLE_RATE, opened
from diarist._behavior import behavior_of, with_channels
from diarist._closable import Closable
from diarist._errors import InvalidTypeError
from diarist._model import Model, ModelLike, model_of, pack_path
from diarist._options import (
    PathLike,
    integer,
    kind,
    number,
    optional_number,
    optional_word,
    path,
    word,
)
from diarist._progress import ProgressLike, watching
from diarist._result import Diarization, result_of
from diarist._voices import LEAST_SCORE, SpeakerStore

if TYPE_CHECKING:
    from diarist._stream import Stream


#: Seconds: a recording may be divided at multiples of it, for ``Diarizer.analyse``.
PART_UNIT: float = _native.PART_UNIT


class Diarizer(Closable):
    """The whole pipeline over one loaded model. Make one and keep it, for any number of recordings and threads.

    Parameters
    ----------
    model : Model or path, optional
        Another pack instead of the one inside the package.
    fallback : path, optional
        The pack to take, with a notice, where ``model`` (a path then) cannot be loaded or fails its self-check;
        ``"built-in"`` is the package's own.
    threads : int
        Worker threads; 0 takes one per core. The result does not depend on it.
    isa : str, optional
        An instruction set instead of the best one; ``diarist.instruction_sets()`` lists them.
    precision : {"automatic", "f32", "int8"}
        Arithmetic of the networks; automatic is the fastest that costs no accuracy.
    cache : path, optional
        A folder that keeps what the networks find, about 25 MB for an hour: the same recording again, with other
        options about speakers or turns, takes a moment.

    Raises
    ------
    DiaristError

    Notes
    -----
    The interpreter's lock is released while it works, so threads and ``asyncio.to_thread`` run side by side; they
    share the worker threads. Not for use in a forked child: make one in each process.
    """

    def __init__(
        self,
        model: ModelLike = None,
        *,
        fallback: Optional[PathLike] = None,
        threads: int = 0,
        isa: Optional[str] = None,
        precision: str = "automatic",
        cache: Optional[PathLike] = None,
    ) -> None:
        performance = (
            integer("threads", threads),
            optional_word("isa", isa),
            word("precision", precision),
            None if cache is None else path("cache", cache),
        )
        if fallback is None:
            self._native = _native.Diarizer(model_of(model), *performance)
            return
        pack = pack_path("model", model)
        if pack is None:
            raise InvalidTypeError("model", "must be a path where there is a fallback")
        self._native = _native.Diarizer(pack, path("fallback", fallback), *performance)

    def diarize(
        self,
        audio: Any,
        *,
        sample_rate: Optional[int] = None,
        speakers: Optional[int] = None,
        min_speakers: Optional[int] = None,
        max_speakers: Optional[int] = None,
        preset: str = "balanced",
        step: Optional[float] = None,
        min_turn: Optional[float] = None,
        merge_gap: Optional[float] = None,
        relabel: bool = True,
        exclusive: bool = False,
        channel: Optional[int] = None,
        per_channel: bool = False,
        name: Optional[str] = None,
        progress: ProgressLike = None,
    ) -> Diarization:
        """Finds who speaks when in one recording.

        Parameters
        ----------
        audio : path, array, tensor or file object
            A file in any audio format. Or samples: an array of any float or integer type (in [-1, 1], integers in
            the whole range of their type) of shape [samples], [samples, channels] or [channels, samples]; float32
            samples of one channel in order are not copied. Or a tensor of such. Or a file object opened in binary
            mode. Or a dict as pyannote.audio takes it.
        sample_rate : int
            Of an array, in Hz; any from 1 to 768,000. A file knows its own.
        speakers : int, optional
            The number of speakers, where it is known.
        min_speakers, max_speakers : int, optional
            What is known of it otherwise.
        preset : {"balanced", "fast", "exact"}
            ``"exact"`` gives the reference's numbers for ten times the work; ``"fast"`` is for archives.
        step : float, optional
            Seconds from one ten-second window's start to the next one's, 0.5 to 10; the preset's own where left out.
        min_turn : float, optional
            Leave out turns shorter than so many seconds.
        merge_gap : float, optional
            Close a speaker's pauses of up to so many seconds.
        relabel : bool
            Hold every second against the voices found.
        exclusive : bool
            One speaker at a time.
        channel : int, optional
            Hear only this channel, counted from 1; otherwise the mean of all.
        per_channel : bool
            Diarize every channel apart: turns carry their channel.
        name : str, optional
            What to call the recording in the result.
        progress : callable, bool or str, optional
            A function that is told ``(done, total)`` in seconds of audio a few times a second, in the calling
            thread; what it raises ends the run. True draws a bar with tqdm, or rich, or by itself.

        Returns
        -------
        Diarization
            The same for the same input and options, bit for bit, whatever the number of threads.

        Raises
        ------
        NotFoundError, InputOutputError, UnsupportedAudioError, CorruptAudioError
            Of the recording.
        InvalidArgumentError, InvalidTypeError
            Of arguments that are out of range, contradict each other or are of a type that is not taken.
        KeyboardInterrupt
            Within a second of Ctrl-C.
        """
        behavior = behavior_of(
            speakers=speakers,
            min_speakers=min_speakers,
            max_speakers=max_speakers,
            preset=preset,
            step=step,
            min_turn=min_turn,
            merge_gap=merge_gap,
            relabel=relabel,
            exclusive=exclusive,
        )
        picked, each = with_channels(behavior, channel, per_channel)
        title = optional_word("name", name)

        with opened(audio, sample_rate, picked, each) as source:
            # An array is mono by now: its channel was picked on the way.
            if source.samples is not None:
                behavior.downmix()
            label = title or source.name
            if source.path is not None:
                shown = label or os.path.basename(os.fsdecode(source.path))
                with watching(progress, shown) as callback:
                    native = self._native.file(source.path, behavior, callback)
            else:
                assert source.samples is not None
                with watching(progress, label or "samples") as callback:
                    native = self._native.samples(
                        source.samples, source.sample_rate, behavior, callback
                    )
        return result_of(native, label, picked)

    __call__ = diarize

    def analyse(
        self,
        recording: PathLike,
        start: float = 0.0,
        end: Optional[float] = None,
        *,
        preset: str = "balanced",
        step: Optional[float] = None,
        channel: Optional[int] = None,
        per_channel: bool = False,
        progress: ProgressLike = None,
    ) -> bytes:
        """What the networks make of a part of a recording, for ``join``: one long recording over several processes.

        Parameters
        ----------
        recording : path
            A regular file in any audio format. Each part reads all of it, and decodes it from its beginning.
        start, end : float
            Seconds, multiples of ``PART_UNIT``; to the recording's end where there is none.
        preset, step, channel, per_channel, progress
            As in ``diarize``.

        Returns
        -------
        bytes
            About 25 MB for an hour. The constructor's ``cache`` is not used.

        Raises
        ------
        NotFoundError, InputOutputError, UnsupportedAudioError, CorruptAudioError
            Of the recording.
        InvalidArgumentError, InvalidTypeError
            Of arguments, and of what is no regular file.
        KeyboardInterrupt
            Within a second of Ctrl-C.
        """
        behavior = behavior_of(
            speakers=None,
            min_speakers=None,
            max_speakers=None,
            preset=preset,
            step=step,
            min_turn=None,
            merge_gap=None,
            relabel=True,
            exclusive=False,
        )
        with_channels(behavior, channel, per_channel)
        name = path("recording", recording)
        first = number("start", start)
        last = optional_number("end", end)
        with watching(progress, os.path.basename(os.fsdecode(name))) as callback:
            part: bytes = self._native.analyse(name, first, last, behavior, callback)
        return part

    def join(
        self,
        parts: Iterable[bytes],
        *,
        speakers: Optional[int] = None,
        min_speakers: Optional[int] = None,
        max_speakers: Optional[int] = None,
        preset: str = "balanced",
        step: Optional[float] = None,
        min_turn: Optional[float] = None,
        merge_gap: Optional[float] = None,
        relabel: bool = True,
        exclusive: bool = False,
        channel: Optional[int] = None,
        per_channel: bool = False,
        name: Optional[str] = None,
    ) -> Diarization:
        """From the parts of a recording to its turns: what ``diarize`` gives for the whole, bit for bit.

        Parameters
        ----------
        parts : iterable of bytes
            All that ``analyse`` gave of one recording, in any order, one of them without an end.
        speakers, min_speakers, max_speakers, preset, step, min_turn, merge_gap, relabel, exclusive, channel, per_channel, name
            As in ``diarize``; what ``analyse`` takes, as it was given there.

        Returns
        -------
        Diarization
            The same however the recording was divided.

        Raises
        ------
        InvalidArgumentError, InvalidTypeError
            Of arguments; where a part is missing or there twice, and where parts are of different recordings, presets,
            steps, channels, models, releases, precisions or instruction sets.
        MalformedError
            Of what is no part, or is damaged.
        """
        behavior = behavior_of(
            speakers=speakers,
            min_speakers=min_speakers,
            max_speakers=max_speakers,
            preset=preset,
            step=step,
            min_turn=min_turn,
            merge_gap=merge_gap,
            relabel=relabel,
            exclusive=exclusive,
        )
        picked, _ = with_channels(behavior, channel, per_channel)
        title = optional_word("name", name)
        try:
            documents = list(parts)
        except TypeError:
            raise InvalidTypeError("parts", f"are of type {kind(parts)}", "give a list of what analyse returned") from None
        for document in documents:
            if not isinstance(document, bytes):
                raise InvalidTypeError("parts", f"has one of type {kind(document)}", "give what analyse returned")
        return result_of(self._native.join(documents, behavior), title, picked)

    def stream(
        self,
        *,
        delay: float = 2.0,
        settle: float = 10.0,
        sample_rate: int = SAMPLE_RATE,
        speakers: Optional[int] = None,
        min_speakers: Optional[int] = None,
        max_speakers: Optional[int] = None,
        preset: str = "balanced",
        step: Optional[float] = None,
        min_turn: Optional[float] = None,
        merge_gap: Optional[float] = None,
        relabel: bool = True,
        exclusive: bool = False,
        channel: Optional[int] = None,
        name: Optional[str] = None,
        history: float = 14400.0,
        voices: Optional[SpeakerStore] = None,
        min_score: float = LEAST_SCORE,
    ) -> Stream:
        """A recording that is still going on: a ``Stream`` over this diarizer, with its arguments."""
        from diarist._stream import Stream

        return Stream(
            self,
            delay=delay,
            settle=settle,
            sample_rate=sample_rate,
            speakers=speakers,
            min_speakers=min_speakers,
            max_speakers=max_speakers,
            preset=preset,
            step=step,
            min_turn=min_turn,
            merge_gap=merge_gap,
            relabel=relabel,
            exclusive=exclusive,
            channel=channel,
            name=name,
            history=history,
            voices=voices,
            min_score=min_score,
        )

    @property
    def model(self) -> Model:
        """The one that it was made with."""
        return Model(self._native.model)

    @property
    def threads(self) -> int:
        """Of the workers."""
        threads: int = self._native.threads
        return threads

    @property
    def instruction_set(self) -> str:
        """The kernels that run."""
        name: str = self._native.instruction_set
        return name

    def __repr__(self) -> str:
        if self.closed:
            return "<Diarizer, closed>"
        return f"<Diarizer: model {self.model.name!r}, {self.threads} threads, {self.instruction_set}>"


def diarize(
    audio: Any,
    *,
    sample_rate: Optional[int] = None,
    speakers: Optional[int] = None,
    min_speakers: Optional[int] = None,
    max_speakers: Optional[int] = None,
    preset: str = "balanced",
    step: Optional[float] = None,
    min_turn: Optional[float] = None,
    merge_gap: Optional[float] = None,
    relabel: bool = True,
    exclusive: bool = False,
    channel: Optional[int] = None,
    per_channel: bool = False,
    name: Optional[str] = None,
    progress: ProgressLike = None,
    model: ModelLike = None,
    fallback: Optional[PathLike] = None,
    threads: int = 0,
    isa: Optional[str] = None,
    precision: str = "automatic",
    cache: Optional[PathLike] = None,
) -> Diarization:
    """Finds who speaks when in one recording: a ``Diarizer`` for one call, with the arguments of both.

    For several recordings make a ``Diarizer`` and keep it: it loads the model once.

    Examples
    --------
    >>> for turn in diarist.diarize("meeting.wav", max_speakers=4):
    ...     print(turn.speaker, turn.start, turn.end)
    """
    with Diarizer(
        model, fallback=fallback, threads=threads, isa=isa, precision=precision, cache=cache
    ) as diarizer:
        return diarizer.diarize(
            audio,
            sample_rate=sample_rate,
            speakers=speakers,
            min_speakers=min_speakers,
            max_speakers=max_speakers,
            preset=preset,
            step=step,
            min_turn=min_turn,
            merge_gap=merge_gap,
            relabel=relabel,
            exclusive=exclusive,
            channel=channel,
            per_channel=per_channel,
            name=name,
            progress=progress,
        )
